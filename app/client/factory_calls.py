"""The calls of a factory: what it offers and has, what stands, the feed, its answers."""

import re
from collections.abc import Iterator
from typing import cast

import httpx

from app.client import answers, factory_answers
from app.client.calls import Body, Calls, segment
from app.client.failures import NotUnderstood, json_of
from app.client.following import LONGEST_WAIT_SECONDS, FeedReader
from app.client.sending import Query

_RELEASE = re.compile(r"-(\d+)\.[a-z0-9]+\"?$")
"""The end of a schedule's file name; the factory's code before it may hold digits of its own."""


class FactoryCalls(Calls):
    """What a factory's key may do, or an ops key that acts for a factory."""

    def put_offer(self, offer: str, body: Body) -> factory_answers.Offer:
        """State or replace the terms of one way of making."""
        path = f"/v1/offers/{segment(offer)}"
        return cast("factory_answers.Offer", self._put(path, body, self._for_factory))

    def standing(
        self,
        factory: str,
        *,
        status: str | None = "open",
        past_due: bool = False,
        etag: str | None = None,
    ) -> answers.Standing | None:
        """Return what stands for a factory, or None where `etag` is still current.

        A status of None lists recommendations of every status; with `past_due` only those are
        listed that it should have answered by now.
        """
        path = f"/v1/factories/{segment(factory)}/recommendations"
        late = "true" if past_due else None
        query: Query = {"status": status, "past_due": late, "limit": 500}
        headers = {"If-None-Match": etag} if etag else {}
        first = self._sender.send("GET", path, query=query, headers=headers)
        if first.status_code == httpx.codes.NOT_MODIFIED:
            return None
        page = json_of(first)
        rest = self._all(path, query, page["next_cursor"]) if page["has_more"] else iter(())
        found = cast("list[answers.Recommendation]", [*page["data"], *rest])
        return answers.Standing(found, page["feed_cursor"], first.headers.get("etag", ""))

    def feed_page(
        self, factory: str, *, after: str | None = None, limit: int = 100, wait: int = 0
    ) -> answers.FeedPage:
        """Return the events behind a cursor; with `wait`, hold until there are some."""
        path = f"/v1/factories/{segment(factory)}/feed"
        query = {"after": after, "limit": limit}
        headers = {"Prefer": f"wait={wait}"} if wait else {}
        answer = self._sender.send("GET", path, query=query, headers=headers)
        if answer.status_code == httpx.codes.NOT_MODIFIED:
            return {"data": [], "has_more": False, "next_cursor": after or ""}
        return cast("answers.FeedPage", json_of(answer))

    def feed(
        self, factory: str, *, after: str | None = None, wait: int = 0
    ) -> Iterator[answers.FeedEvent]:
        """Yield the events behind a cursor until there are no more for now.

        Keep the `cursor` of the last event that was dealt with, and go on from there next time:
        every event is seen once and none is skipped.
        """
        more = True
        while more:
            page = self.feed_page(factory, after=after, wait=wait)
            yield from page["data"]
            after, more = page["next_cursor"], page["has_more"]

    def follow(
        self, factory: str, *, after: str | None = None, wait: int = LONGEST_WAIT_SECONDS
    ) -> Iterator[answers.FeedEvent | answers.Standing]:
        """Yield a feed's events for ever, each once and none skipped.

        Waits for news, and through a service that is away. Where the feed no longer goes on from
        the cursor (a restored database, a pruned feed) it yields a `Standing` first: all that
        waits for an answer, in place of whatever was read before; the events after it follow on.

        Args:
            factory: Whose feed.
            after: The `cursor` of the last event (`feed_cursor` of the last `Standing`) that was
                dealt with; None begins with the oldest.
            wait: Seconds that the service may hold a request, at most 50.
        """
        for piece in FeedReader(self, factory, after=after, wait=wait).for_ever():
            if isinstance(piece, answers.Standing):
                yield piece
            else:
                yield from piece["data"]

    def respond(self, recommendation_id: str, answer: Body) -> answers.Recommendation:
        """Accept, decline or counter; the same answer again changes nothing."""
        return self._act(recommendation_id, "response", answer, self._for_factory)

    def put_material(self, material: str, body: Body) -> factory_answers.Material:
        """State or replace what there is of a material."""
        path = f"/v1/materials/{segment(material)}"
        return cast("factory_answers.Material", self._put(path, body, self._for_factory))

    def delete_material(self, material: str) -> None:
        """Forget a material."""
        self._delete(f"/v1/materials/{segment(material)}", self._for_factory)

    def put_reservation(self, material: str, brand: str, body: Body) -> factory_answers.Reservation:
        """Hold material for a brand until a day."""
        path = f"/v1/materials/{segment(material)}/reservations/{segment(brand)}"
        return cast("factory_answers.Reservation", self._put(path, body, self._for_factory))

    def delete_reservation(self, material: str, brand: str) -> None:
        """Give what was held for a brand free."""
        path = f"/v1/materials/{segment(material)}/reservations/{segment(brand)}"
        self._delete(path, self._for_factory)

    def schedule(self, factory: str) -> factory_answers.Schedule:
        """Return what a factory has before it, by week of its own calendar."""
        path = f"/v1/factories/{segment(factory)}/schedule"
        return cast("factory_answers.Schedule", self._get(path))

    def schedule_file(
        self, factory: str, form: str, *, preset: str | None = None
    ) -> factory_answers.ScheduleFile:
        """Return the schedule as a file: csv, xlsx, x12_830 or delfor.

        Raises:
            NotUnderstood: The answer does not say its release.
        """
        path = f"/v1/factories/{segment(factory)}/schedule"
        answer = self._sender.send("GET", path, query={"format": form, "preset": preset})
        named = _RELEASE.search(answer.headers.get("content-disposition", ""))
        if named is None:
            raise NotUnderstood(answer, "no schedule with a release")
        return factory_answers.ScheduleFile(int(named[1]), answer.content)
