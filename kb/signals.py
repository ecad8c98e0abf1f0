"""The signals that end a command which runs until it is stopped."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

STOP = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def stopping() -> Iterator[None]:
    """A block that SIGTERM and SIGINT end early and quietly, even where SIGINT was ignored, as it is in the background.

    Further signals do nothing, since the block is ending already.
    """

    def stop(*_: object) -> None:
        for number in STOP:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in STOP}
    try:
        with suppress(KeyboardInterrupt):
            yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
