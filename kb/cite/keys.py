"""The key of a new record: family-year, with a word of the title where that is taken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator
from itertools import count, pairwise

from anyascii import anyascii

from kb.model import Work
from kb.model.fields import LONGEST_SLUG
from kb.read.bibliography.bibtex import FIELDS
from kb.read.bibliography.likeness import SMALL_WORDS

_STOP = SMALL_WORDS | {
    *("about", "among", "are", "as", "be", "can", "do", "does", "how", "is", "it", "its", "not", "our", "that"),
    *("this", "toward", "towards", "using", "what", "when", "where", "which", "why"),
    *("effect", "effects", "randomized", "review", "study", "systematic", "trial"),
}


def new_key(work: Work, taken: Container[str]) -> str:
    """A key for a work that is not taken yet."""
    return next(key for key in _candidates(work) if key not in taken and key not in FIELDS)


def _candidates(work: Work) -> Iterator[str]:
    words = [word for word in _slug(work.fields["title"]).split("-") if word]
    significant = [word for word in words if word not in _STOP and not word.isdigit() and len(word) > 2]
    significant = significant or words or ["work"]
    year = work.fields.get("year")
    if not (start := _author(work)):
        start = "-".join(significant[:4])[: LONGEST_SLUG - 20].strip("-")
        yield start
    if year:
        yield f"{start}-{year}"
    base = f"{start}-{year or 'nd'}"
    yield from (f"{base}-{word[:20]}" for word in significant[:8])
    yield from (f"{base}-{one[:20]}-{two[:20]}" for one, two in pairwise(significant))
    yield from (f"{base}-{number}" for number in count(2))


def _author(work: Work) -> str:
    """The first author's or editor's family as a slug; for a group of several words its initials."""
    people = work.authors or work.editors
    if not people:
        return ""
    first = people[0]
    capitals = [
        word for word in re.findall(r"[^\W\d_][\w']*", first.family) if word[0].isupper() and word.lower() not in _STOP
    ]
    if not first.given and len(capitals) > 1:
        slug = _slug("".join(word[0] for word in capitals))
    else:
        slug = re.sub(r"-(?:jr|sr|ii|iii|iv|[2-4](?:nd|rd|th))$", "", _slug(first.family))
    return slug[:40].strip("-")


def _slug(text: str) -> str:
    """Lower-case Latin letters without accents, joined by hyphens; an apostrophe joins its letters.

    Letters of other scripts are written as they sound, the same in every version of the pinned package.
    """
    plain = anyascii(re.sub(r"['’ʼʹʺ]", "", unicodedata.normalize("NFC", text))).lower()
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"['`]", "", plain)).strip("-")
