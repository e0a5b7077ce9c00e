"""A schedule fetched as a factory would, each form read by a reader that is not ours."""

import csv
import io
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from openpyxl import load_workbook
from pydifact.segmentcollection import Interchange
from pyx12.x12file import X12Reader

from app.client import ShortrunClient
from app.database.database import Database
from app.recommendations.issue import ProposedLine
from tests.client.live import LiveService
from tests.recommendations.scene import Scene, add_style, decide, run_of

Units = Counter[tuple[str, str, str]]
"""Units by SKU, day (yyyymmdd) and whether they are firm."""


def of_json(client: ShortrunClient) -> Units:
    found: Units = Counter()
    for line in client.schedule("fab1")["lines"]:
        firm = "firm" if line["commitment"] == "firm" else "plan"
        found[line["sku"], line["due_date"].replace("-", ""), firm] += line["quantity"]
    return found


def of_csv(written: bytes) -> Units:
    return of_rows(list(csv.reader(io.StringIO(written.decode(), newline=""))))


def of_xlsx(written: bytes) -> Units:
    sheet = load_workbook(io.BytesIO(written))["Schedule"]
    return of_rows([[str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)])


def of_rows(table: list[list[str]]) -> Units:
    found: Units = Counter()
    for row in (dict(zip(table[0], cells, strict=True)) for cells in table[1:]):
        firm = "firm" if row["commitment"] == "firm" else "plan"
        found[row["sku"], row["due_date"].replace("-", ""), firm] += int(row["quantity"])
    return found


def of_x12(written: bytes) -> Units:
    found: Units = Counter()
    sku = ""
    reader = X12Reader(io.StringIO(written.decode("ascii")))
    for segment in reader:
        if segment.get_seg_id() == "LIN":
            sku = segment.get_value("LIN03")
        if segment.get_seg_id() == "FST":
            firm = "firm" if segment.get_value("FST02") == "C" else "plan"
            found[sku, segment.get_value("FST04"), firm] += int(segment.get_value("FST01"))
    assert reader.pop_errors() == []
    return found


def of_delfor(written: bytes) -> Units:
    found: Units = Counter()
    sku, firm, units = "", "", 0
    for segment in Interchange.from_str(written.decode("latin-1")).segments:
        match segment.tag, segment.elements:
            case "LIN", [_, _, [code, "IN"]]:
                sku = code
            case "SCC", [status, *_]:
                firm = "firm" if status == "1" else "plan"
            case "QTY", [["113", quantity, "PCE"]]:
                units = int(quantity)
            case "DTM", [["2", day, "102"]]:
                found[sku, day, firm] += units
    return found


def propose_another(database: Database, scene: Scene) -> None:
    """Recommend 300 of one SKU of another style."""
    with database.write() as session:
        style_id, skus = add_style(session, scene.brand.id, "S3")
    other = replace(scene, style_id=style_id, skus=skus)
    lines = (ProposedLine("S3/RED M", skus[0], "RED", "M", 300),)
    decide(database, other, run_of(other, lines=lines), style="S3")


@pytest.mark.filterwarnings("ignore:segments.xml not found")
@pytest.mark.parametrize(
    ("form", "read"),
    [("csv", of_csv), ("xlsx", of_xlsx), ("x12_830", of_x12), ("delfor", of_delfor)],
)
def test_every_form_over_http_asks_for_the_same_units_on_the_same_days(
    service: LiveService,
    database: Database,
    scene: Scene,
    fab1_key: str,
    form: str,
    read: Callable[[bytes], Units],
) -> None:
    decide(database, scene, run_of(scene, medium=80))
    with service.client(fab1_key) as client:
        [event] = client.feed("fab1")
        client.respond(event["recommendation"]["id"], {"decision": "accept"})
        propose_another(database, scene)

        asked = of_json(client)
        file = client.schedule_file("fab1", form)

    assert asked == {
        ("S2-BLK-M", "20260323", "firm"): 80,
        ("S2-BLK-L", "20260323", "firm"): 40,
        ("S3/RED M", "20260330", "plan"): 300,
    }
    assert read(file.content) == asked


def test_what_an_erp_imports_is_what_was_accepted(
    service: LiveService, database: Database, scene: Scene, fab1_key: str
) -> None:
    decide(database, scene, run_of(scene))
    with service.client(fab1_key) as client:
        [event] = client.feed("fab1")
        client.respond(event["recommendation"]["id"], {"decision": "accept"})

        odoo = client.schedule_file("fab1", "csv", preset="odoo")
        erpnext = client.schedule_file("fab1", "csv", preset="erpnext")

    orders = list(csv.DictReader(io.StringIO(odoo.content.decode(), newline="")))
    assert [(row["product_id"], row["product_qty"]) for row in orders] == [
        ("S2-BLK-M", "80"),
        ("S2-BLK-L", "40"),
    ]
    requests = list(csv.DictReader(io.StringIO(erpnext.content.decode(), newline="")))
    assert [(row["items.item_code"], row["items.qty"]) for row in requests] == [
        ("S2-BLK-M", "80"),
        ("S2-BLK-L", "40"),
    ]
    assert odoo.release == erpnext.release
