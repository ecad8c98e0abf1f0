"""Python's collector of garbage, put off while much is made and little is thrown away."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

MUCH = 50_000
"""So many new objects come of a first reading or build: they are for good, and need never be searched for garbage."""


def put_off(function: Callable[P, R]) -> Callable[P, R]:
    """The function without collections while it runs: they would search all that was made, again and again."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if not gc.isenabled():
            return function(*args, **kwargs)
        gc.disable()
        try:
            return function(*args, **kwargs)
        finally:
            if gc.get_count()[0] > MUCH:
                gc.freeze()
            gc.enable()

    return run
