"""What a sharing leaves goes to whoever makes the most of it, in the same refresh."""

from dataclasses import replace
from decimal import Decimal

from sqlalchemy import select

from app.database.database import Database
from app.parties.refs import BrandRef
from app.parties.tables import Factory
from app.refresh.decide import Decided, decide_styles
from app.refresh.gather import Gathered
from app.refresh.limits import Limits
from app.sourcing.ingest import put_offer
from tests.refresh.shop import AT, offer
from tests.refresh.test_rationing import gathered, said, selling

LARGE = replace(
    offer(),
    code="large",
    mode="large_batch",
    price_breaks=((1, Decimal(9)), (300, Decimal("8.50"))),
    setup_cost=Decimal(300),
    moq_run=100,
    lead_time_days_mean=45.0,
)
QUICK = replace(
    offer(),
    code="quick",
    mode="on_demand",
    price_breaks=((1, Decimal(18)),),
    setup_cost=Decimal(5),
    moq_run=1,
    lead_time_days_mean=5.0,
)


def slow_beside_quick(database: Database, **a_day: int) -> tuple[BrandRef, Gathered]:
    """Open the shop with a large run that takes long beside quick ones of any size."""
    brand = selling(database, **a_day)
    with database.write() as session:
        factory = session.scalars(select(Factory.id)).one()
        for one in (LARGE, QUICK):
            put_offer(session, factory, one, at=AT)
    return brand, gathered(database, brand)


def with_money(batch: Gathered, brand: BrandRef, money: Decimal | None) -> Decided:
    limits = Limits(AT.date(), brand.id, money)
    return decide_styles(replace(batch, limits=limits), paths=128)


def asked(decided: Decided) -> Decimal:
    costs = [run.total_cost for one in decided.proposals.values() for run in one.runs]
    return sum(costs, start=Decimal(0))


def test_money_for_nearly_all_runs_is_nearly_all_used(database: Database) -> None:
    brand, batch = slow_beside_quick(database, S1=4, S2=2, S3=6)
    wanted = asked(with_money(batch, brand, None))

    decided = with_money(batch, brand, wanted * Decimal("0.95"))

    assert Decimal("0.88") * wanted < asked(decided) <= Decimal("0.95") * wanted


def test_the_rest_goes_to_the_same_whatever_the_order(database: Database) -> None:
    brand, batch = slow_beside_quick(database, S1=4, S2=2, S3=6)
    money = asked(with_money(batch, brand, None)) * Decimal("0.8")
    turned = replace(batch, styles=dict(reversed(batch.styles.items())))

    first, again = with_money(batch, brand, money), with_money(turned, brand, money)

    assert said(first) == said(again)
    assert asked(first) <= money
