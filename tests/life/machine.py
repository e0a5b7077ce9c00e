"""The whole life cycle, step by step in any order, beside a model that says what must hold."""

from collections import Counter
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from app.catalog.tables import Sku
from app.demand.position import positions
from tests.faults.counted import unsound
from tests.life.books import Verdict
from tests.life.offered import Offered, as_told
from tests.life.reader import Get, Mirror, Reader
from tests.life.run_book import RunBook, step
from tests.life.service import Service
from tests.life.world import (
    COSTS,
    FACTORIES,
    SKUS,
    START,
    STYLES,
    ZONES,
    World,
    brand,
    offer,
    style,
)

MOST_DAYS = 35
"""The clock's whole way: beyond it a style is long-running, and its models take seconds."""

skus = st.sampled_from([*SKUS, "GHOST"])
units = st.integers(1, 9)
hours = st.integers(-20 * 24, 12) | st.integers(-24, 0)
any_of = st.sampled_from
pick = st.integers(0, 1_000)
"""Chooses among what there is by then; 0, the oldest, is what a failure is shrunk to."""


class Life(RuleBasedStateMachine):
    """A brand sells, two factories pull and answer, and the clock goes on."""

    def __init__(self, opened: Any) -> None:
        """Live on a database that `opened`, a context manager, gives."""
        super().__init__()
        self._open = ExitStack()
        self.service = Service(self._open.enter_context(opened))
        self._open.callback(self.service.close)
        self.offered = Offered()
        self.runs: dict[str, RunBook] = {}
        self.readers = {name: (Reader(2), Reader(500)) for name in FACTORIES}
        self.mirrors: dict[str, Mirror] = {}
        self.old_keys: list[tuple[str, datetime]] = []
        self.answers: dict[str, tuple[str, Any]] = {}
        self.numbered = 0

    @initialize(
        zone=any_of(ZONES),
        release=any_of(["auto", "auto", "manual"]),
        review=any_of([1, 7]),
        tolerance=any_of(["0", "40.00"]),
    )
    def opens(self, zone: str, release: str, review: int, tolerance: str) -> None:
        self.rules: dict[str, Any] = {
            "timezone": zone,
            "release": release,
            "review_period_days": review,
            "counter_tolerance": tolerance,
        }
        self.world = World(self.service, self.rules)
        self._refreshed()

    # What the brand sends.

    @rule(given=st.lists(st.tuples(skus, any_of(["sale", "sale", "cancellation", "return"]), units,
                                   hours, any_of([None, "o1", "o2"]), st.integers(0, 5)),
                         min_size=3, max_size=9), known=pick)  # fmt: skip
    def sells(self, given: list[Any], known: int) -> None:
        """Post events: new ones, ones that were sent before, and others under a known id."""
        sent = list(self.world.books.events.values())
        events = []
        for sku, kind, quantity, hour, order, sort in given:
            repeated = sent[-1 - known % len(sent)]
            new = {
                "event_id": self._number("e"),
                "sku": sku,
                "kind": kind,
                "quantity": quantity,
                "occurred_at": self._at(hour),
                **({"order_id": order} if order else {}),
            }
            events.append({4: repeated, 5: {**repeated, "quantity": quantity}}.get(sort, new))
        self._rows("/v1/sales", {"events": events}, self.world.books.sell(events))

    @rule(given=st.lists(st.tuples(any_of(SKUS), any_of([0, 3, 40]), st.integers(-9, 1)),
                         min_size=1, max_size=3))  # fmt: skip
    def counts(self, given: list[Any]) -> None:
        """Report stock, now and for earlier; the same SKU and hour again and again."""
        levels = [
            {"sku": sku, "on_hand": on_hand, "as_of": self._at(12 * hour)}
            for sku, on_hand, hour in given
        ]
        self._rows("/v1/stock", {"levels": levels}, self.world.books.count(levels))

    @rule(given=st.lists(st.tuples(any_of(["R1", "R2"]), any_of(SKUS), any_of([0, 5, 30]),
                                   st.integers(-3, 20), st.booleans()),
                         min_size=1, max_size=3))  # fmt: skip
    def orders_elsewhere(self, given: list[Any]) -> None:
        """Tell of supply from outside: on its way, come in, called off, come in after all."""
        today = self._today()
        items = [
            {
                "reference": reference,
                "sku": sku,
                "quantity": quantity,
                "due_date": str(today + timedelta(days=day)),
                "received_on": str(today + timedelta(days=min(day, 0))) if came else None,
            }
            for reference, sku, quantity, day, came in given
        ]
        self._rows("/v1/inbound", {"items": items}, self.world.books.deliver(items))

    @rule(code=any_of([*STYLES]), planning=any_of(["active", "active", "paused", "ended"]))
    def plans(self, code: str, planning: str) -> None:
        self._made(self.world.brand_key, "PUT", f"/v1/styles/{code}", style(code, planning))
        self._settled({})

    @rule(factory=any_of(FACTORIES), cost=any_of(COSTS))
    def prices(self, factory: str, cost: str) -> None:
        """Offer anew; to a factory that the brand does not list there is no brand."""
        key = self.world.factory_keys[factory]
        path = f"/v1/offers/{factory}-offer"
        answer = self.service.send(key, "PUT", path, offer(factory, cost))
        listed = factory in self.rules.get("factories", FACTORIES)
        assert answer.status_code == (200 if listed else 404), answer.text
        self._settled({})

    @rule(release=any_of(["auto", "manual"]), listed=any_of([[*FACTORIES], ["fab1"]]))
    def rules_otherwise(self, release: str, listed: list[str]) -> None:
        self.rules |= {"release": release, "factories": listed}
        self._made(self.service.ops, "PUT", "/v1/brands/acme", brand(**self.rules))
        self._settled({})

    # Time, and the worker.

    @precondition(lambda self: self.world.now < START + timedelta(days=MOST_DAYS))
    @rule(step=any_of([1, 5, 24, 24, 72, 8 * 24]))
    def time_passes(self, step: int) -> None:
        now = self.world.now + timedelta(hours=step)
        over = {
            row["id"]: {"expired"}
            for row in self.offered.standing()
            if datetime.fromisoformat(row["expires_at"]) <= now
        }
        self.service.set_clock(now)
        self.world.now = now
        self._settled(over)
        assert not set(over) - set(self.offered.with_status("expired"))

    @rule()
    def works(self) -> None:
        """Let the worker do what is due by itself."""
        self._worked()

    @rule()
    def refreshes(self) -> None:
        """Ask for a refresh of everything, and see it done."""
        self._refreshed()

    # What factories answer, and what the brand says to it.

    @precondition(lambda self: self.offered.opened())
    @rule(which=pick, decision=any_of(["accept", "accept", "decline", "counter", "counter"]),
          fewer=any_of([0, 1, 5]), dearer=any_of([None, "16.00", "8.50"]), later=any_of([0, 9]),
          again=st.booleans())  # fmt: skip
    def answers_it(self, which: int, decision: str, fewer: int, dearer: str | None,
                   later: int, again: bool) -> None:  # fmt: skip
        """Answer a recommendation, whatever became of it; perhaps as it was answered before."""
        there = self.offered.with_status("open", "countered") if which % 4 else []
        name = self._picked(there or self.offered.opened(), which)
        row = self.offered.rows[name]
        if again and name in self.answers:
            decision, body = self.answers[name]
        else:
            body = _answer(row, decision, fewer, dearer, self._today(later))
        key = self.world.factory_keys[row["factory"]]
        answer = self.service.send(key, "POST", f"/v1/recommendations/{name}/response", body)
        expected = self._must_answer(row, decision, body)
        assert (answer.status_code, answer.json().get("code")) == expected, answer.text
        reached = {"accept": {"accepted"}, "decline": {"declined"}}
        may = reached.get(decision, {"countered", "accepted"}) if expected[0] == 200 else None
        if may is not None:
            self.answers[name] = (decision, body)
            as_told(answer.json())
            assert (answer.json()["run"] is not None) == (answer.json()["status"] == "accepted")
        self._settled({name: may} if may else {})

    def _must_answer(self, row: Any, decision: str, body: Any) -> tuple[int, str | None]:
        same = self.answers.get(row["id"]) == (decision, body)
        if same and row["status"] in {"accepted", "declined", "countered"} and row["answer"]:
            return 200, None
        if row["status"] not in {"open", "countered"}:
            return 409, "not_open"
        is_spent = decision == "counter" and row["counters"] >= 3
        return (409, "counter_limit") if is_spent else (200, None)

    @precondition(lambda self: self.offered.rows)
    @rule(which=pick, act=any_of(["release", "withdraw"]))
    def releases_or_withdraws(self, which: int, act: str) -> None:
        name = self._picked([*self.offered.rows], which)
        status = self.offered.rows[name]["status"]
        path = f"/v1/recommendations/{name}/{act}"
        answer = self.service.send(self.world.brand_key, "POST", path)
        said = answer.status_code, answer.json().get("code")
        froms = {"release": {"draft"}, "withdraw": {"open", "countered"}}[act]
        changed = {(409, "offer_gone"), (409, "cost_rise"), (409, "terms_changed")}
        if status not in froms:
            assert said == (409, {"release": "not_draft", "withdraw": "not_open"}[act])
        else:
            assert said == (200, None) or (act == "release" and said in changed), said
        reached = {"release": "open", "withdraw": "withdrawn"}[act]
        self._settled({name: {reached}} if answer.is_success else {})

    @precondition(lambda self: self.offered.opened())
    @rule(which=pick, decision=any_of(["accept", "decline"]))
    def reviews(self, which: int, decision: str) -> None:
        countered = self.offered.with_status("countered")
        name = self._picked(countered or self.offered.opened(), which)
        path = f"/v1/recommendations/{name}/counter-review"
        answer = self.service.send(self.world.brand_key, "POST", path, {"decision": decision})
        expected = (200, None) if name in countered else (409, "not_countered")
        assert (answer.status_code, answer.json().get("code")) == expected
        reached = {"accept": "accepted", "decline": "open"}[decision]
        self._settled({name: {reached}} if answer.is_success else {})

    @precondition(lambda self: self.offered.with_status("open"))
    @rule(which=pick, end=any_of(["accept", "decline", "withdraw", "wait"]))
    def haggles(self, which: int, end: str) -> None:
        """Counter what is open, and see the brand take it, turn it down, or let it be."""
        name = self._picked(self.offered.with_status("open"), which)
        row = self.offered.rows[name]
        if row["counters"] >= 3:
            return
        body = _answer(row, "counter", 1, "19.00", self._today(9))
        key = self.world.factory_keys[row["factory"]]
        self._made(key, "POST", f"/v1/recommendations/{name}/response", body)
        self.answers[name] = ("counter", body)
        self._settled({name: {"countered"}})
        if end == "wait":
            return
        path = f"/v1/recommendations/{name}/"
        if end == "withdraw":
            self._made(self.world.brand_key, "POST", path + "withdraw")
        else:
            self._made(self.world.brand_key, "POST", path + "counter-review", {"decision": end})
        self._settled({name: {{"accept": "accepted", "decline": "open"}.get(end, "withdrawn")}})

    # What becomes of runs.

    @precondition(lambda self: self.runs)
    @rule(which=pick, share=any_of([1, 2, 4]), hour=any_of([0, 8, -8, -30]),
          kinds=st.lists(any_of(["started", "produced", "rejected", "shipped", "received",
                                 "complained", "closed"]), min_size=1, max_size=3),
          repeats=st.booleans())  # fmt: skip
    def makes(self, which: int, share: int, hour: int, kinds: list[str], repeats: bool) -> None:
        """Report progress of a run, perhaps with an event that was sent before."""
        name = self._picked([*self.runs], which)
        book = self.runs[name]
        at = datetime.fromisoformat(book.accepted["accepted_at"])
        events = []
        for kind in kinds:
            bare = kind in {"started", "closed"}
            for sku, quantity in [(None, 0)] if bare else book.ordered.items():
                part = max(1, quantity // share)
                events.append(step(self._number("r"), kind, sku, part, at, hour))
        if repeats and book.events:
            events += [book.events[self._picked([*book.events], which)]]
            events += [{**events[-1], "kind": "complained", "sku": SKUS[0], "quantity": 1}]
        before = set(book.events)
        self._rows(
            f"/v1/runs/{name}/events",
            {"events": events},
            book.report(events),
            key=self.world.factory_keys[book.accepted["factory"]],
        )
        self.world.books.receipts += [
            (one["sku"], datetime.fromisoformat(one["occurred_at"]), one["quantity"])
            for one in book.events.values()
            if one["kind"] == "received" and one["event_id"] not in before
        ]

    # Who reads.

    @rule(factory=any_of(FACTORIES), slow=st.booleans())
    def reads(self, factory: str, slow: bool) -> None:
        reader = self.readers[factory][0 if slow else 1]
        reader.read(self._feed(factory))

    @rule(factory=any_of(FACTORIES))
    def mirrors_it(self, factory: str) -> None:
        """Copy a factory's list, or bring the copy up to date and compare it with the list."""
        key = self.world.factory_keys[factory]
        path = f"/v1/factories/{factory}/recommendations"
        rows = {row["id"]: as_told(row) for row in self.service.listed(key, path)}
        mirror = self.mirrors.get(factory)
        if mirror is None:
            first = self._made(key, "GET", path)
            self.mirrors[factory] = Mirror(first["feed_cursor"], rows)
        else:
            mirror.follow(self._feed(factory))
            assert mirror.rows == rows

    @precondition(lambda self: self.offered.rows)
    @rule(which=pick)
    def replays(self, which: int) -> None:
        name = self._picked([*self.offered.rows], which)
        path = f"/v1/recommendations/{name}/replay"
        made = self._made(self.world.brand_key, "GET", path)
        assert (made["identical"], made["differences"]) == (True, [])
        assert made["digest"] == made["recorded_digest"] == self.offered.rows[name]["digest"]

    @precondition(lambda self: self.offered.rows)
    @rule(which=pick)
    def a_stranger_looks(self, which: int) -> None:
        """Others do not see it; before it is opened its factory is another, too."""
        name = self._picked([*self.offered.rows], which)
        row = self.offered.rows[name]
        others = [key for who, key in self.world.factory_keys.items() if who != row["factory"]]
        if name not in self.offered.opened():
            others.append(self.world.factory_keys[row["factory"]])
        for key in (self.world.stranger_key, *others):
            answer = self.service.send(key, "GET", f"/v1/recommendations/{name}")
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    # Keys.

    @rule(overlap=any_of([0, 3600, 10 * 24 * 3600]))
    def rotates_its_key(self, overlap: int) -> None:
        old = self.world.brand_key
        path = f"/v1/api-keys/{self._key_id(old)}/rotate"
        made = self._made(self.service.ops, "POST", path, {"overlap_seconds": overlap})
        self.world.brand_key = made["key"]
        self.old_keys.append((old, self.world.now + timedelta(seconds=overlap)))

    @rule()
    def revokes_a_key(self) -> None:
        made = self.world.new_key("brand", brand="acme")
        assert self.service.send(made["key"], "GET", "/v1/styles").status_code == 200
        self._made(self.service.ops, "DELETE", f"/v1/api-keys/{made['id']}")
        self.old_keys.append((made["key"], self.world.now))

    @invariant()
    def old_keys_open_nothing(self) -> None:
        for key, until in self.old_keys[-2:]:
            status = self.service.send(key, "GET", "/v1/clock").status_code
            assert status == (200 if self.world.now < until else 401)

    # What always holds.

    @invariant()
    def demand_and_stock_are_what_the_events_say(self) -> None:
        sku = SKUS[self.numbered % len(SKUS)]
        self.numbered += 1
        self._demand_holds(sku)
        self._positions_hold()

    def teardown(self) -> None:
        """Read everything to its end, and count everything once more."""
        try:
            if hasattr(self, "world"):
                self._ends()
        finally:
            self._open.close()

    def _ends(self) -> None:
        for sku in SKUS:
            self._demand_holds(sku)
        heard: dict[str, list[str]] = {}
        for factory, (slow, fast) in self.readers.items():
            slow.read_all(self._feed(factory))
            fast.read_all(self._feed(factory))
            assert slow.events == fast.events
            for event in fast.events:
                told = event["recommendation"]
                heard.setdefault(told["id"], []).append(event["type"])
        assert heard == {name: said for name, said in self.offered.heard.items() if said}
        assert unsound(self.service.database) == []

    def _demand_holds(self, sku: str) -> None:
        first, last = START.date() - timedelta(days=25), self._today(2)
        asked = {"from": str(first), "to": str(last)}
        path = f"/v1/demand/{sku}"
        answer = self._made(self.world.brand_key, "GET", path, params=asked)
        shown = [
            (date.fromisoformat(day["date"]), day["sold_units"], day["cancelled_units"],
             day["returned_units"], day["demand_units"])
            for day in answer["data"]
        ]  # fmt: skip
        assert shown == self.world.books.demand(sku, first, last)

    def _positions_hold(self) -> None:
        books, now = self.world.books, self.world.now
        with self.service.database.read() as session:
            ids = {code: sku_id for sku_id, code in session.execute(select(Sku.id, Sku.code))}
            found = positions(session, list(ids.values()), at=now)
        shown = {
            sku: (found[ids[sku]].on_hand, sum(units for _, units in found[ids[sku]].inbound))
            for sku in SKUS
        }
        assert shown == {sku: (books.on_hand(sku, now), books.inbound(sku, now)) for sku in SKUS}

    # The hands of the rules.

    def _settled(self, may: dict[str, set[str]] | None) -> None:
        """See what stands now: what may have changed did so as it may, and nothing else did."""
        rows = self.service.listed(self.world.brand_key, "/v1/recommendations")
        self.offered.observe(rows, may)
        accepted = {row["run"]: row for row in rows if row["status"] == "accepted"}
        shown = {run["id"]: run for run in self.service.listed(self.world.brand_key, "/v1/runs")}
        assert shown.keys() == accepted.keys()
        for name, run in shown.items():
            self.runs.setdefault(name, RunBook(run)).check(run)
            assert run["recommendation"] == accepted[name]["id"]
        expected = Counter[str]()
        for book in self.runs.values():
            expected.update(book.still_expected())
        for row in self.offered.standing():
            if row["status"] == "countered":
                lines = row["lines"] + (row["answer"].get("lines") or [])
                expected.update({line["sku"]: line["quantity"] for line in lines})
        self.world.books.expected = expected

    def _worked(self) -> None:
        for _ in self.service.works():
            self._settled(None)
        self._settled({})

    def _refreshed(self) -> None:
        asked = self._made(self.service.ops, "POST", "/v1/refreshes", {"brand": "acme"})
        self._worked()
        done = self._made(self.service.ops, "GET", f"/v1/refreshes/{asked['id']}")
        assert (done["status"], done["failures"]) == ("done", [])

    def _rows(self, path: str, body: Any, expected: list[Verdict], *, key: str = "") -> None:
        answer = self.service.send(key or self.world.brand_key, "POST", path, body)
        said = [(row["status"], row.get("code")) for row in answer.json()["results"]]
        assert said == expected
        rejected = all(status == "rejected" for status, _ in expected)
        assert answer.status_code == (422 if rejected else 200)
        self._settled({})

    def _made(self, key: str, method: str, path: str, body: Any = None, **more: Any) -> Any:
        return self.service.made(key, method, path, body, **more)

    def _feed(self, factory: str) -> Get:
        key, path = self.world.factory_keys[factory], f"/v1/factories/{factory}/feed"
        return lambda asked: self._made(key, "GET", path, params=asked)

    def _key_id(self, key: str) -> str:
        found = self.service.listed(self.service.ops, "/v1/api-keys")
        return next(one["id"] for one in reversed(found) if key.startswith(one["hint"]))

    def _number(self, kind: str) -> str:
        self.numbered += 1
        return f"{kind}{self.numbered}"

    def _picked(self, there: list[str], which: int) -> str:
        return there[-1 - which % len(there)]

    def _today(self, later: int = 0) -> date:
        return self.world.now.astimezone(self.world.books.zone).date() + timedelta(days=later)

    def _at(self, hour: int) -> str:
        return (self.world.now + timedelta(hours=hour)).isoformat()


def _answer(row: Any, decision: str, fewer: int, dearer: str | None, day: date) -> dict[str, Any]:
    """Write an answer: a counter names a line, a price, or a day."""
    if decision == "accept":
        return {"decision": "accept"}
    if decision == "decline":
        return {"decision": "decline", "reason": "no room"}
    line = row["lines"][0]
    most = max(1, line["quantity"] - fewer)
    counter: dict[str, Any] = {"decision": "counter", "need_by": str(day)}
    if fewer:
        counter["lines"] = [{"sku": line["sku"], "quantity": most}]
    return counter | ({"unit_cost": dearer} if dearer else {})
