"""Where an answer leads: which operation takes what this one gave (OpenAPI links).

What was put is read, and taken away, at the same address; the rest is the table below.
"""

from collections.abc import Iterator, Mapping
from typing import Any

FIRST = "$response.body#/data/0/id"
MADE = "$response.body#/id"

LEADS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "start_refresh": {"get_refresh": {"refresh_id": MADE}},
    "start_backtest": {
        "get_backtest": {"backtest": MADE},
        "get_backtest_picture": {"backtest": MADE},
    },
    "post_api_key": {
        "get_api_key": {"key_id": MADE},
        "rotate_api_key": {"key_id": MADE},
        "delete_api_key": {"key_id": MADE},
    },
    "rotate_api_key": {"get_api_key": {"key_id": MADE}, "delete_api_key": {"key_id": MADE}},
    "put_style": {
        "get_decision": {"style": "$request.path.style"},
        "get_style_forecast": {"style": "$request.path.style"},
        "get_sku_forecast": {"sku": "$request.body#/skus/0/sku"},
    },
    "put_material": {"put_reservation": {"material": "$request.path.material"}},
    "list_recommendations": {
        "get_recommendation": {"recommendation": FIRST},
        "release_recommendation": {"recommendation": FIRST},
        "withdraw_recommendation": {"recommendation": FIRST},
        "review_counter": {"recommendation": FIRST},
        "replay_recommendation": {"recommendation": FIRST},
    },
    "list_standing": {
        "get_recommendation": {"recommendation": FIRST},
        "respond": {"recommendation": FIRST},
        "read_feed": {
            "factory": "$request.path.factory",
            "after": "$response.body#/feed_cursor",
        },
    },
    "read_feed": {
        "read_feed": {
            "factory": "$request.path.factory",
            "after": "$response.body#/next_cursor",
        }
    },
    "respond": {"get_run": {"run": "$response.body#/run"}},
    "review_counter": {"get_run": {"run": "$response.body#/run"}},
    "list_runs": {
        "get_run": {"run": FIRST},
        "post_run_events": {"run": FIRST},
        "post_change_request": {"run": FIRST},
        "list_change_requests": {"run": FIRST},
    },
}
"""By operation: the operations it leads to, and what their parameters are."""


def add_links(document: dict[str, Any]) -> None:
    """Add to each good answer of the document the links to what it leads to."""
    for path, operations in document["paths"].items():
        for operation in operations.values():
            links = {
                leads_to: {"operationId": leads_to, "parameters": dict(parameters)}
                for leads_to, parameters in _leads(path, operations, operation)
            }
            for status, answer in operation["responses"].items():
                if links and status.startswith("2"):
                    answer["links"] = links


def _leads(
    path: str, operations: Mapping[str, Any], operation: Mapping[str, Any]
) -> Iterator[tuple[str, Mapping[str, str]]]:
    if operations.get("put") is operation and "{" in path:
        names = [one["name"] for one in operation["parameters"] if one["in"] == "path"]
        same = {name: f"$request.path.{name}" for name in names}
        for method in ("get", "delete"):
            if method in operations:
                yield operations[method]["operationId"], same
    yield from LEADS.get(operation["operationId"], {}).items()
