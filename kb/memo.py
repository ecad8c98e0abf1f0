"""Memo: pure functions that remember their answers, so that what has not changed is not worked out again.

A function of text is remembered by the text, with ``by_value``; a function of frozen objects by which objects they are,
with ``by_identity``. Whatever an answer depends on must be an argument. Then no answer is ever stale, and an object
that was made of the same things is the same object.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar, TypeVarTuple

P = ParamSpec("P")
Ts = TypeVarTuple("Ts")
R = TypeVar("R")

SIZE = 8192
"""Answers that a function remembers, so that a long-lived server does not grow."""

_forgetting: list[Callable[[], None]] = []


def by_value(function: Callable[P, R]) -> Callable[P, R]:
    """Remember the answers of a function whose arguments are equal only where they mean the same."""
    remembered = lru_cache(SIZE)(function)
    _forgetting.append(remembered.cache_clear)
    return wraps(function)(remembered)  # type: ignore[return-value]


def by_identity(function: Callable[[*Ts], R]) -> Callable[[*Ts], R]:
    """Remember the answers of a function of immutable objects, or tuples of them, by the objects themselves.

    Their values are never compared or hashed. An answer is kept together with its arguments: so no other object can
    have the identity of one of them.
    """
    kept: OrderedDict[tuple[Any, ...], tuple[Any, R]] = OrderedDict()
    _forgetting.append(kept.clear)

    @wraps(function)
    def remembered(*args: *Ts) -> R:
        key = tuple([tuple(map(id, arg)) if type(arg) is tuple else id(arg) for arg in args])
        found = kept.get(key)
        if found is None:
            found = kept[key] = (args, function(*args))
            if len(kept) > SIZE:
                kept.popitem(last=False)
        return found[1]

    return remembered


def forget() -> None:
    """Forget all answers, to measure or to compare with a first run."""
    for clear in _forgetting:
        clear()
