"""The address to listen on."""

from __future__ import annotations

import errno
import socket
import time

_TRIES = 10
_PAUSE = 0.2


class AddressError(Exception):
    """Raised for an address that cannot be used; its text says why and what to do."""


def bind(host: str, port: int) -> socket.socket:
    """A socket bound to an address, not listening yet; port 0 takes a free one. Raises AddressError.

    An address in use is tried for two seconds: the workers of a server that was killed let go of it within a moment.
    """
    for _ in range(_TRIES):
        # Only where the protocol is told does asyncio send without delay what a client waits for: each answer's body,
        # which follows its head, would else be held back until the client has acknowledged that, often for 40 ms.
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            listener.close()
            last = error
            if error.errno != errno.EADDRINUSE:
                break
            time.sleep(_PAUSE)
        else:
            return listener
    reason = last.strerror or str(last)
    raise AddressError(f"{host}:{port} cannot be used ({reason}): try --port 8001")
