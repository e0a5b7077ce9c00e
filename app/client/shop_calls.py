"""The calls of a brand about its shops: connect them, map their items, see what waits."""

from collections.abc import Iterator, Sequence
from typing import cast

from app.client import shop_answers
from app.client.calls import Body, Calls, segment


class ShopCalls(Calls):
    """What a brand's key may do about its shops, or an ops key that acts for a brand."""

    def put_connection(self, connection: str, body: Body) -> shop_answers.ShopConnection:
        """Connect a shop or change how; the answer says where it sends deliveries to."""
        path = f"/v1/connections/{segment(connection)}"
        return cast("shop_answers.ShopConnection", self._put(path, body, self._for_brand))

    def connection(self, connection: str) -> shop_answers.ShopConnection:
        """Return a connection, when it was last delivered something, and how much waits."""
        path = f"/v1/connections/{segment(connection)}"
        return cast("shop_answers.ShopConnection", self._get(path, self._for_brand))

    def connections(self) -> Iterator[shop_answers.ShopConnection]:
        """Yield a brand's connections, page after page."""
        yield from self._all("/v1/connections", self._for_brand)

    def delete_connection(self, connection: str) -> None:
        """Disconnect a shop; what it sold stays."""
        self._delete(f"/v1/connections/{segment(connection)}", self._for_brand)

    def reconcile(
        self, connection: str, date: str, *, apply: bool = False
    ) -> shop_answers.Reconciliation:
        """Ask a shop for a day of its orders; return the lines that were booked otherwise."""
        path = f"/v1/connections/{segment(connection)}/reconciliations"
        answer = self._post(path, {"date": date, "apply": apply}, self._for_brand)
        return cast("shop_answers.Reconciliation", answer)

    def put_sku_map(
        self, channel: str, items: Sequence[shop_answers.MappedItem]
    ) -> shop_answers.SkuMap:
        """Say which SKU each of a platform's items is, instead of what the map said before."""
        path = f"/v1/sku-map/{segment(channel)}"
        answer = self._put(path, {"items": list(items)}, self._for_brand)
        return cast("shop_answers.SkuMap", answer)

    def sku_map(self, channel: str) -> shop_answers.SkuMap:
        """Return the whole map of a channel."""
        path = f"/v1/sku-map/{segment(channel)}"
        return cast("shop_answers.SkuMap", self._get(path, self._for_brand))

    def sku_maps(self) -> Iterator[shop_answers.SkuMapSummary]:
        """Yield the channels that have a map, page after page."""
        yield from self._all("/v1/sku-map", self._for_brand)

    def quarantine(self, *, status: str | None = None) -> Iterator[shop_answers.Quarantined]:
        """Yield what waits, or with `status="resolved"` what did once, page after page."""
        yield from self._all("/v1/quarantine", {**self._for_brand, "status": status})

    def quarantined(self, quarantined_id: str) -> shop_answers.Quarantined:
        """Return one thing that waits, or did once."""
        path = f"/v1/quarantine/{segment(quarantined_id)}"
        return cast("shop_answers.Quarantined", self._get(path, self._for_brand))

    def replay_quarantined(self, quarantined_id: str) -> shop_answers.Quarantined:
        """Try again what waits, with the styles and the SKU map as they are now."""
        path = f"/v1/quarantine/{segment(quarantined_id)}/replay"
        return cast("shop_answers.Quarantined", self._post(path, {}, self._for_brand))
