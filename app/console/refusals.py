"""What was refused, in the words of whoever sits before the page."""

from app.errors import ShortrunError

WORDS = {
    "not_open": "This recommendation is no longer open: it was answered, replaced or withdrawn,"
    " or its time is over. Below is how it stands now.",
    "not_draft": "This recommendation is no draft any more. Below is how it stands now.",
    "not_countered": "There is no counter to answer any more. Below is how it stands now.",
    "counter_changed": "The factory has replaced its counter since this page was made. Look at"
    " the new one below before you answer.",
    "offer_gone": "The factory no longer makes this offer. A new decision is on its way.",
    "cost_rise": "The offer has become dearer since. A new decision is on its way.",
    "terms_changed": "The offer's terms have changed since. A new decision is on its way.",
    "open_to_buy": "This would tie up more money than the brand's open-to-buy allows.",
    "material_short": "The factory's material no longer suffices for it.",
    "capacity_short": "The factory's capacity no longer suffices for it.",
    "stale_form": "This page was made for an earlier session. Open it again and repeat what you"
    " wanted to do.",
    "other_origin": "This form was not sent by a page of this console, so nothing was done.",
    "too_many_requests": "Too many attempts. Wait a minute before the next.",
    "unavailable": "The database is away or busy. Try again in a moment; nothing was done.",
}
"""By the stable code of a refusal; the others say it themselves."""


def words_for(error: ShortrunError) -> str:
    """Return a sentence or two about a refusal."""
    known = WORDS.get(error.refusal_code)
    if known is not None:
        return known
    if error.errors:
        return "; ".join(f"{_field(one.pointer)}: {one.message}" for one in error.errors) + "."
    return f"{error.detail[:1].upper()}{error.detail[1:]}."


def _field(pointer: str) -> str:
    name = pointer.rsplit("/", 1)[-1].replace("_", " ")
    return f"{name[:1].upper()}{name[1:]}"
