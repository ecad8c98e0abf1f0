"""The address to listen on."""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from kb.serve.workers import AddressError, bind


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_what_is_sent_is_not_held_back(host: str) -> None:
    """Connections that asyncio accepts have Nagle's algorithm off: the body of an answer does not wait for its head."""
    try:
        listener = bind(host, 0)
    except AddressError:
        pytest.skip("this system has no such address")

    async def delay_is_off() -> int:
        accepted = asyncio.get_running_loop().create_future()

        def note(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            accepted.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        async with await asyncio.start_server(note, sock=listener):
            _, writer = await asyncio.open_connection(*listener.getsockname()[:2])
            off: int = await accepted
            writer.close()
            await writer.wait_closed()
        return off

    # In a thread of its own: where tests in a browser ran before, this one has an event loop already.
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(asyncio.run, delay_is_off()).result() == 1


def test_an_address_that_is_in_use_or_is_none_is_told_with_a_way_out() -> None:
    """The operator reads why, and what to try."""
    with bind("127.0.0.1", 0) as taken:
        taken.listen()
        with pytest.raises(AddressError, match=r"127\.0\.0\.1:\d+ cannot be used .* try --port 8001"):
            bind("127.0.0.1", taken.getsockname()[1])
    with pytest.raises(AddressError, match="cannot be used"):
        bind("192.0.2.1", 0)
