"""What reading a source gives: works, each with its place, and faults in words."""

from __future__ import annotations

from dataclasses import dataclass

from kb.model import Work


@dataclass(frozen=True)
class Place:
    """Where a work stands in its source; without a line for a registry."""

    source: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.source}:{self.line}" if self.line else self.source


@dataclass(frozen=True)
class Found:
    """A work in house form, still without a key."""

    place: Place
    work: Work
    remarks: tuple[str, ...] = ()
    """What a curator must know about the reading of it."""


@dataclass(frozen=True)
class Fault:
    """Why something could not be read or added, and what to do."""

    place: Place
    message: str
    hint: str = ""
    note: bool = False
    """Whether it is only to be known: nothing failed."""

    def __str__(self) -> str:
        note = "note: " if self.note else ""
        return f"{self.place}: {note}{self.message}" + (f"\n    hint: {self.hint}" if self.hint else "")


@dataclass(frozen=True)
class Reading:
    """All that one source gives."""

    works: tuple[Found, ...] = ()
    faults: tuple[Fault, ...] = ()
