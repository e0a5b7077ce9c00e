"""Turns on what is shared: two that would both fit, but not together, come one after the other."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from app.database.upsert import take_turn


def take_turns(session: Session, brand_id: int | None, factory_ids: Iterable[int]) -> None:
    """Hold a brand's money and the factories' weeks and material to the end of the transaction.

    After styles and due work, before feed heads. Not the rows themselves: whoever changes a brand
    holds its row and waits for the due work that a publication holds.
    """
    if brand_id is not None:
        take_turn(session, "brand", brand_id)
    for factory_id in sorted(set(factory_ids)):
        take_turn(session, "factory", factory_id)
