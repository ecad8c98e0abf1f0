"""Numbering: the citations of one text as numbers that link to its bibliography."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import NamedTuple

from markdown.extensions.toc import slugify

from kb.read import citations

OURS = secrets.token_hex(16)
"""Stands before each id and class that we give, until the sanitizer, which keeps no others: no text can know it."""


OF_PAGES = re.compile(
    r"arms|contents|find|forest|main|others|tests|verdict|(?:cite|evidence|finding|ref|scale|section|term|text)(?:-.*)?"
)
"""The anchors that the templates of entries give."""


def heading_id(heading: str) -> str:
    """The anchor of a heading in a text; a word before it keeps it apart from the anchors of a page's own."""
    slug = slugify(" ".join(heading.split()), "-")
    return f"text-{slug}" if OF_PAGES.fullmatch(slug) or not slug else slug


class Mark(NamedTuple):
    """One citation of a work."""

    number: int
    """That of the work."""
    anchor: str
    """That of the citation, to which the bibliography links back."""
    place: str
    """Where in the work, in brackets; empty where that is not told."""


class Numbering:
    """Numbers the citations of one text by the places of their keys, and remembers where each work is cited."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self._numbers = {key: number for number, key in enumerate(keys, 1)}
        self._anchors: dict[str, list[str]] = {}

    @property
    def anchors(self) -> Mapping[str, tuple[str, ...]]:
        """By key: the anchors of its citations so far."""
        return {key: tuple(found) for key, found in self._anchors.items()}

    def cited(self, inside: str) -> tuple[Mark, ...] | None:
        """What is cited between two brackets; None where that is no citation of known works."""
        group = citations.parse(inside)
        if not group or any(citation.key not in self._numbers for citation in group):
            return None
        return tuple(map(self._mark, group))

    def _mark(self, citation: citations.Citation) -> Mark:
        number = self._numbers[citation.key]
        known = self._anchors.setdefault(citation.key, [])
        known.append(f"cite-{number}-{len(known) + 1}")
        return Mark(number, known[-1], f"({citation.place})" if citation.place else "")
