from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import insert

from app.database.database import Database
from app.parties.tables import BrandFactory
from app.planning import OfferTerms
from app.sourcing.ingest import OfferDraft, put_offer
from app.sourcing.queries import offers_for
from app.sourcing.terms import named, terms_of

AT = datetime(2026, 3, 2, 10, 15, tzinfo=UTC)
OFFER = OfferDraft(
    code="small",
    brand="acme",
    mode="small_batch",
    currency="EUR",
    price_breaks=((1, Decimal("14.00")), (200, Decimal("12.10"))),
    setup_cost=Decimal(120),
    colorway_setup_cost=Decimal(30),
    tooling_cost=Decimal(500),
    freight_per_unit=Decimal("0.80"),
    freight_per_run=Decimal(15),
    setup_loss_units=2,
    moq_run=50,
    moq_colorway=20,
    moq_sku=5,
    order_multiple=5,
    max_quantity=2000,
    lead_time_days_mean=21,
    lead_time_days_sd=3,
    yield_rate=0.97,
    yield_sd=0.02,
    early_run_units=20,
    early_run_yield=0.485,
    capacity_per_week=1500,
)


def test_the_terms_are_the_offers(market: Database) -> None:
    with market.write() as session:
        put_offer(session, 1, OFFER, at=AT)

    with market.read() as session:
        [offered] = offers_for(session, 1, day=date(2026, 3, 2))
        terms = terms_of(offered)
        with_tools = terms_of(offered, has_tools=True)

    assert terms == OfferTerms(
        code="small",
        factory="fab1",
        mode="small_batch",
        made_to_order=False,
        price_break_kind="all_units",
        price_breaks=((1, 14.0), (200, 12.1)),
        setup_cost=120.0,
        colorway_setup_cost=30.0,
        tooling_cost=500.0,
        freight_per_unit=0.8,
        freight_per_run=15.0,
        setup_loss_units=2,
        moq_run=50,
        moq_colorway=20,
        moq_sku=5,
        order_multiple=5,
        max_quantity=2000,
        lead_time_days=21.0,
        lead_time_sd_days=3.0,
        yield_rate=0.97,
        yield_sd=0.02,
        early_run_units=20,
        early_run_yield=0.5,
        capacity_per_week=1500,
    )
    assert with_tools == replace(terms, tooling_cost=0.0)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_offers_of_one_code_by_two_factories_are_named_apart(market: Database) -> None:
    with market.write() as session:
        session.execute(insert(BrandFactory).values(brand_id=1, factory_id=2))
        put_offer(session, 1, OFFER, at=AT)
        put_offer(session, 2, OFFER, at=AT)
        put_offer(session, 2, replace(OFFER, code="large"), at=AT)

    with market.read() as session:
        names = named(offers_for(session, 1, day=date(2026, 3, 2)))
        codes = [terms_of(offered, name=name).code for name, offered in names.items()]

    assert list(names) == ["fab1/small", "large", "fab2/small"]
    assert codes == list(names)
