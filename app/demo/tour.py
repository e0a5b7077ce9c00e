"""What to try on the service that `--keep` leaves running."""

import json

from rich.console import Console

from app.demo.days import date_of
from app.demo.season import Season
from app.demo.service import CONSOLE_USER, RunningService

AS_BRAND = '-H "Authorization: Bearer $BRAND_KEY"'
AS_FACTORY = '-H "Authorization: Bearer $FACTORY_KEY"'


def _calls(now: str) -> dict[str, str]:
    """Return commands to try, by what they show."""
    sale = {
        "event_id": "try-1",
        "sku": "RIB-TEE-WHT-M",
        "kind": "sale",
        "quantity": 3,
        "occurred_at": now,
    }
    body = json.dumps({"events": [sale]})
    first, last = date_of(0), date_of(13)
    as_json = "-H 'Content-Type: application/json'"
    return {
        "A sale just now": f"curl -s $SHORTRUN_URL/v1/sales {AS_BRAND} {as_json} -d '{body}'",
        "What customers wanted in the first two weeks": (
            f'curl -s "$SHORTRUN_URL/v1/demand/LINEN-SHIRT-WHT-M?from={first}&to={last}" {AS_BRAND}'
        ),
        "What they will want": f"curl -s $SHORTRUN_URL/v1/forecasts/RIB-TEE-WHT-M {AS_BRAND}",
        "What was decided last, and why": (
            f"curl -s $SHORTRUN_URL/v1/decisions/rib-tee {AS_BRAND}"
        ),
        "What its factory was told, from the beginning": (
            f"curl -s $SHORTRUN_URL/v1/factories/atelier-porto/feed {AS_FACTORY}"
        ),
    }


def print_tour(console: Console, service: RunningService, season: Season) -> None:
    """Print addresses, keys, and calls that work as they stand."""
    brand, factory = "northlight", "atelier-porto"
    keys = season.keys[brand]
    now = season.ops.clock()["now"]
    console.print()
    console.rule("[bold]Look around")
    link = service.console_link(CONSOLE_USER)
    console.print("The console, for people (the link lets in once, within 15 minutes):")
    console.print(f"{link}\n", style="bold", markup=False, highlight=False, soft_wrap=True)
    console.print(f"Pages: {service.url}/docs  {service.url}/openapi.json", highlight=False)
    console.print(f"The sandbox clock stands at {now}. Ctrl-C ends it all.\n", highlight=False)
    lines = [
        f"export SHORTRUN_URL={service.url}",
        f"export OPS_KEY={service.ops_key}",
        f"export BRAND_KEY={keys.brand}  # {brand}",
        f"export FACTORY_KEY={keys.factories[factory]}  # {factory}",
        "",
    ]
    for title, call in _calls(now).items():
        lines += [f"# {title}", call]
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
