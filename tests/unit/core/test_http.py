"""What clients say they prefer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.http import prefers_gzip


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("", False),
        ("gzip", True),
        ("GZIP", True),
        ("gzip, deflate, br", True),
        ("br", False),
        ("xgzip", False),
        ("gzipped", False),
        ("identity", False),
        ("*", True),
        ("gzip;q=1", True),
        ("gzip;q=0.001", True),
        ("gzip;q=0", False),
        ("gzip;q=0.000", False),
        ("gzip; q=0", False),
        ("gzip ; Q=0.0", False),
        ("gzip;q=0, *", False),
        ("*;q=0", False),
        ("*;q=0, gzip", True),
        ("gzip, *;q=0", True),
        ("identity;q=0", False),
        ("identity;q=0, gzip", True),
        ("identity;q=0, *", True),
        ("identity, gzip", True),
        ("identity, gzip;q=0.5", False),
        ("identity;q=0.5, gzip;q=0.5", True),
        ("identity, *;q=0.5", False),
    ],
)
def test_gzip_is_sent_to_those_who_prefer_it_to_nothing(accepted: str, expected: bool) -> None:
    """A weight of 0 refuses; what is not named has the weight of the star. No encoding is what is left."""
    assert prefers_gzip(accepted) is expected


@given(st.text() | st.lists(st.sampled_from(["gzip", "identity", "*", ",", ";", "q=", "0.5", "0", " "])).map("".join))
def test_any_header_has_a_meaning(accepted: str) -> None:
    """Whatever a client sends."""
    assert prefers_gzip(accepted) in (True, False)
