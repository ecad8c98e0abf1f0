"""Characters that mislead a reader: hidden ones, and letters that look like others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple


class Suspect(NamedTuple):
    """A character that misleads, and where it is in a text."""

    start: int
    character: str
    """The character; of marks on a letter, all of them."""
    what: str
    """What it is and does, e.g. "U+200B (zero width space), which is invisible"."""
    hint: str
    """How to fix it."""


_ORDER = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Shown as nothing, though their category does not say so: fillers, selectors of variants, a blank Braille cell.
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U0001d159\U000e0100-\U000e01ef]"
)
_LOST = frozenset("\ufffc\ufffd")
_JOINERS = frozenset("\u200c\u200d")
_EMOJI_STYLES = frozenset("\ufe0e\ufe0f")
_SYMBOLS = frozenset({"So", "Sk"})
# Scripts that are written with joiners between their letters.
_JOINED = frozenset(
    (
        *("ARABIC", "SYRIAC", "MONGOLIAN", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA", "TAMIL", "TELUGU"),
        *("KANNADA", "MALAYALAM", "SINHALA", "KHMER", "MYANMAR", "TIBETAN"),
    )
)
_MOST_MARKS = 4
"""Marks above and below one letter; more cover the lines around it. Vietnamese needs two, Hebrew four."""

_LIKE = {
    **dict(zip("асеһіјӏорԛѕуѵхԝԁүёї", "acehijlopqsyvxwdyëï", strict=True)),
    **dict(zip("АВСЕНІЈКМОРԚЅТУХԜҮЁЇ", "ABCEHIJKMOPQSTYXWYËÏ", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοϲϳ", "ABEZHIKMNOPTYXocj", strict=True)),
    **dict(zip("օհոսցՕՍԼ", "ohnugOUL", strict=True)),
    **dict(zip("ᎪᏴᏟᎠᎬᎻᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᏃ", "ABCDEHJKLMPRSTVWZ", strict=True)),
    **dict(zip("ıɑɡɩǀ", "iagil", strict=True)),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d", "-"),
    **dict.fromkeys("\u2044\u2215", "/"),
}
"""Letters and signs of other alphabets, each with the one that it looks like."""
# No word mixes these with Latin letters, unlike Greek (IL-1β) or Japanese.
_FOREIGN = frozenset({"CYRILLIC", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU", "DESERET", "GOTHIC", "GLAGOLITIC"})
_STYLED = frozenset({"FULLWIDTH", "MATHEMATICAL"})
_EAST_ASIAN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL"})
_WORD = re.compile(r"[\w\u0300-\u036f]+")


def suspects(text: str) -> Iterator[Suspect]:
    """Every character of a text that misleads: hidden ones first."""
    yield from hidden(text)
    yield from garbled(text)
    yield from lookalikes(text)


def hidden(text: str) -> Iterator[Suspect]:
    """Every character that is invisible, that changes how others are shown, or that has no fixed meaning."""
    if text.isascii() and text.replace("\n", " ").replace("\t", " ").isprintable():
        return
    others = {sign for sign in set(text) if sign > "~" or not sign.isprintable()}
    strange = "".join(sign for sign in others if _why_hidden(sign))
    marks = "".join(sign for sign in others if unicodedata.category(sign) in ("Mn", "Me") and sign not in strange)
    parts = [f"[{re.escape(strange)}]" if strange else "", f"[{re.escape(marks)}]+" if marks else ""]
    if any(parts):
        for match in re.finditer("|".join(filter(None, parts)), text):
            suspect = _too_many_marks(text, match) if match[0][0] in marks else _hidden(text, match)
            if suspect:
                yield suspect


_SIGNS = "0123456789+-−=()n"
_HIGH = str.maketrans(_SIGNS, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_LOW = str.maketrans(_SIGNS, "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₙ")


def superscript(text: str) -> str | None:
    """Figures and signs as raised characters, so that 10 to the third does not become 103; None for other text."""
    return text.translate(_HIGH) if all(sign in _SIGNS for sign in text) else None


def subscript(text: str) -> str | None:
    """Figures and signs as lowered characters; None for other text."""
    return text.translate(_LOW) if all(sign in _SIGNS for sign in text) else None


def without_hidden(text: str) -> str:
    """A text without the characters that ``hidden`` finds in it, nor those that it finds once others are gone."""
    while found := list(hidden(text)):
        kept, end = [], 0
        for suspect in found:
            kept.append(text[end : suspect.start])
            end = max(end, suspect.start + len(suspect.character))
        text = "".join([*kept, text[end:]])
    return text


def lookalikes(text: str) -> Iterator[Suspect]:
    """Every letter of another alphabet that looks like a Latin one.

    It is in a word of Latin letters, or in a word made only of such letters, in a line that has Latin words and no
    letter that belongs to its alphabet alone.
    """
    if text.isascii():
        return
    start = 0
    for line in text.split("\n"):
        if not line.isascii():
            yield from _lookalikes_of_line(line, start)
        start += len(line) + 1


# UTF-8 that was read as Windows-1252: the letter for the first byte, then those for one or two more.
_GARBLED = re.compile(
    "(?:[\u00c2-\u00df]|\u00e2[\u0080-\u00bf\u20ac\u201a\u201e\u2020\u2030])"
    "[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)


def garbled(text: str) -> Iterator[Suspect]:
    """Every letter or sign that was saved in one encoding and read in another: Ã© for é."""
    if text.isascii():
        return
    for match in _GARBLED.finditer(text):
        try:
            meant = b"".join(map(_byte, match[0])).decode()
        except (UnicodeError, ValueError):
            continue
        what = f"{match[0]}, which is {meant} read in a wrong encoding"
        yield Suspect(match.start(), match[0], what, f"write {meant}, here and wherever such signs stand")


def _byte(sign: str) -> bytes:
    """The byte of a sign in Windows-1252, in which some bytes stand for themselves."""
    return bytes([ord(sign)]) if "\u0080" <= sign <= "\u009f" else sign.encode("cp1252")


def like(text: str) -> str:
    """What the first letter in a text of another alphabet looks like, in words; empty if there is none."""
    found = next(((sign, _looks(sign)) for sign in text if not sign.isascii() and _looks(sign)), None)
    return f"{described(found[0])} looks like {found[1]}" if found else ""


def as_latin(text: str) -> str:
    """A text with Latin letters in place of those that look like them."""
    return text if text.isascii() else "".join(_looks(sign) or sign for sign in text)


@cache
def described(character: str) -> str:
    """A character by its number and its name, after itself where it can be seen: о U+043E (Cyrillic small letter o)."""
    code = f"U+{ord(character):04X}"
    named = "byte order mark" if character == "\ufeff" else unicodedata.name(character, "").capitalize()
    seen = character.isprintable() and unicodedata.category(character)[0] != "M" and not _why_hidden(character)
    shown = f"{character} " if seen else ""
    return f"{shown}{code} ({named})" if named else f"{shown}{code}"


@cache
def script(character: str) -> str:
    """The alphabet of a letter as Unicode names it, e.g. LATIN; that of a sign is its first word."""
    return unicodedata.name(character, "").partition(" ")[0]


def _hidden(text: str, match: re.Match[str]) -> Suspect | None:
    """A character that is hidden, if nothing beside it needs it."""
    if _is_needed(text, match.start()):
        return None
    character = match[0]
    lost = character in _LOST or unicodedata.category(character) in ("Co", "Cn")
    hint = "write the character that was meant" if lost else "delete it; it was probably pasted"
    return Suspect(match.start(), character, f"{described(character)}, {_why_hidden(character)}", hint)


@cache
def _why_hidden(character: str) -> str:
    """What is wrong with a character that does not belong in a text; empty if nothing is."""
    category = unicodedata.category(character)
    if character in "\n\t":
        return ""
    if category == "Cc":
        return "a control character"
    if character in _ORDER:
        return "which changes the order in which letters are shown"
    if "\U000e0000" <= character <= "\U000e007f":
        return "which can hide text"
    if category == "Co":
        return "a private character, which each program shows in its own way"
    if category in ("Cn", "Cs"):
        return "which is not a Unicode character"
    if category in ("Zl", "Zp"):
        return "a line break that most editors do not show"
    if category == "Cf" or _BLANK.match(character):
        return "which is invisible"
    return "which replaces a character that was lost" if character in _LOST else ""


def _is_needed(text: str, at: int) -> bool:
    """Whether a joiner or a selector of a variant is needed: within an emoji, or a script that joins its letters."""
    if not at or (text[at] not in _JOINERS and text[at] not in _EMOJI_STYLES):
        return False
    before, after = text[at - 1], text[at + 1 : at + 2]
    symbol = unicodedata.category(before) in _SYMBOLS
    if text[at] in _EMOJI_STYLES:
        return symbol or after == "\u20e3"
    if not after:
        return False
    emoji = (symbol or before in _EMOJI_STYLES) and unicodedata.category(after) in _SYMBOLS
    return emoji or script(before) == script(after) in _JOINED


def _too_many_marks(text: str, match: re.Match[str]) -> Suspect | None:
    """Marks without a letter before them, or more than a letter has."""
    alone = not match.start() or text[match.start() - 1].isspace()
    if not alone and len(match[0]) <= _MOST_MARKS:
        return None
    why = "a mark without a letter before it" if alone else "one of too many marks on a letter"
    hint = "write each mark right after its letter, at most four"
    return Suspect(match.start(), match[0], f"{described(match[0][0])}, {why}", hint)


@cache
def _looks(character: str) -> str:
    """The Latin letter, digit or sign that a character looks like; empty if there is none."""
    if character in _LIKE:
        return _LIKE[character]
    plain = unicodedata.normalize("NFKC", character)
    return plain if script(character) in _STYLED and plain.isascii() else ""


def _lookalikes_of_line(line: str, start: int) -> Iterator[Suspect]:
    words = [(match, {script(sign) for sign in match[0] if sign.isalpha()}) for match in _WORD.finditer(line)]
    latin = any("LATIN" in scripts for _, scripts in words)
    scripts_of_line = set[str]().union(*(scripts for _, scripts in words))
    true = {script(sign) for sign in line if script(sign) in _FOREIGN and sign not in _LIKE}
    for match, scripts in words:
        word = match[0]
        if word.isascii():
            continue
        mixed = "LATIN" in scripts
        letters = [sign for sign in word if sign.isalpha()]
        alone = latin and not mixed and all(sign in _LIKE for sign in letters)
        for index, sign in enumerate(word):
            of = script(sign)
            if of in _STYLED:
                odd = mixed or (len(letters) > 1 and not scripts_of_line & _EAST_ASIAN)
                found = odd and bool(_looks(sign))
            elif mixed:
                found = of in _FOREIGN or (of == "GREEK" and sign in _LIKE)
            else:
                found = alone and ((of in _FOREIGN and of not in true) or (of == "GREEK" and len(letters) > 1))
            if found:
                looks = _looks(sign)
                what = described(sign) + (f", which looks like {looks}" if looks else f" in the Latin word {word!r}")
                hint = f"write {looks} as on an English keyboard" if looks else "write the word in one alphabet"
                yield Suspect(start + match.start() + index, sign, what, hint)
                break
