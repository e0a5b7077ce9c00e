"""Where a token may be sent, outside a sandbox."""

import pytest

from app.connectors.connecting import ConnectionDraft, store_connection
from app.database.database import Database
from app.errors import Invalid
from tests.sales.shop import AT, open_brand


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("platform", "url"),
    [
        ("shopify", "http://acme.myshopify.com"),
        ("shopify", "https://acme.example.com"),
        ("bigcommerce", "https://acme.example.com/stores/abc"),
        ("woocommerce", "http://acme.example.com"),
        ("woocommerce", "https://127.0.0.1"),
        ("woocommerce", "https://10.0.0.8:8443"),
        ("woocommerce", "https://169.254.169.254/latest"),
        ("woocommerce", "https://localhost"),
        ("woocommerce", "https://database"),
        ("woocommerce", "https://vault.internal"),
    ],
)
def test_a_token_is_sent_to_no_address_that_is_none_of_a_shop(
    database: Database, platform: str, url: str
) -> None:
    draft = ConnectionDraft(platform, "web", ["a secret of it"], url, "token-123", None)

    with pytest.raises(Invalid) as refused, database.write() as session:
        store_connection(session, open_brand(session).id, "shop", draft, at=AT)

    assert [one.pointer for one in refused.value.errors] == ["/store_url"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("platform", "url"),
    [
        ("shopify", "https://acme.myshopify.com"),
        ("bigcommerce", "https://api.bigcommerce.com/stores/abc"),
        ("woocommerce", "https://shop.example.com/store"),
    ],
)
def test_a_shop_may_be_where_its_platform_has_shops(
    database: Database, platform: str, url: str
) -> None:
    draft = ConnectionDraft(platform, "web", ["a secret of it"], url, "token-123", None)

    with database.write() as session:
        row, is_new = store_connection(session, open_brand(session).id, "shop", draft, at=AT)

    assert (row.store_url, is_new) == (url, True)
