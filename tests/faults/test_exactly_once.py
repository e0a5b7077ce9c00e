"""Each event counts once, however many send it, however often the line is cut."""

import json
import socket
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx

from app.database.database import Database
from tests.faults.counted import batch, stored_units, unsound
from tests.faults.site import Site

CLIENTS = 50


def send(shop: httpx.Client, number: int, once: str | None = None) -> httpx.Response:
    headers = {"Idempotency-Key": once} if once else {}
    return shop.post("/v1/sales", json={"events": batch(1, number, 200)}, headers=headers)


def send_cut_short(site: Site, key: str, number: int, share: float) -> None:
    """Send a part of a request and hang up."""
    body = json.dumps({"events": batch(1, number, 200)}).encode()
    head = (
        f"POST /v1/sales HTTP/1.1\r\nhost: here\r\nauthorization: Bearer {key}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    ).encode()
    whole = head + body
    with socket.create_connection(("127.0.0.1", site.port)) as sock:
        sock.sendall(whole[: round(len(whole) * share)])


def test_fifty_clients_cut_lines_and_a_restart_count_each_event_once(
    database: Database, site: Site, brand_key: str
) -> None:
    api = site.api()
    shop = httpx.Client(
        base_url=site.url,
        headers={"Authorization": f"Bearer {brand_key}"},
        timeout=90,
        trust_env=False,
    )
    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(lambda _: send(shop, 1), range(CLIENTS)))
        for share in (0.1, 0.5, 0.9, 0.999, 1.0):
            send_cut_short(site, brand_key, 2, share)
    first = send(shop, 3, once="monday")
    api.terminate()
    api.wait()
    site.api()
    repeated = send(shop, 3, once="monday")
    another = send(shop, 4, once="monday")
    after_cuts = send(shop, 2).json()
    shop.close()

    assert Counter(answer.status_code for answer in answers) == {200: CLIENTS}
    assert sum(answer.json()["accepted"] for answer in answers) == 200
    assert after_cuts["accepted"] + after_cuts["duplicates"] == 200
    assert (first.json()["accepted"], repeated.content) == (200, first.content)
    assert (another.status_code, another.json()["code"]) == (422, "idempotency_key_reused")
    assert stored_units(database)[0] == 600
    assert unsound(database) == []
