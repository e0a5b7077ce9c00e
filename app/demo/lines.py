"""The two lines of the demo: clothes that live for a season, and scooters that stay."""

from decimal import Decimal

from app.demo.days import SEASON_DAYS
from app.demo.line import LaunchCurve, Line, Maker, SteadyCurve, Style, Terms

FIVE_SIZES = {"XS": 0.10, "S": 0.23, "M": 0.31, "L": 0.23, "XL": 0.13}
FOUR_SIZES = {"S": 0.22, "M": 0.34, "L": 0.29, "XL": 0.15}
TWO_TIERS = {"CORE": 0.6, "RANGE": 0.4}
THREE_TIERS = {"CORE": 0.45, "RANGE": 0.35, "MAX": 0.2}

LAST_SPRING = -52 * 7
CHINO_HANDOVER = 6 * 7
CITY_HANDOVER = 8 * 7


def _garment(
    style: str,
    name: str,
    part: str,
    *,
    category: str,
    fabric: str,
    price: str,
    make_cost: str,
    curve: LaunchCurve | SteadyCurve,
    launch_day: int,
    end_day: int | None,
    opening_units: int,
    colorways: tuple[str, ...],
    sizes: dict[str, float],
    like: tuple[str, ...] = (),
    successor: str | None = None,
) -> Style:
    cost = Decimal(make_cost)
    return Style(
        style, name, part, category, {"fabric": fabric},
        price=Decimal(price), make_cost=cost, salvage=(cost / 2).quantize(Decimal("0.01")),
        holding_per_week=Decimal("0.06"), curve=curve, launch_day=launch_day, end_day=end_day,
        opening_units=opening_units, colorways=colorways, size_shares=sizes, return_rate=0.18,
        like=like, successor=successor,
    )  # fmt: skip


def apparel() -> Line:
    """Return the clothes: a hit, an average, a flop, a basic, and a style with its successor."""
    return Line(
        brand="northlight", name="Northlight Apparel", timezone="Europe/Madrid", currency="EUR",
        styles=(
            _garment(
                "camp-shirt", "Camp Shirt", "last spring", category="shirt", fabric="cotton",
                price="55.00", make_cost="12.20", curve=LaunchCurve(470, 4), launch_day=LAST_SPRING,
                end_day=LAST_SPRING + SEASON_DAYS, opening_units=0, colorways=("WHT", "SKY"),
                sizes=FIVE_SIZES,
            ),
            _garment(
                "slip-dress", "Slip Dress", "last spring", category="dress", fabric="viscose",
                price="75.00", make_cost="16.80", curve=LaunchCurve(430, 4), launch_day=LAST_SPRING,
                end_day=LAST_SPRING + SEASON_DAYS, opening_units=0, colorways=("BLK", "RST"),
                sizes=FIVE_SIZES,
            ),
            _garment(
                "linen-shirt", "Linen Shirt", "hit", category="shirt", fabric="linen",
                price="59.00", make_cost="13.40", curve=LaunchCurve(1250, 5), launch_day=0,
                end_day=SEASON_DAYS, opening_units=140, colorways=("WHT", "SGE"),
                sizes=FIVE_SIZES, like=("camp-shirt",),
            ),
            _garment(
                "wrap-dress", "Wrap Dress", "average", category="dress", fabric="viscose",
                price="79.00", make_cost="17.60", curve=LaunchCurve(480, 4), launch_day=0,
                end_day=SEASON_DAYS, opening_units=140, colorways=("BLK", "TER"),
                sizes=FIVE_SIZES, like=("slip-dress",),
            ),
            _garment(
                "cargo-short", "Cargo Short", "flop", category="short", fabric="cotton",
                price="49.00", make_cost="11.90", curve=LaunchCurve(115, 3), launch_day=0,
                end_day=SEASON_DAYS, opening_units=120, colorways=("KHK", "BLK"),
                sizes=FOUR_SIZES, like=("camp-shirt",),
            ),
            _garment(
                "rib-tee", "Rib Tee", "basic", category="tee", fabric="cotton",
                price="25.00", make_cost="5.80", curve=SteadyCurve(75, 0.004), launch_day=-40 * 7,
                end_day=None, opening_units=260, colorways=("WHT", "BLK", "NVY"), sizes=FIVE_SIZES,
            ),
            _garment(
                "chino", "Chino", "predecessor", category="trouser", fabric="twill",
                price="65.00", make_cost="15.10", curve=SteadyCurve(40), launch_day=-36 * 7,
                end_day=SEASON_DAYS, opening_units=170, colorways=("SND", "NVY"), sizes=FOUR_SIZES,
                successor="chino-2",
            ),
            _garment(
                "chino-2", "Chino 2", "successor", category="trouser", fabric="twill",
                price="69.00", make_cost="15.60", curve=SteadyCurve(52, ramp_weeks=1.5),
                launch_day=CHINO_HANDOVER, end_day=None, opening_units=120,
                colorways=("SND", "NVY"), sizes=FOUR_SIZES, like=("chino",),
            ),
        ),
        makers=(
            Maker("atelier-porto", "Atelier Porto", "Europe/Lisbon"),
            Maker("mill-izmir", "Mill Izmir", "Europe/Istanbul"),
        ),
        terms=(
            Terms(
                "on_demand", "atelier-porto", ((1, Decimal("1.60")),), setup_cost=Decimal(6),
                colorway_setup_cost=Decimal(0), freight_per_unit=Decimal("0.80"), moq_run=1,
                moq_colorway=0, max_quantity=30, lead_days=5, lead_sd_days=0.7, yield_rate=0.99,
                capacity_per_week=200,
            ),
            Terms(
                "small_batch", "atelier-porto",
                ((1, Decimal("1.25")), (150, Decimal("1.15")), (400, Decimal("1.10"))),
                setup_cost=Decimal(90), colorway_setup_cost=Decimal(25),
                freight_per_unit=Decimal("0.45"), moq_run=40, moq_colorway=12, max_quantity=800,
                lead_days=14, lead_sd_days=1.5, yield_rate=0.98, capacity_per_week=900,
            ),
            Terms(
                "large_batch", "mill-izmir", ((1, Decimal("1.00")), (1000, Decimal("0.93"))),
                setup_cost=Decimal(350), colorway_setup_cost=Decimal(80),
                freight_per_unit=Decimal("0.35"), moq_run=400, moq_colorway=120,
                max_quantity=20000, lead_days=49, lead_sd_days=4, yield_rate=0.97,
                capacity_per_week=10000,
            ),
        ),
        weekday_factors=(0.90, 0.86, 0.90, 0.98, 1.16, 1.26, 0.94),
    )  # fmt: skip


def _scooter(
    style: str,
    name: str,
    part: str,
    *,
    price: str,
    make_cost: str,
    curve: SteadyCurve,
    launch_day: int,
    end_day: int | None,
    opening_units: int,
    colorways: tuple[str, ...],
    tiers: dict[str, float],
    like: tuple[str, ...] = (),
    successor: str | None = None,
) -> Style:
    cost = Decimal(make_cost)
    return Style(
        style, name, part, "scooter", {"motor": "hub"},
        price=Decimal(price), make_cost=cost, salvage=(cost * 6 / 10).quantize(Decimal("0.01")),
        holding_per_week=Decimal("0.90"), curve=curve, launch_day=launch_day, end_day=end_day,
        opening_units=opening_units, colorways=colorways, size_shares=tiers, like=like,
        successor=successor,
    )  # fmt: skip


def scooters() -> Line:
    """Return the scooters: three models in tiers, one of them followed by a new model."""
    return Line(
        brand="voltway", name="Voltway Scooters", timezone="Europe/Berlin", currency="EUR",
        styles=(
            _scooter(
                "city", "City", "predecessor", price="449.00", make_cost="248.00",
                curve=SteadyCurve(26), launch_day=-40 * 7, end_day=SEASON_DAYS, opening_units=130,
                colorways=("BLK", "SND"), tiers=TWO_TIERS, successor="city-2",
            ),
            _scooter(
                "city-2", "City 2", "successor", price="479.00", make_cost="259.00",
                curve=SteadyCurve(31, ramp_weeks=1.5), launch_day=CITY_HANDOVER, end_day=None,
                opening_units=90, colorways=("BLK", "SND"), tiers=TWO_TIERS, like=("city",),
            ),
            _scooter(
                "sport", "Sport", "steady", price="699.00", make_cost="388.00",
                curve=SteadyCurve(13, 0.012), launch_day=-40 * 7, end_day=None, opening_units=60,
                colorways=("GRN",), tiers=THREE_TIERS,
            ),
            _scooter(
                "cargo", "Cargo", "steady", price="1190.00", make_cost="668.00",
                curve=SteadyCurve(7), launch_day=-40 * 7, end_day=None, opening_units=32,
                colorways=("GRY",), tiers=TWO_TIERS,
            ),
        ),
        makers=(
            Maker("werk-brno", "Werk Brno", "Europe/Prague"),
            Maker("plant-ningbo", "Plant Ningbo", "Asia/Shanghai"),
        ),
        terms=(
            Terms(
                "on_demand", "werk-brno", ((1, Decimal("1.28")),), setup_cost=Decimal(40),
                colorway_setup_cost=Decimal(0), freight_per_unit=Decimal(18), moq_run=1,
                moq_colorway=0, max_quantity=12, lead_days=7, lead_sd_days=0.8, yield_rate=1.0,
                capacity_per_week=40,
            ),
            Terms(
                "small_batch", "werk-brno", ((1, Decimal("1.10")), (60, Decimal("1.06"))),
                setup_cost=Decimal(450), colorway_setup_cost=Decimal(60),
                freight_per_unit=Decimal(14), moq_run=20, moq_colorway=0, max_quantity=300,
                lead_days=21, lead_sd_days=2, yield_rate=0.99, capacity_per_week=150,
            ),
            Terms(
                "large_batch", "plant-ningbo", ((1, Decimal("1.00")), (400, Decimal("0.97"))),
                setup_cost=Decimal(2500), colorway_setup_cost=Decimal(200),
                freight_per_unit=Decimal(11), moq_run=150, moq_colorway=0, max_quantity=5000,
                lead_days=56, lead_sd_days=5, yield_rate=0.99, capacity_per_week=1000,
            ),
        ),
        weekday_factors=(1.0, 0.95, 0.95, 1.0, 1.04, 1.14, 0.92),
        cancelled_share=0.01,
    )  # fmt: skip
