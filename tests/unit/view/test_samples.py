"""Sample sizes, margins and intervals are those of R, hold at their edges, and small groups stay hidden."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.view.samples import (
    Group,
    answers_for_mean,
    answers_for_share,
    hidden,
    hidden_by_silence,
    interval_of_share,
    margin_of_mean,
    margin_of_share,
    size_rows,
)

EXPECTED: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[2] / "surveys" / "expected.json").read_text()
)


@pytest.mark.parametrize("case", EXPECTED["answers_for_share"], ids=str)
def test_answers_for_a_share_are_those_of_r(case: dict[str, Any]) -> None:
    """R finds them by trying every number of answers."""
    assert answers_for_share(case["people"], case["margin"], case["share"]) == case["value"]


@pytest.mark.parametrize("case", EXPECTED["answers_for_mean"], ids=str)
def test_answers_for_a_mean_are_those_of_r(case: dict[str, Any]) -> None:
    """R finds them by trying every number of answers."""
    assert answers_for_mean(case["people"], case["margin"], case["sd"]) == case["value"]


@pytest.mark.parametrize("case", EXPECTED["margin_of_share"], ids=str)
def test_a_margin_is_that_of_r(case: dict[str, Any]) -> None:
    """R takes the variance of the values of the whole population."""
    got = margin_of_share(case["people"], case["answers"], case["share"])
    assert got == pytest.approx(case["value"], abs=1e-9)


@pytest.mark.parametrize("case", EXPECTED["interval_of_share"], ids=str)
def test_an_interval_is_that_of_r(case: dict[str, Any]) -> None:
    """R's prop.test without its correction gives Wilson's interval."""
    got = interval_of_share(case["people"], case["answers"], case["counted"])
    assert got == pytest.approx(tuple(case["value"]), abs=1e-9)


def test_with_nobody_there_is_nothing_to_say() -> None:
    """Nobody to ask needs no answers, and no answer gives no margin and no interval."""
    assert answers_for_share(0, 0.05) == answers_for_mean(0, 0.2, 1) == 0
    assert margin_of_share(0, 0) is margin_of_share(10, 0) is margin_of_mean(10, 0, 1) is None
    assert interval_of_share(0, 0, 0) is interval_of_share(10, 0, 0) is hidden_by_silence(0, 0, 0) is None


def test_one_person_is_everybody() -> None:
    """One person of one is asked, and the result is exact."""
    assert answers_for_share(1, 0.05) == answers_for_mean(1, 0.2, 1) == 1
    assert margin_of_share(1, 1) == margin_of_mean(1, 1, 2.5) == 0
    assert interval_of_share(1, 1, 1) == (1, 1)


def test_more_answers_than_people_are_refused() -> None:
    """Impossible counts have no margin and no interval."""
    assert margin_of_share(10, 11) is interval_of_share(10, 11, 2) is interval_of_share(10, 5, 6) is None
    assert hidden_by_silence(10, 11, 2) is None


def test_a_margin_of_nothing_is_refused() -> None:
    """No number of answers is exact without asking everybody."""
    with pytest.raises(ValueError, match="above 0"):
        answers_for_share(100, 0)
    with pytest.raises(ValueError, match="above 0"):
        answers_for_mean(100, -1, 1)


@given(st.integers(1, 20_000), st.floats(0.005, 0.5), st.floats(0.01, 0.99))
def test_what_is_needed_is_enough_and_one_less_is_not(people: int, margin: float, share: float) -> None:
    """The number of answers is the smallest that keeps the margin, and never more than there are people."""
    answers = answers_for_share(people, margin, share)
    assert 1 <= answers <= people
    reached = margin_of_share(people, answers, share)
    assert reached is not None
    assert reached <= margin + 1e-6
    if answers > 1:
        before = margin_of_share(people, answers - 1, share)
        assert before is not None
        assert before >= margin - 1e-6


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))), st.data())
def test_an_interval_holds_its_share_and_lies_within_what_silence_allows(
    counts: tuple[int, int], data: st.DataObject
) -> None:
    """An interval is inside 0 to 1 and around the share; the bounds for silence are around the share too."""
    people, answers = counts
    counted = data.draw(st.integers(0, answers))
    interval, silence = interval_of_share(people, answers, counted), hidden_by_silence(people, answers, counted)
    assert interval is not None
    assert silence is not None
    assert 0 <= interval[0] <= counted / answers + 1e-9
    assert counted / answers - 1e-9 <= interval[1] <= 1
    assert silence[0] - 1e-9 <= counted / answers <= silence[1] + 1e-9


_GROUP = st.integers(0, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))


@given(st.lists(_GROUP, max_size=12), st.integers(2, 15))
def test_no_small_group_is_shown_and_none_can_be_found_from_the_total(
    found: list[tuple[int, int]], smallest: int
) -> None:
    """Shown groups have enough answers that differ; those hidden are enough together, or nothing is shown at all."""
    groups = [Group(str(number), answers, counted) for number, (answers, counted) in enumerate(found)]
    out = hidden(groups, smallest)
    shown = [group for index, group in enumerate(groups) if index not in out and group.answers]
    assert all(group.answers >= smallest and 0 < group.counted < group.answers for group in shown)
    if out and shown:
        assert len(out) > 1
        assert sum(groups[index].answers for index in out) >= smallest


def test_nothing_is_hidden_where_all_groups_are_large() -> None:
    """Two large groups are shown, and no group gives nothing."""
    assert hidden([Group("a", 20, 5), Group("b", 30, 9)]) == frozenset()
    assert hidden([]) == frozenset()


def test_one_small_group_takes_the_next_smallest_with_it() -> None:
    """Else the total less the others would be its figure."""
    assert hidden([Group("a", 20, 5), Group("b", 12, 4), Group("c", 4, 1)]) == {1, 2}


def test_the_worked_table_asks_more_for_more() -> None:
    """More people or a narrower margin never need fewer answers."""
    rows = size_rows()
    assert all(row.share_10 <= row.share_5 <= row.share_3 <= row.people for row in rows)
    assert [row.share_5 for row in rows] == sorted(row.share_5 for row in rows)
