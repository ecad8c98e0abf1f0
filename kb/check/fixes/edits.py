"""Edits: replacements in a text, each kept only where the text that comes out is accepted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kb.limits import TRIED

Accepts = Callable[[str, str], bool]
"""Whether the second text may take the place of the first."""


@dataclass(frozen=True)
class Edit:
    """Other words for the characters from ``start`` up to ``end``."""

    start: int
    end: int
    words: str


Step = Callable[[str], Iterable[Edit]]
"""Looks at a text and proposes edits that do not overlap."""


def tries(text: str) -> int:
    """How often something is tried with a text, since each try reads the whole text."""
    return max(TRIED // (len(text) + 1), 1)


def mended(text: str, step: Step, accepts: Accepts) -> str:
    """The text with the edits of a step: all of them where that is accepted, else those that are accepted alone.

    Of very many edits in a large text only the first are tried alone.
    """
    edits = sorted(step(text), key=lambda edit: edit.start)
    if not edits:
        return text
    whole = _applied(text, edits)
    if whole == text or accepts(text, whole):
        return whole
    kept: list[Edit] = []
    for edit in edits[: tries(text)]:
        if accepts(_applied(text, kept), _applied(text, [*kept, edit])):
            kept.append(edit)
    return _applied(text, kept)


def _applied(text: str, edits: Sequence[Edit]) -> str:
    parts, position = [], 0
    for edit in edits:
        parts += [text[position : edit.start], edit.words]
        position = edit.end
    return "".join([*parts, text[position:]])
