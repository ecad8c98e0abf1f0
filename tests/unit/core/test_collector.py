"""The collector of garbage waits while much is made, and leaves alone what was made for good."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from kb.collector import MUCH, put_off


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    """Nothing frozen for good in the process of the tests."""
    yield
    gc.unfreeze()


def test_nothing_is_collected_while_the_function_runs() -> None:
    assert put_off(gc.isenabled)() is False
    assert gc.isenabled()


def test_a_function_that_fails_leaves_the_collector_at_work() -> None:
    with pytest.raises(ZeroDivisionError):
        put_off(lambda: 1 / 0)()
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        put_off(list)()
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.parametrize(("made", "for_good"), [(100, False), (2 * MUCH, True)])
def test_what_a_first_build_makes_is_never_searched_and_what_an_edit_makes_is(made: int, for_good: bool) -> None:
    gc.unfreeze()
    kept = put_off(lambda: [[number] for number in range(made)])()
    assert (gc.get_freeze_count() > len(kept)) is for_good
