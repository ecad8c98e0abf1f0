"""Identifiers: a DOI without the address around it, in small letters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.check.fixes.edits import Edit

_DOI = re.compile(r"^([ \t]*doi[ \t]*=[ \t]*)([{\"])([^{}\"\n]*)([}\"])", re.M | re.I)
_AROUND = re.compile(r"^(?:https?://)?(?:(?:dx\.|www\.)?doi\.org/|doi:\s*)+", re.I)


def dois(text: str) -> Iterator[Edit]:
    """The DOIs of a bibliography in their form: 10., the registrant, a slash, and the rest in small letters.

    A DOI means the same in large and in small letters, so that one form lets equal ones be seen.
    """
    for match in _DOI.finditer(text):
        doi = _AROUND.sub("", match[3].strip()).strip().lower()
        if doi != match[3] and doi.startswith("10."):
            yield Edit(match.start(3), match.end(3), doi)
