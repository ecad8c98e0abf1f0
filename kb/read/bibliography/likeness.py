"""Whether two titles are nearly the same, and whether two records are most likely of one work."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from difflib import SequenceMatcher

from kb.limits import LIKENESS

NEAR = 0.85
"""From which ratio of equal letters, by difflib, words count as one word with a slip or in the plural (our choice)."""
SMALL_WORDS = frozenset(
    ["a", "an", "and", "at", "by", "for", "from", "in", "into", "of", "on", "or", "the", "their", "to", "with"]
)
_SHORT = 20
"""Letters below which a title does not identify a work: many are called Burnout."""
_WORD = re.compile(r"[^\W_]+")

Words = tuple[str, ...]
Name = tuple[Words, str]
"""What a work is known by: the words of its title, and the first author's family where the title is short."""


def name(title: str, author: str) -> Name:
    """What a work is known by, from its title and its first author's family, empty where it has none."""
    found = words(title)
    return found, author.casefold() if is_short(found) else ""


def same_work(one: Name, two: Name) -> bool:
    """Whether two works of about the same year are most likely one, as far as their names tell."""
    return one[1] == two[1] and alike(one[0], two[0])


def is_short(title: Words) -> bool:
    """Whether many works can have a title of these words."""
    return len(" ".join(title)) < _SHORT


def words(title: str) -> Words:
    """The words of a title but for the small ones, in alphabetical order, without accents."""
    folded = title.casefold()
    if not folded.isascii():
        folded = "".join(sign for sign in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(sign))
    return tuple(sorted(word for word in _WORD.findall(folded) if word not in SMALL_WORDS))


def alike(one: Words, two: Words) -> bool:
    """Whether titles of these words are the same but for slips: one word more, and Part 1 and Part 2, are not."""
    if one == two:
        return True
    if [word for word in one if not word.isalpha()] != [word for word in two if not word.isalpha()]:
        return False
    left, right = ("".join((Counter(a) - Counter(b)).elements()) for a, b in ((one, two), (two, one)))
    if len(left) == len(right) and sorted(left) == sorted(right):
        return True  # a word divided in two, as in well-being
    if max(len(left), len(right)) > LIKENESS:
        return False
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    return matcher.real_quick_ratio() >= NEAR and matcher.quick_ratio() >= NEAR and matcher.ratio() >= NEAR
