"""What a key looks like."""

import re

import pytest

from app.errors import Unauthenticated
from app.parties.keys import check_form, digest_of, new_key, seal_of


def test_a_key_says_where_it_belongs_and_is_never_the_same() -> None:
    assert re.fullmatch(r"sr_live_[0-9A-Za-z]{38}", new_key(sandbox=False))
    assert re.fullmatch(r"sr_test_[0-9A-Za-z]{38}", new_key(sandbox=True))
    assert new_key(sandbox=True) != new_key(sandbox=True)


def test_a_typing_error_is_seen_without_asking_the_database() -> None:
    key = new_key(sandbox=False)
    check_form(key)

    for wrong in (key[:-1], key + "a", key.replace("live", "test"), key.swapcase(), "", "a\n"):
        with pytest.raises(Unauthenticated):
            check_form(wrong)


def test_what_is_stored_of_a_key_does_not_unseal_its_answers() -> None:
    assert seal_of("sr_live_a").hex() != digest_of("sr_live_a")
