"""One form for titles, numbers, dates and addresses, whatever form a source gives them; and what is no data at all."""

from __future__ import annotations

import calendar
import html
import re
import unicodedata
from datetime import date
from urllib.parse import quote, unquote

from kb.read.bibliography.likeness import SMALL_WORDS
from kb.text.characters import subscript, superscript, without_hidden

_TAG = re.compile(
    r"<(/?)(?:(?:jats|mml|xhtml):[a-z-]+|b|i|u|em|strong|bold|italic|sc|scp|span|p|title|br|tt|a|small|font|math"
    r"|inline-formula|alternatives|tex-math|named-content|styled-content)\b[^<>]*>",
    re.I,
)
_BREAK = re.compile(r"</?(?:jats:)?(?:p|title|br|break)\b[^<>]*>", re.I)
_RAISED = re.compile(r"<(?:jats:)?(su[bp])\b[^<>]*>([^<>]*)</(?:jats:)?\1\s*>", re.I)
_INDEX = {"sup": superscript, "sub": subscript}
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"{}\\]+")
_CUT = re.compile(r"10\.\d{4,9}/\S*\s+(?!\[|doi|pmid|https?:|10\.|and\b|[;,(])\S", re.I)
_VIEW = re.compile(r"(?<!doi\.org)/(?:full|abstract|pdf|epdf|fulltext|meta|html)$", re.I)
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"))
_NO_DATA = (
    r"n\.?/?a\.?|none?|no|nan|nil|null|undefined|specified|tb[ad]|unpaged|unpaginated|s\. ?[nl]\.|0+|9999"
    r"|\[object object\]|[-–—?.]+|(?:not?|none|un)[ .-]{0,2}(?:specified|available|known|given|listed"
    r"|applicable|assigned|numbered|pagination|issue|volume|pages?|title|date|year|journal|publisher)"
    r"(?: (?:specified|available|given|listed))?"
)
_EARLY = (
    r"(?:(?:publish(?:ed)?|e-?pub|articles?|available|volume|issue|first) ){0,2}(?:online )?ahead[ -]of[ -]"
    r"(?:print|publication)"
    r"|e-?pub(?: ahead of print)?\.? (?:19|20)\d\d[\w .-]{0,20}"
    r"|(?:published |available |first )?online(?: first| early| now| ready| ahead| only)?|onlinefirst|firstview|e-?pub"
    r"|early (?:view|access|online|release)|advanced? (?:online )?(?:publication|access|articles?)|advance online"
    r"|aheadofprint|prepub(?:lished)?|(?:articles? |manuscript )?in[ -]?press"
    r"|forthcoming|to appear|just accepted|aop|latest articles"
    r"|accepted(?: (?:articles?|manuscript|paper|for publication))?|(?:un)?(?:corrected )?proofs?"
)
_PLACEHOLDER = re.compile(
    rf"\W{{0,3}}?(?:({_EARLY})|{_NO_DATA})(?:\s*[-–—(,;:]\s*(?:{_NO_DATA}|{_EARLY})){{0,3}}\W{{0,3}}", re.I
)
_LETTERS = re.compile("[\u0080-\uffff]{2,}")
_MONTHS = {word.lower()[:3]: number for number, word in enumerate(calendar.month_name) if word}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_PUBMED = re.compile(r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/(\d{1,9})\b")
_SMALL = SMALL_WORDS | {"de", "der", "des", "di", "du", "e", "el", "en", "et", "la", "le", "und", "y"}
_ACRONYMS = frozenset(
    ("JAMA", "BMJ", "BMC", "PLOS", "NEJM", "AORN", "AJN", "QJM", "JMIR", "CMAJ", "WMJ", "MDM", "JBI", "US")
)
_LONGEST = 2_000


def text(value: str) -> str:
    """A value on one line, without tags, entities, braces and invisible characters."""
    value = html.unescape(html.unescape(value[: 4 * _LONGEST]))
    value = _RAISED.sub(lambda match: _INDEX[match[1].lower()](match[2]) or match[2], value)
    value = _TAG.sub("", _BREAK.sub(" ", value))
    value = re.sub(r"</?su[bp]\b[^<>]*>", "", value, flags=re.I)
    value = value.replace("``", "“").replace("''", "”").replace("---", "—").replace("--", "–")
    value = without_hidden(re.sub(r"[\s\x85\u2028\u2029]", " ", value))
    value = re.sub(r"[{}\\]", "", value).replace("~", "∼")
    return " ".join(unicodedata.normalize("NFC", value).split())[:_LONGEST]


def title(value: str) -> str:
    """A title without its final period, and without the brackets that PubMed puts around a translation."""
    clean = text(value)
    if clean.endswith(".") and not clean.endswith((" al.", "..")):
        clean = clean[:-1]
    inner = clean[1:-1]
    return inner.rstrip(".") if clean.startswith("[") and clean.endswith("]") and "[" not in inner else clean


def journal(value: str) -> str:
    """A journal's name without what the NLM adds to it: a subtitle after a colon, a place in parentheses."""
    clean = re.sub(
        r" \([^(),]*,[^()]*\)$",
        "",
        re.split(r"\s+[:=]\s+|: (?=(?:the )?(?:official )?(?:journal|publication) of )", text(value), flags=re.I)[0],
    )
    clean = clean if re.search(r"\w\. ", clean) else clean.rstrip(".")
    words = clean.split()
    if clean.isupper() and len(clean) > 5:
        words = [word if word in _ACRONYMS or not word.isalpha() or _is_short(word) else word.lower() for word in words]
    elif any(word[0].isupper() and word.lower() not in _SMALL for word in words[1:]):
        return clean
    return " ".join(
        word if (index and word in _SMALL) or not word.islower() else word[0].upper() + word[1:]
        for index, word in enumerate(words)
    )


def _is_short(word: str) -> bool:
    return len(word) < 3 and word.lower() not in _SMALL


def doi(value: str) -> str | None:
    """The DOI in a value, in lower case and without https://doi.org/; None if there is none, or it may be cut."""
    value = re.sub(r"</[a-z]+>", "", html.unescape(value[:_LONGEST])).strip()
    found = _DOI.search(unquote(value) if "%" in value else value)
    if not found or _CUT.search(value):
        return None
    bare = without_hidden(found[0]).translate(_DASHES)
    if value.lower().startswith("http"):
        bare = _VIEW.sub("", bare if "<" in bare else re.split(r"[?#]", bare)[0])
    bare = re.sub(r"\?[A-Za-z_]+=[^<>]*$", "", bare)
    bare = bare.rstrip(".,;:'’”")
    for opening, closing in ("()", "[]", "<>"):
        while bare.endswith(closing) and bare.count(closing) > bare.count(opening):
            bare = bare[:-1].rstrip(".,;:'’”")
    return bare.lower() if re.fullmatch(r"10\.\d{4,9}/[!-~]+", bare) else None


def pmid(value: str) -> str | None:
    """The PMID in a value: the number itself or the address of its page; None if there is none."""
    value = " ".join(value[:_LONGEST].split())
    found = re.fullmatch(r"(?:pmid ?:? ?)?([1-9]\d{0,8})", value, re.I) or _PUBMED.search(value)
    return found[1] if found else None


def marks_of(keywords: str) -> list[str]:
    """The keywords that say something of the work itself: Retracted Publication."""
    return [word.strip() for word in re.split(r"[;,]", keywords) if re.fullmatch(r"\W*retracted \w+\W*", word, re.I)]


def noted_pmid(notes: str) -> str | None:
    """The PMID that notes give of a work itself, not of a notice or a comment; None if there is not exactly one."""
    found = {
        number
        for before, number in re.findall(r"^(.*?)\bPMID:?\s*([1-9]\d{3,8})\b", notes[:_LONGEST], re.I | re.M)
        if not re.search(r"\b(?:in|on|of|from|for|by|erratum|comment|correct\w*|retract\w*|updat\w*)\b\W", before, re.I)
    }
    return found.pop() if len(found) == 1 else None


def address(value: str) -> str | None:
    """The first web address of a value, with what an address cannot hold percent-encoded; None if there is none."""
    value = without_hidden(html.unescape(value[:_LONGEST])).strip().strip("<>")
    if not re.match(r"https?://\S", value, re.I):
        return None
    first = re.split(r"[\s;,|]+(?=https?://)", value, flags=re.I)[0]
    scheme, _, rest = first.partition("://")
    return f"{scheme.lower()}://" + re.sub(r'[\s<>"\\{}|^`]', lambda match: quote(match[0]), rest)


def placeholder(value: str) -> str:
    """Whether a value is no data, in one word: ``none`` for n/a and its like, ``early`` for in press, else empty."""
    if len(value) > 60 or not (found := _PLACEHOLDER.fullmatch(" ".join(value.replace("-of-", " of ").split()))):
        return ""
    return "early" if found[1] else "none"


def garbled(value: str) -> tuple[str, str] | None:
    """A part of a value in which UTF-8 was read as another encoding, as it is and as it was meant; None without any."""
    if "\ufffd" in value:
        place = value.index("\ufffd")
        return value[max(place - 10, 0) : place + 10], ""
    for found in _LETTERS.finditer(value):
        meant = _meant(found[0])
        if meant and len(meant) < len(found[0]):
            start = max(found.start() - 10, 0)
            before, after = value[start : found.start()], value[found.end() : found.end() + 10]
            return f"{before}{found[0]}{after}", f"{before}{meant}{after}"
    return None


def _meant(text: str) -> str:
    """Characters whose bytes in Windows-1252 or Latin-1 are UTF-8 of letters and signs that are in use, else empty."""
    data = b""
    for sign in text:
        try:
            data += sign.encode("cp1252")
        except UnicodeEncodeError:
            if ord(sign) > 0xFF:
                return ""
            data += sign.encode("latin-1")
    try:
        meant = data.decode()
    except UnicodeDecodeError:
        return ""
    return (
        meant
        if re.fullmatch(
            "[\u00a0-\u017f\u0370-\u04ff\u1e00-\u1eff\u2010-\u2044\u20ac\u2122\u2200-\u22ff\u3040-\u9fff]+", meant
        )
        else ""
    )


def date_in_words(value: str) -> tuple[str, bool] | None:
    """The first date such as 2019 Oct 8 in a value, as year-month-day, and whether it is exact; None without a year."""
    found = re.search(r"\b((?:19|20)\d\d)(?: ([A-Z][a-z]{2})[a-z]*\b(?: (\d{1,2})\b)?)?", value)
    if not found:
        return None
    month = _MONTHS.get((found[2] or "").lower())
    exact = day(f"{found[1]}-{month}-{found[3]}") if month and found[3] else None
    return exact or day(f"{found[1]}-{month or 1}-1") or f"{found[1]}-01-01", bool(exact)


def year(value: str) -> str | None:
    """The first year in a date of any form; None if there is none."""
    found = re.search(r"(?<!\d)((?:1[5-9]|20)[0-9]{2})(?:[01][0-9][0-3][0-9])?(?!\d)", value)
    return found[1] if found else None


def counted(value: str) -> str:
    """A volume or an issue without that word: Vol. 12 is 12."""
    return re.sub(r"^(?:vol(?:ume)?|no|number|issue)\b\.?\s*(?=\d)", "", text(value), flags=re.I)


def edition(value: str) -> str:
    """An edition without that word, a number as ordinal: Third edition and 3 are 3rd."""
    bare = re.sub(r"[\s.]*\b(?:ed|edn|edition)\b\.?$", "", text(value), flags=re.I).strip(" ,;.")
    number = _ORDINALS.index(bare.lower()) + 1 if bare.lower() in _ORDINALS else int(bare) if bare.isdecimal() else 0
    if not 0 < number < 100:
        return bare
    return f"{number}{'th' if 10 < number < 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def day(value: str) -> str | None:
    """A full date as year-month-day; None if it is not one."""
    found = re.match(r"\s*([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})(?![0-9])", value)
    try:
        return str(date(int(found[1]), int(found[2]), int(found[3]))) if found else None
    except ValueError:
        return None


def pages(first: str, last: str = "") -> str:
    """Pages with a hyphen and whole numbers: 1033–6 is 1033-1036; of several ranges the first; none of 12 pages."""
    joined, end = (
        re.sub(r"^(?:pp?\.\s*|article (?:no\.? |number )?)", "", re.split(r"[;,]\s", dashed)[0], flags=re.I)
        for dashed in (re.sub(r"\s*[-‐‑‒–—−]+\s*", "-", text(value)) for value in (first, last))
    )
    if not joined.strip("-") or re.fullmatch(r"\d+ ?(?:p|pp|pages)\.?", joined, re.I):
        return ""
    if end and "-" not in joined and joined != end:
        joined = f"{joined}-{end}"
    match = re.fullmatch(r"([A-Za-z]*)(\d+)-([A-Za-z]*)(\d+)", joined)
    if match and match[3] in ("", match[1]) and len(match[4]) < len(match[2]):
        joined = f"{match[1]}{match[2]}-{match[1]}{match[2][: -len(match[4])]}{match[4]}"
    start, dash, end = joined.partition("-")
    return start if dash and start == end else joined
