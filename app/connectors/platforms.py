"""The platforms by name, and how a connection asks its own."""

import base64
from collections.abc import Mapping

from app.connectors.bigcommerce import BigCommerce
from app.connectors.news import Platform
from app.connectors.shop_api import Refused, ShopApi
from app.connectors.shopify import Shopify
from app.connectors.standard import Standard
from app.connectors.tables import Connection
from app.connectors.woocommerce import WooCommerce

PLATFORMS: Mapping[str, Platform] = {
    "shopify": Shopify(),
    "woocommerce": WooCommerce(),
    "bigcommerce": BigCommerce(),
    "standard": Standard(),
}

TOKEN_HEADERS = {"shopify": "X-Shopify-Access-Token", "bigcommerce": "X-Auth-Token"}


def can_be_asked(connection: Connection) -> bool:
    """Say whether a connection knows where its shop's API is and has a token for it."""
    return connection.store_url is not None and connection.api_token is not None


def api_of(connection: Connection, *, tries: int = 1) -> ShopApi:
    """Return the API of a connection's shop.

    Raises:
        Refused: If the connection does not know where it is, or has no token for it.
    """
    url, token = connection.store_url, connection.api_token
    if url is None or token is None:
        raise Refused("the connection has no store_url or no api_token")
    name = TOKEN_HEADERS.get(connection.platform)
    if name is not None:
        headers = {name: token}
    else:  # WooCommerce: consumer key and secret
        headers = {"Authorization": f"Basic {base64.b64encode(token.encode()).decode()}"}
    return ShopApi(url, headers=headers, tries=tries)
