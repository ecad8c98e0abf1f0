"""What was read to make a product, and whether it would read the same again: then the product need not be made again.

A view stands before a frozen object, such as the knowledge base, and notes every field and every item of a mapping
that is taken through it. Nothing has to be declared, so no dependency can be forgotten.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping, ValuesView
from types import FunctionType, MethodType
from typing import Any

Read = tuple[str, str, str | None]
"""What was taken: an object's name, a field of it, and of a mapping in that field one item's key.

None instead of a key means the field itself, which of a mapping is all of its items.
"""

Reads = Mapping[Read, Any]
"""What was found at each place; of an item that is not there, None."""


class Notebook:
    """Where views note what is read, one product after the other."""

    def __init__(self) -> None:
        self.reads: dict[Read, Any] = {}

    def open(self) -> dict[Read, Any]:
        """Begin a new page: all reads from now on are found in the result."""
        self.reads = {}
        return self.reads


class View:
    """Stands before an object: its fields and methods, every read noted."""

    def __init__(self, name: str, whole: object, notebook: Notebook) -> None:
        self._name, self._whole, self._notebook = name, whole, notebook

    def __getattr__(self, field: str) -> Any:
        method = getattr(type(self._whole), field, None)
        if isinstance(method, FunctionType):
            return MethodType(method, self)  # what the method reads is noted as well
        value = getattr(self._whole, field)
        if isinstance(value, Mapping):
            value = self.__dict__[field] = _MappingView(self._name, field, value, self._notebook)
        else:
            self._notebook.reads[self._name, field, None] = value
        return value


class _MappingView(Mapping[str, Any]):
    def __init__(self, name: str, field: str, items: Mapping[str, Any], notebook: Notebook) -> None:
        self._name, self._field, self._items, self._notebook = name, field, items, notebook

    def get(self, key: str, default: Any = None) -> Any:
        value = self._notebook.reads[self._name, self._field, key] = self._items.get(key)
        return default if value is None else value

    def __getitem__(self, key: str) -> Any:
        value = self.get(key)
        if value is None:
            raise KeyError(key)
        return value

    def __contains__(self, key: object) -> bool:
        return self.get(str(key)) is not None

    def _all(self) -> Mapping[str, Any]:
        self._notebook.reads[self._name, self._field, None] = self._items
        return self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def items(self) -> ItemsView[str, Any]:
        return self._all().items()

    def values(self) -> ValuesView[Any]:
        return self._all().values()


def changes(found: Reads, objects: Mapping[str, object]) -> frozenset[Read]:
    """The places at which something else would be found now."""
    return frozenset(read for read, before in found.items() if not _equal(before, _taken(objects, read)))


def _taken(objects: Mapping[str, object], read: Read) -> object:
    name, field, item = read
    value = getattr(objects[name], field)
    return value if item is None else value.get(item)


def _equal(before: object, now: object) -> bool:
    if before is now:
        return True
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        return before == now and list(before) == list(now)
    return type(before) is type(now) and before == now
