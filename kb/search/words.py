"""How text becomes terms: the one analyzer of both searches, which ``theme/static/words.js`` repeats for queries.

A word is folded (lower case, no accents, no possessive), stop words fall away, and the rest is stemmed by Porter's
algorithm, though a y after a vowel stays. Two compounds say one thing each in several spellings: ``e-mail`` and
``well-being``, a part of which says nothing by itself, are one term; ``covid-19`` and ``burn-out``, a part of which is
short, are also found as one word. ``U.S.`` is an abbreviation, as are stop words in capitals: US, WHO, IT.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, repeat
from typing import NamedTuple

from whoosh.lang.porter import stem as porter

from kb.text.stop_words import STOP_WORDS

LONGEST = 60
"""Characters of a word; longer ones are neither indexed nor looked for."""
SHORT = 3
"""Letters of a part of a compound that is also found as one word."""

_LETTER = r"(?:[^\W_]|[\u0300-\u036f])"
_WORD = re.compile(rf"{_LETTER}+(?:['’.\-‐‑]{_LETTER}+)*")
_HYPHEN = re.compile(r"[-‐‑]")
_PIECE = re.compile(r"[^\-‐‑]+")
_DOTTED = re.compile(r"[^\W\d_]{1,2}(?:\.[^\W\d_]{1,2})+")
_NUMBER = re.compile(r"\d+(?:\.\d+)+")
_PART = re.compile(r"[^.]+")
_POSSESSIVE = re.compile(r"['’][sS]$")
_APOSTROPHE = re.compile(r"['’]")
_Y = ("ai", "ei", "oi", "ui")
_MARK = re.compile(r"[\u0300-\u036f]")


class Token(NamedTuple):
    """A term of a text, and which characters it is from."""

    term: str
    start: int
    end: int
    extra: bool = False
    """Whether it stands for parts of a compound that have tokens of their own, from the one before it on."""


class Word(NamedTuple):
    """A word before it is stemmed."""

    text: str
    start: int
    end: int
    stop: bool
    extra: bool = False


@lru_cache(100_000)
def fold(text: str) -> str:
    """Lower case, without accents and apostrophes."""
    return _MARK.sub("", unicodedata.normalize("NFKD", _APOSTROPHE.sub("", _POSSESSIVE.sub("", text)).lower()))


@lru_cache(100_000)
def stem(word: str) -> str:
    """The stem of a folded word; of one that is not of ASCII letters and digits, the word itself."""
    if not word.isascii():
        return word
    found = porter(word)
    # Porter makes an i of every y, so that ROI would find Roy. After a vowel it stays here, as in Snowball.
    return f"{found[:-1]}y" if found[-2:] in _Y and word[: len(found)].endswith("y") else found


def words(text: str) -> Iterator[Word]:
    """All words of a text, stop words too."""
    return _words(text, text.isupper())


def _words(text: str, shouted: bool) -> Iterator[Word]:
    for found in _WORD.finditer(text):
        if found[0].isalnum():
            yield _word(found[0], found.start(), found.end(), shouted)
            continue
        parts = list(_parts(found[0], found.start(), shouted))
        if len(parts) == 2 and _HYPHEN.search(found[0]):
            (first, second), joined = parts, parts[0].text + parts[1].text
            if first.stop or second.stop or min(len(first.text), len(second.text)) == 1:
                yield Word(joined, first.start, second.end, False)
            else:
                yield first
                if min(len(first.text), len(second.text)) <= SHORT:
                    yield Word(joined, first.start, second.end, False, True)
                yield second
        else:
            yield from parts


def _parts(word: str, offset: int, shouted: bool) -> Iterator[Word]:
    """The parts of a word between hyphens, and between the dots of an address."""
    for piece in _PIECE.finditer(word):
        start = offset + piece.start()
        if _DOTTED.fullmatch(piece[0]):
            yield Word(fold(piece[0].replace(".", "")), start, offset + piece.end(), False)
            continue
        pattern = _PIECE if _NUMBER.fullmatch(piece[0]) else _PART
        for part in pattern.finditer(piece[0]):
            if fold(part[0]):
                yield _word(part[0], start + part.start(), start + part.end(), shouted)


def _word(text: str, start: int, end: int, shouted: bool) -> Word:
    folded = fold(text)
    stop = folded in STOP_WORDS and (shouted or len(text) == 1 or not text.isupper())
    return Word(folded, start, end, stop)


def tokens(text: str) -> Iterator[Token]:
    """The terms of a text in its order, without stop words."""
    for word in words(text):
        if not word.stop and len(word.text) <= LONGEST:
            yield Token(stem(word.text), word.start, word.end, word.extra)


def terms(text: str) -> list[str]:
    """The terms of a text in its order, those of compounds by their parts."""
    return [token.term for token in tokens(text) if not token.extra]


def spellings(text: str) -> Iterator[Token]:
    """The words of a text as they are spelled, folded but not stemmed, without stop words."""
    for word in words(text):
        if not word.stop and len(word.text) <= LONGEST:
            yield Token(word.text, word.start, word.end, word.extra)


def places(text: str, stemmed: bool = True) -> Iterator[tuple[str, int]]:
    """The terms of a text, or its words as they are spelled, with their places, counted from 0.

    No two lines are side by side.
    """
    place = -1
    for line in text.split("\n"):
        for word, extra in indexed(line):
            place += not extra
            yield stem(word) if stemmed else word, place
        place += 1


def indexed(line: str) -> Iterator[tuple[str, bool]]:
    """The words of a line as `spellings` gives them, and whether each is extra; many times as fast."""
    return chain.from_iterable(map(_of_piece, line.split(), repeat(line.isupper())))


@lru_cache(100_000)
def _of_piece(text: str, shouted: bool) -> tuple[tuple[str, bool], ...]:
    """The words of what has no space in it; most of it comes again and again."""
    found = _words(text, shouted)
    return tuple((word.text, word.extra) for word in found if not word.stop and len(word.text) <= LONGEST)
