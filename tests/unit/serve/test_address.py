"""The address to listen on."""

from __future__ import annotations

import pytest

from kb.serve.server import AddressError, bind


def test_an_address_that_is_in_use_or_is_none_is_told_with_a_way_out() -> None:
    """The operator reads why, and what to try."""
    with bind("127.0.0.1", 0) as taken:
        taken.listen()
        with pytest.raises(AddressError, match=r"127\.0\.0\.1:\d+ cannot be used .* try --port 8001"):
            bind("127.0.0.1", taken.getsockname()[1])
    with pytest.raises(AddressError, match="cannot be used"):
        bind("192.0.2.1", 0)
