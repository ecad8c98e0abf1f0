"""One form for titles, names, numbers and addresses, whatever form a source gives them."""

from __future__ import annotations

import html
import re
import unicodedata
from datetime import date
from urllib.parse import unquote

from kb.model import Person
from kb.read.bibliography.likeness import SMALL_WORDS
from kb.text.characters import without_hidden

_TAG = re.compile(
    r"<(/?)(?:(?:jats|mml|xhtml):[a-z-]+|b|i|u|em|strong|bold|italic|sc|scp|span|p|title|br|tt|a|small|font|math"
    r"|inline-formula|alternatives|tex-math|named-content|styled-content)\b[^<>]*>",
    re.I,
)
_BREAK = re.compile(r"</?(?:jats:)?(?:p|title|br|break)\b[^<>]*>", re.I)
_RAISED = re.compile(r"<(?:jats:)?(su[bp])\b[^<>]*>([^<>]*)</(?:jats:)?\1\s*>", re.I)
_SIGNS = "0123456789+-−=()n"
_HIGH = str.maketrans(_SIGNS, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_LOW = str.maketrans(_SIGNS, "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₙ")
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"{}\\]+")
_PUBMED = re.compile(r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/(\d{1,9})\b")
_SMALL = SMALL_WORDS | {"de", "der", "des", "di", "du", "e", "el", "en", "et", "la", "le", "und", "y"}
_LONGEST = 2_000


def text(value: str) -> str:
    """A value on one line, without tags, entities, braces and invisible characters."""
    value = html.unescape(html.unescape(value[: 4 * _LONGEST]))
    value = _RAISED.sub(lambda match: _raised(match[1].lower(), match[2]), value)
    value = _TAG.sub("", _BREAK.sub(" ", value))
    value = re.sub(r"</?su[bp]\b[^<>]*>", "", value, flags=re.I)
    value = value.replace("``", "“").replace("''", "”").replace("---", "—").replace("--", "–")
    value = without_hidden(re.sub(r"[\s\x85\u2028\u2029]", " ", value))
    value = re.sub(r"[{}\\]", "", value).replace("~", "∼")
    return " ".join(unicodedata.normalize("NFC", value).split())[:_LONGEST]


def _raised(name: str, inner: str) -> str:
    """Superscript and subscript as Unicode characters, so that 10 to the third does not become 103."""
    return inner.translate(_HIGH if name == "sup" else _LOW) if all(sign in _SIGNS for sign in inner) else inner


def title(value: str) -> str:
    """A title without its final period, and without the brackets that PubMed puts around a translation."""
    clean = text(value)
    if clean.endswith(".") and not clean.endswith((" al.", "..")):
        clean = clean[:-1]
    inner = clean[1:-1]
    return inner.rstrip(".") if clean.startswith("[") and clean.endswith("]") and "[" not in inner else clean


def journal(value: str) -> str:
    """A journal's name without what the NLM adds to it: a subtitle after a colon, a place in parentheses."""
    clean = re.sub(r" \([^(),]*,[^()]*\)$", "", re.split(r"\s+[:=]\s+", text(value))[0]).rstrip(".")
    words = clean.split()
    if any(word[0].isupper() and word.lower() not in _SMALL for word in words[1:]):
        return clean
    return " ".join(
        word if (index and word in _SMALL) or not word.islower() else word[0].upper() + word[1:]
        for index, word in enumerate(words)
    )


def doi(value: str) -> str | None:
    """The DOI in a value, in lower case and without https://doi.org/; None if there is none."""
    value = html.unescape(value[:_LONGEST])
    found = _DOI.search(unquote(value) if "%" in value else value)
    if not found:
        return None
    bare = without_hidden(found[0]).rstrip(".,;:'’”>")
    while bare.endswith((")", "]")) and bare.count(bare[-1]) > bare.count("(" if bare[-1] == ")" else "["):
        bare = bare[:-1]
    return bare.lower() if bare.isprintable() else None


def pmid(value: str) -> str | None:
    """The PMID in a value: the number itself or the address of its page; None if there is none."""
    value = " ".join(value[:_LONGEST].split())
    found = re.fullmatch(r"(?:pmid ?:? ?)?([1-9]\d{0,8})", value, re.I) or _PUBMED.search(value)
    return found[1] if found else None


def address(value: str) -> str | None:
    """The web address that a value starts with; None if there is none."""
    value = html.unescape(value[:_LONGEST]).strip()
    found = re.match(r"https?://[^\s<>\"\\]+", value, re.I)
    if not found or not found[0].isprintable():
        return None
    scheme, _, rest = found[0].partition("://")
    return f"{scheme.lower()}://{rest}".replace("{", "%7B").replace("}", "%7D")


def year(value: str) -> str | None:
    """The first year in a date of any form; None if there is none."""
    found = re.search(r"(?<!\d)(?:1[5-9]|20)[0-9]{2}(?!\d)", value)
    return found[0] if found else None


def day(value: str) -> str | None:
    """A full date as year-month-day; None if it is not one."""
    found = re.match(r"\s*([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})(?![0-9])", value)
    try:
        return str(date(int(found[1]), int(found[2]), int(found[3]))) if found else None
    except ValueError:
        return None


def pages(first: str, last: str = "") -> str:
    """Pages with a hyphen and whole numbers: 1033–6 is 1033-1036; of several ranges the first."""
    joined = re.sub(r"\s*[-‐‑‒–—−]+\s*", "-", text(first))
    if last := re.sub(r"[-–]+", "-", text(last)):
        joined = joined if joined.endswith(f"-{last}") or joined == last else f"{joined}-{last}".strip("-")
    joined = re.sub(r"^(?:pp?\.\s*)", "", re.split(r"[;,]\s", joined)[0])
    match = re.fullmatch(r"([A-Za-z]*)(\d+)-([A-Za-z]*)(\d+)", joined)
    if match and match[3] in ("", match[1]) and len(match[4]) < len(match[2]):
        joined = f"{match[1]}{match[2]}-{match[1]}{match[2][: -len(match[4])]}{match[4]}"
    start, dash, end = joined.partition("-")
    return start if dash and start == end else joined


def person(name: str) -> Person | None:
    """A person from ``Family, Given`` or ``Family AB``; any other name is a group."""
    parts = [part for part in (text(part) for part in name[:_LONGEST].split(",")) if part]
    if not parts:
        return None
    if len(parts) == 1:
        found = re.fullmatch(r"([^\W\d_][^\d]*?) ((?:[A-Z]\.?){1,3})", parts[0])
        if not found or found[1].isupper():
            return group(parts[0])
        return named(found[1], found[2])
    # The third part is a lineage in RIS (Phillips, Albert, Jr), the second one in BibTeX.
    if re.search(r"\b(?:and|of|for)\b", " ".join(parts[1:])):
        return group(", ".join(parts))
    lineage = next((part for part in parts[1:] if re.fullmatch(r"(?:[JS]r\.?|II|III|IV|2nd|3rd)", part)), "")
    given = " ".join(part for part in parts[1:] if part != lineage)
    return named(f"{parts[0]} {lineage}".strip(), given)


def group(name: str) -> Person | None:
    """A group as an author: it has only a family name."""
    clean = text(name)
    return Person(family=clean) if clean else None


def named(family: str, given: str) -> Person | None:
    """A person: initials get periods, names in all capitals are lowered."""
    family, given = text(family).strip(" ,;."), text(given).strip(" ,;")
    if len(family) > 3 and family.isupper():
        family = family.title()
    words = [_given(word) for word in given.replace(".", ". ").split()]
    if not family:
        return group(given)
    return Person(family=family, given=" ".join(words).replace(". -", ".-"))


def _given(word: str) -> str:
    if re.fullmatch(r"[A-Z]{1,3}", word):
        return " ".join(f"{letter}." for letter in word)
    return word.title() if len(word) > 3 and word.isupper() and word.isalpha() else word
