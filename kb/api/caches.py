"""Caches: bounded by number and by weight, the least recently used goes first; safe for use by several threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Cache(Generic[K, V]):
    """At most ``entries`` values that weigh ``weight`` together; what weighs more than a tenth of that is not kept."""

    def __init__(self, entries: int, weight: int) -> None:
        self._entries, self._weight, self._heaviest = entries, weight, weight // 10
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._lock = threading.Lock()
        self.weight = 0
        """What is kept weighs so much."""

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: K) -> V | None:
        """The value, None where there is none; it is now the most recently used."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def put(self, key: K, value: V, weight: int) -> None:
        """Keep a value, and let go of others where there would be too many, or too much weight."""
        if weight > self._heaviest:
            return
        with self._lock:
            if known := self._kept.pop(key, None):
                self.weight -= known[1]
            self._kept[key] = value, weight
            self.weight += weight
            while len(self._kept) > self._entries or self.weight > self._weight:
                self.weight -= self._kept.popitem(last=False)[1][1]

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._kept.clear()
            self.weight = 0
