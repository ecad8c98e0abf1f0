"""Negotiation: the media type of an answer is the one that the client prefers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.api.view import LEGACY, STRICT, media_type


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", LEGACY),
        ("*/*", LEGACY),
        ("application/*", LEGACY),
        ("text/html", LEGACY),
        (LEGACY, LEGACY),
        (STRICT, STRICT),
        (f"{STRICT}; charset=utf-8", STRICT),
        (f"{STRICT}, {LEGACY};q=0.9", STRICT),
        (f"{LEGACY};q=0.9, {STRICT}", STRICT),
        (f"{STRICT}, {LEGACY}", STRICT),
        (f"{LEGACY}, {STRICT}", STRICT),
        (f"{STRICT}; charset=utf-8, {LEGACY}; charset=utf-8", STRICT),
        (f"{STRICT};q=0.5, {LEGACY}", LEGACY),
        (f"{STRICT};q=0.5, */*;q=0.8", LEGACY),
        (f"{STRICT};q=0.5, {LEGACY};q=0.1, */*;q=0.8", STRICT),
        (f"{STRICT};q=0, */*", LEGACY),
        (f"{STRICT};q=0", LEGACY),
        (f"{STRICT.upper()} ; Q=1.000 , text/html", STRICT),
    ],
)
def test_weights_and_names_decide(accept: str, expected: str) -> None:
    """The specification's own type where it is named and JSON not preferred to it, in whatever order."""
    assert media_type(accept) == expected


@given(st.text() | st.lists(st.sampled_from([STRICT, LEGACY, ",", ";", "q=", "0.5", "*/*", " "])).map("".join))
def test_any_header_gives_one_of_the_two(accept: str) -> None:
    """Whatever a client sends."""
    assert media_type(accept) in (STRICT, LEGACY)
