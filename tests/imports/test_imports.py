"""A file handed in over HTTP, taken in by a worker, and what its owner is told."""

import gzip
import threading
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from app.audit.tables import AuditEntry
from app.catalog.ingest import SkuDraft, StyleDraft, put_styles
from app.database.database import Database
from app.imports.ask import MOST_OPEN
from app.imports.tables import Import, ImportPart
from app.imports.work import MOST_ATTEMPTS, Imports
from app.jobs.tables import DueWork
from app.jobs.totals import add_totals, taken
from app.sales.metrics import sales_metrics
from app.sales.tables import SalesRow
from app.stock.tables import StockLevel
from app.worker import Worker
from tests.imports.site import AT, Site
from tests.recommendations.scene import key_for
from tests.web.asgi import Client

SALES = b"""order,sku,quantity,date
1001,S1-M,2,2026-03-01
1001,S1-L,1,2026-03-01
1002,S2,3,2026-03-02
"""
FAULTY = b"""order,sku,quantity,date
1001,S1-M,2,2026-03-01
1002,S9,1,2026-03-01
1003,S2,some,2026-02-30
1004,=1+1,2,2026-03-02
1005,S2
"""


def counted(done: dict[str, Any], *names: str) -> tuple[int, ...]:
    return tuple(done["rows"][name] for name in names or ("stored", "duplicate", "rejected"))


def waiting(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(ImportPart)) or 0


def test_a_file_is_accepted_at_once_and_stored_by_a_worker(site: Site, database: Database) -> None:
    answer = site.send(SALES, name="C:\\exports\\march.csv")

    told = answer.json()
    assert (answer.status_code, told["status"], told["rows"]["read"]) == (202, "queued", 0)
    assert answer.headers["location"] == f"/v1/imports/{told['id']}"
    assert (told["file"], told["bytes"]) == ("march.csv", len(SALES))
    assert site.rows(SalesRow, "id") == []
    with database.write() as session:
        session.execute(delete(DueWork))
    site.work()
    done = site.get(told["id"])
    assert (done["status"], done["progress"], counted(done)) == ("done", 1.0, (3, 0, 0))
    assert site.rows(SalesRow, "order_id", "kind", "quantity", "occurred_at") == [
        ("1001", "sale", 1, datetime(2026, 3, 1, 11, tzinfo=UTC)),
        ("1001", "sale", 2, datetime(2026, 3, 1, 11, tzinfo=UTC)),
        ("1002", "sale", 3, datetime(2026, 3, 2, 11, tzinfo=UTC)),
    ]
    assert len(site.rows(DueWork, "key")) == 2
    assert waiting(database) == 0


def test_stock_of_a_day_is_what_was_there_at_its_end(site: Site) -> None:
    done = site.take(
        b"sku;date;on hand\nS2;02.03.2026;7\nS2;03.03.2026;-2\nS2;10.03.2026;5\n", kind="stock"
    )

    assert counted(done) == (3, 0, 0)
    assert site.rows(StockLevel, "as_of", "on_hand") == [
        (AT, 5),
        (datetime(2026, 3, 2, 22, 59, 59, tzinfo=UTC), 7),
        (datetime(2026, 3, 3, 22, 59, 59, tzinfo=UTC), 0),
    ]


def test_rows_that_are_wrong_are_listed_in_their_owners_words_and_the_others_stored(
    site: Site,
) -> None:
    done = site.take(FAULTY)

    assert (done["status"], counted(done, "read", "stored", "rejected")) == ("done", (5, 1, 4))
    assert site.errors(done["id"]) == [
        "3,sku,unknown_sku,the brand has no such SKU",
        '4,date,bad_time,"""2026-02-30"" is not a date or time that is read here"',
        '4,quantity,not_an_integer,"""some"" is not a whole number"',
        "5,sku,unknown_sku,the brand has no such SKU",
        '6,,malformed,"has 2 values, not 4"',
    ]


def test_formulas_in_what_is_wrong_are_defused(site: Site) -> None:
    done = site.take(b"=cmd,sku,quantity,date\n,S2,x,2026-03-01\n", mapping={"channel": "=cmd"})
    mapped = site.take(b"=cmd,sku,date\n=2+5,S2,2026-03-01\n", mapping={"quantity": "=cmd"})

    assert counted(done) == (0, 0, 1)
    assert site.errors(mapped["id"])[0].startswith("2,'=cmd,not_an_integer,")


def test_with_abort_one_wrong_row_keeps_all_out(site: Site) -> None:
    refused = site.take(FAULTY, on_error="abort")

    assert (refused["status"], refused["error"]["code"]) == ("failed", "rows_rejected")
    assert refused["error"]["message"] == "4 rows are wrong, so nothing was stored"
    assert counted(refused) == (0, 0, 4)
    assert len(site.errors(refused["id"])) == 5
    assert site.rows(SalesRow, "id") == []

    taken = site.take(SALES, on_error="abort")

    assert (taken["status"], counted(taken)) == ("done", (3, 0, 0))
    assert len(site.rows(SalesRow, "id")) == 3


def test_with_abort_a_row_that_contradicts_what_is_stored_keeps_all_out(site: Site) -> None:
    site.take(b"event_id,sku,quantity,date\ne1,S2,1,2026-03-01\n")

    refused = site.take(
        b"event_id,sku,quantity,date\ne0,S2,1,2026-03-01\ne1,S2,2,2026-03-01\n", on_error="abort"
    )

    assert refused["error"]["code"] == "rows_rejected"
    assert site.errors(refused["id"]) == [
        "3,event_id,event_conflict,was stored before with other content"
    ]
    assert site.rows(SalesRow, "event_id") == [("e1",)]


def test_a_dry_run_shows_what_would_be_stored_and_stores_nothing(
    site: Site, database: Database
) -> None:
    site.take(SALES)
    with database.write() as session:
        session.execute(delete(DueWork))

    done = site.take(SALES + b"1003,S2,1,2026-03-03\n1004,S9,1,2026-03-03\n", dry_run="true")

    assert (done["status"], counted(done)) == ("done", (1, 3, 1))
    assert len(done["preview"]) == 5
    shown = done["preview"][3]
    assert shown.pop("event_id").startswith("1003-")
    assert shown == {
        "row": 5,
        "sku": "S2",
        "kind": "sale",
        "quantity": 1,
        "occurred_at": "2026-03-03T11:00:00Z",
        "unit_price": None,
        "channel": None,
        "order_id": "1003",
    }
    assert len(site.rows(SalesRow, "id")) == 3
    assert site.rows(DueWork, "key") == []
    assert site.errors(done["id"]) == ["6,sku,unknown_sku,the brand has no such SKU"]


def test_the_same_bytes_again_answer_the_first_import(site: Site, database: Database) -> None:
    first = site.take(SALES)

    again = site.send(SALES, name="other.csv")
    packed = site.send(gzip.compress(SALES))
    as_stock = site.send(SALES, kind="stock")

    assert (again.status_code, again.json()["id"]) == (200, first["id"])
    assert again.headers["location"] == f"/v1/imports/{first['id']}"
    assert (packed.status_code, as_stock.status_code) == (202, 202)
    assert waiting(database) == 2


def test_an_import_that_rejected_rows_is_done_again_and_takes_what_it_lacked(
    site: Site, database: Database
) -> None:
    first = site.take(b"sku,quantity,date\nS2,1,2026-03-01\nS3,1,2026-03-01\n")
    with database.write() as session:
        style = StyleDraft(
            code="S3", name="S3", currency="EUR", price=Decimal(9), skus=(SkuDraft("S3"),)
        )
        put_styles(session, site.brand.id, [style], at=AT)

    again = site.take(b"sku,quantity,date\nS2,1,2026-03-01\nS3,1,2026-03-01\n")

    assert counted(first) == (1, 0, 1)
    assert again["id"] != first["id"]
    assert counted(again) == (1, 1, 0)


def test_an_idempotency_key_answers_the_same_file_and_refuses_another(site: Site) -> None:
    def send(content: bytes) -> tuple[int, str]:
        files = {"file": ("f.csv", content)}
        told = {"kind": "sales", "dry_run": "true"}
        headers = {"Idempotency-Key": "k1"}
        answer = site.client.send("POST", "/v1/imports", files=files, data=told, headers=headers)
        return answer.status_code, answer.json().get("id") or answer.json()["code"]

    first, again, other = send(SALES), send(SALES), send(SALES + b"1009,S2,1,2026-03-01\n")

    assert first == again
    assert other == (422, "idempotency_key_reused")


@pytest.mark.parametrize("charset", ["idna", "raw_unicode_escape", "none-such"])
def test_the_texts_of_a_form_are_utf_8(site: Site, charset: str) -> None:
    body = b'--b\r\ncontent-disposition: form-data; name="kind"\r\n\r\n\\ud800..\xff\r\n--b--\r\n'
    headers = {"Content-Type": f"multipart/form-data; boundary=b; charset={charset}"}

    answer = site.client.send("POST", "/v1/imports", content=body, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_encoding")


def test_an_import_is_written_into_the_audit_log(site: Site) -> None:
    made = site.send(SALES).json()

    [(action, subject, details)] = site.rows(AuditEntry, "action", "subject", "details")
    assert (action, subject) == ("import.asked", made["id"])
    assert (details["kind"], details["file"]) == ("sales", "file.csv")


def test_a_brand_sees_its_own_imports_alone(site: Site, database: Database) -> None:
    made = [site.send(SALES, dry_run="true").json()["id"] for _ in range(3)]
    zeta = Client(site.client.app, key_for(database, "brand", brand_id=site.brand.id + 1))
    factory = Client(site.client.app, key_for(database, "ops"))

    first = site.client.get("/v1/imports?limit=2").json()
    rest = site.client.get(f"/v1/imports?limit=2&cursor={first['next_cursor']}").json()

    assert [one["id"] for one in first["data"] + rest["data"]] == made[::-1]
    assert zeta.get("/v1/imports").json()["data"] == []
    unknown = zeta.get("/v1/imports/imp_none")
    for path in (f"/v1/imports/{made[0]}", f"/v1/imports/{made[0]}/errors.csv"):
        answer = zeta.get(path)
        assert answer.status_code == 404
        assert answer.json()["detail"] == unknown.json()["detail"]
    assert factory.get(f"/v1/imports/{made[0]}").status_code == 200


def test_twenty_imports_of_a_brand_may_wait(site: Site, database: Database) -> None:
    for number in range(MOST_OPEN):
        site.send(SALES + f"{number},S2,1,2026-03-01\n".encode())

    refused = site.send(SALES)

    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_open")
    assert waiting(database) == MOST_OPEN


def many(count: int) -> bytes:
    rows = "".join(f"{number},S2,1,2026-03-01\n" for number in range(count))
    return f"order,sku,quantity,date\n{rows}".encode()


@pytest.mark.parametrize("on_error", ["skip", "abort"])
def test_an_import_whose_worker_ended_is_gone_on_with_where_it_was(
    site: Site, database: Database, monkeypatch: pytest.MonkeyPatch, on_error: str
) -> None:
    monkeypatch.setattr("app.imports.kinds.opened.ROWS_AT_ONCE", 4)
    made = site.send(many(10) + b"10,S9,1,2026-03-01\n" * (on_error == "skip"), on_error=on_error)
    import_id = made.json()["id"]

    workers = 0
    while site.get(import_id)["status"] in {"queued", "running"} and workers < 20:
        # Each worker is gone after as many portions as there were workers before it.
        killed, workers = Imports(database, site.settings), workers + 1
        killed._at_hand = killed._claim()
        for _ in range(workers):
            if killed._at_hand is not None:
                killed._portion(killed._at_hand)
        with database.write() as session:
            session.execute(update(Import).values(lease_until=datetime.now(UTC) - timedelta(1)))

    done = site.get(import_id)
    assert (done["status"], counted(done)) == ("done", (10, 0, int(on_error == "skip")))
    assert len(site.rows(SalesRow, "id")) == 10
    assert workers > 2


def test_an_import_that_ends_its_workers_is_given_up(site: Site, database: Database) -> None:
    made = site.send(SALES).json()["id"]
    for _ in range(MOST_ATTEMPTS):
        assert Imports(database, site.settings)._claim() is not None
        with database.write() as session:
            session.execute(update(Import).values(lease_until=datetime.now(UTC) - timedelta(1)))

    site.work()

    done = site.get(made)
    assert (done["status"], done["error"]["code"]) == ("failed", "workers_ended")
    assert waiting(database) == 0


def test_a_stopped_worker_gives_its_import_back_at_once(site: Site, database: Database) -> None:
    made = site.send(SALES).json()["id"]
    stopped = Imports(database, site.settings)
    stopped._at_hand = stopped._claim()
    other = Imports(database, site.settings)
    assert other.step() is False

    stopped.put_back()

    assert other.step() is True
    assert site.get(made)["status"] == "done"


def test_who_lost_the_lease_stores_nothing(site: Site, database: Database) -> None:
    site.send(SALES)
    slow = Imports(database, site.settings)
    slow._at_hand = slow._claim()
    with database.write() as session:
        session.execute(update(Import).values(lease="another"))

    slow.step()

    assert site.rows(SalesRow, "id") == []


def test_the_metrics_tell_what_workers_took_in_of_files_and_nothing_of_dry_runs(
    site: Site, database: Database
) -> None:
    with taken():
        pass  # of whatever ran before in this process
    site.take(SALES, dry_run="true")
    site.take(SALES)
    site.take(SALES + b"1003,S9,1,2026-03-03\n")

    with taken() as counted, database.write() as session:
        add_totals(session, counted)  # as a worker does with each beat

    with database.read() as session:
        [family] = sales_metrics(session, AT)
    told = {sample.labels["outcome"]: sample.value for sample in family.samples}
    assert told == {"accepted": 3.0, "duplicate": 3.0, "rejected": 1.0}


def test_the_worker_takes_imports_in(site: Site, database: Database) -> None:
    made = site.send(SALES).json()["id"]
    worker = Worker(database, site.settings)
    working = threading.Thread(target=worker.run)

    working.start()
    while site.get(made)["status"] in {"queued", "running"}:
        time.sleep(0.05)
    worker.stop()
    working.join()

    assert counted(site.get(made)) == (3, 0, 0)
