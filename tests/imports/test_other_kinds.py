"""The catalog, supply on its way, known demand, and what EDI tells."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.catalog.tables import Sku, Style
from app.database.database import Database
from app.demand.tables import KnownDemand
from app.sales.tables import SalesRow
from app.stock.tables import Receipt, StockLevel, Supply
from tests.imports.site import Site

CATALOG = b"""style;sku;farbe;size;price;name
S1;S1-M;BLK;M;49,00;Tee
S1;S1-XL;BLK;XL;;
S7;S7-M;RED;M;19,90;Cap
S8;S8-M;RED;M;;
S9;S1-L;RED;M;5,00;
"""


def test_a_catalog_adds_to_styles_and_keeps_what_it_does_not_say(
    site: Site, database: Database
) -> None:
    done = site.take(CATALOG, kind="catalog")

    assert (done["status"], done["rows"]["stored"], done["rows"]["rejected"]) == ("done", 3, 2)
    assert site.errors(done["id"]) == [
        '5,price,no_price,"is empty, and the style is not known yet"',
        "6,sku,sku_taken,a SKU of the style belongs to another style",
    ]
    assert site.rows(Sku, "code", "colorway", "size")[:3] == [
        ("S1-L", "", ""),
        ("S1-L", "", ""),
        ("S1-M", "", ""),
    ]
    styles = site.rows(Style, "brand_id", "code", "name", "price")
    assert (site.brand.id, "S1", "Tee", Decimal(49)) in styles
    assert (site.brand.id, "S7", "Cap", Decimal("19.9")) in styles

    again = site.take(CATALOG, kind="catalog")

    assert (again["rows"]["stored"], again["rows"]["duplicate"]) == (0, 3)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_supply_on_its_way_is_replaced_line_by_line(site: Site) -> None:
    header = "PO,SKU,Qty,ETA,Received date\n"
    site.take(f"{header}PO/1,S2,60,2026-03-20,\nPO/2,S2,5,2026-03-01,2026-03-02\n".encode(),
              kind="inbound")  # fmt: skip

    done = site.take(f"{header}PO/1,S2,50,2026-03-21,\nPO/3,S2,5,2026-03-01,2026-03-20\n".encode(),
                     kind="inbound")  # fmt: skip

    assert site.rows(Supply, "quantity", "due_date") == [(50, date(2026, 3, 21))]
    assert site.rows(Receipt, "quantity", "at") == [(5, datetime(2026, 3, 1, 23, tzinfo=UTC))]
    assert site.errors(done["id"])[0].startswith("3,Received date,in_future,")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_known_demand_without_a_probability_is_certain(site: Site) -> None:
    site.take(
        b"reference,sku,quantity,due date,probability\n"
        b"K1,S2,40,2026-04-15,80%\nK2,S2,5,2026-05-01,\n",
        kind="known_demand",
    )

    assert site.rows(KnownDemand, "quantity", "probability") == [(40, 0.8), (5, 1.0)]


ISA = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260310*0900*U*00401*000000001*0*P*>"  # noqa: E501  its length is fixed
X852 = f"""{ISA}~
GS*PD*SENDER*RECEIVER*20260310*0900*1*X*004010~
ST*852*0001~
XQ*H*20260302*20260308~
N1*ST*Store*92*0017~
LIN*1*UP*012345678905*VN*S2~
ZA*QS*9*EA~
SDQ*EA*92*0017*4*0018*5~
ZA*QA*12*EA~
ZA*QU*1*EA~
ZA*QP*3*EA~
LIN*2*VN*S9~
ZA*QS*2*EA~
SE*11*0001~
GE*1*1~
IEA*1*000000001~
"""

SLSRPT = """UNA:+.? '
UNB+UNOC:3+SENDER+RECEIVER+260310:0900+1'
UNH+1+SLSRPT:D:96A:UN:EAN004'
BGM+73E::9+SDR1+9'
DTM+137:20260310:102'
DTM+356:2026030120260331:718'
NAD+SE+5400000000010::9'
LOC+162+North ?+ South::9'
DTM+356:2026030220260308:718'
LIN+1++5400000000020:EN'
PIA+1+S2:SA'
PRI+AAA:12.50:CA:RTP'
QTY+153:14'
QTY+61:1'
UNT+13+1'
UNZ+1+1'
"""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_product_activity_of_x12_is_read_by_place_with_warnings(site: Site) -> None:
    sales = site.take(X852.encode())
    stock = site.take(X852.encode(), kind="stock")

    noon = datetime(2026, 3, 8, 11, tzinfo=UTC)
    assert site.rows(SalesRow, "kind", "quantity", "channel", "occurred_at") == [
        ("return", 1, "0017", noon),
        ("sale", 4, "0017", noon),
        ("sale", 5, "0018", noon),
    ]
    assert sales["read_as"]["format"] == "X12 852"
    assert sales["read_as"]["warnings"] == ["activity QP was passed over"]
    assert (sales["rows"]["rejected"], sales["rows"]["left_out"]) == (1, {"on hand: not sales": 1})
    assert site.rows(StockLevel, "on_hand", "as_of") == [
        (12, datetime(2026, 3, 8, 22, 59, 59, tzinfo=UTC))
    ]
    assert stock["rows"]["left_out"] == {"sold: not stock": 3, "returned: not stock": 1}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_sales_report_of_edifact_is_booked_on_the_last_day_of_its_period(site: Site) -> None:
    site.take(SLSRPT.replace("\n", "").encode())

    again = site.take(SLSRPT.encode())

    noon = datetime(2026, 3, 8, 11, tzinfo=UTC)
    assert site.rows(SalesRow, "kind", "quantity", "channel", "occurred_at") == [
        ("return", 1, "North + South", noon),
        ("sale", 14, "North + South", noon),
    ]
    assert (again["rows"]["stored"], again["rows"]["duplicate"]) == (0, 2)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_interchange_without_quantities_fails_in_words(site: Site) -> None:
    done = site.take(X852.replace("ZA*", "ZZ*").replace("SDQ", "ZDQ").encode())

    assert done["error"]["code"] == "no_activity"
