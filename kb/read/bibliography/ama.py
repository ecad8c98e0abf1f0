"""A record as an AMA-style citation, in plain text and in HTML (AMA Manual of Style, 11th edition, chapter 3).

Journal names are given in full. pybtex has no such style, and its HTML writer escapes no addresses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from html import escape

from kb.model import Person, Work

Part = tuple[str, str]
"""Words and how to show them: plain, em for a title, strong for a warning, or link."""


def format_reference(work: Work) -> tuple[str, str]:
    """The citation of a work as (text, html); every address in the html is escaped and http, https or doi.org."""
    parts = _parts(work)
    text = " ".join(words for words, _ in parts)
    return text, " ".join(_html(words, style) for words, style in parts)


def _html(words: str, style: str) -> str:
    if style == "em":
        body, stop = (words[:-1], words[-1]) if words.endswith(".") else (words, "")
        return f"<em>{escape(body)}</em>{stop}"
    if style == "strong":
        return f"<strong>{escape(words)}</strong>"
    if style == "link":
        href = f"https://doi.org/{words[4:]}" if words.startswith("doi:") else words
        return f'<a href="{escape(href, quote=True)}">{escape(words)}</a>'
    return escape(words)


def _parts(work: Work) -> list[Part]:
    fields = work.fields
    title, year = fields["title"], fields.get("year") or fields.get("date", "")[:4]
    parts: list[Part] = []
    if fields.get("pubstate") and not fields.get("volume"):
        year = f"Published online {_day(fields.get('date') or year)}".strip()
    if work.authors:
        parts.append((_stop(author_list(work.authors, work.more_authors)), ""))
    elif work.editors and "booktitle" not in fields:
        parts.append((_editors(work.editors), ""))
    if "journal" in fields:
        parts += [(_stop(title), ""), (_stop(fields["journal"]), "em"), (_stop(_issue(fields, year)), "")]
    elif "booktitle" in fields:
        editors = _editors(work.editors) if work.editors else ""
        parts += [(_stop(title), ""), (f"In: {editors}".strip(), ""), (_stop(fields["booktitle"]), "em")]
        parts += _imprint(fields, year)
    elif work.type in ("book", "techreport"):
        parts += [(_stop(title), "em"), *_imprint(fields, year)]
    else:
        parts += [(_stop(title), ""), *_imprint(fields, year)]
    if fields.get("urldate"):
        parts.append((f"Accessed {_day(fields['urldate'])}.", ""))
    if fields.get("doi"):
        parts.append((f"doi:{fields['doi']}", "link"))
    elif fields.get("url"):
        parts.append((fields["url"], "link"))
    marks = {"retracted": "Retracted", "corrected": "Corrected", "concern": "Expression of concern"}
    parts += [part for name, words in marks.items() for part in _marked(words, fields.get(name, ""))]
    return [part for part in parts if part[0]]


def _marked(what: str, notice: str) -> list[Part]:
    """The mark of a retraction or correction, with its day and the way to its notice."""
    if not notice:
        return []
    when, _, place = (part.strip() for part in notice.partition(","))
    bare = place.removeprefix("doi:").strip()
    mark = f"{what} {_day(when)}{':' if bare else '.'}"
    return [(mark, "strong"), (f"doi:{bare}" if bare.startswith("10.") else bare, "link")]


def _imprint(fields: Mapping[str, str], year: str) -> list[Part]:
    get = fields.get
    edition = f"{get('edition')} ed." if get("edition") else ""
    place = "; ".join(part for part in (get("publisher") or get("howpublished") or "", year) if part)
    pages = f":{page_range(get('pages', ''))}" if get("pages") and place else ""
    return [(edition, ""), (_stop(place + pages), "")]


def _issue(fields: Mapping[str, str], year: str) -> str:
    """2014;174(4):527-533, as far as known."""
    get = fields.get
    number = get("number") or get("issue")
    volume = (get("volume") or "") + (f"({number})" if number else "")
    pages = page_range(get("pages", ""))
    text = ";".join(part for part in (year, volume) if part)
    return f"{text}:{pages}" if pages else text


def page_range(pages: str) -> str:
    """Pages with a plain hyphen, however they are written."""
    return pages.replace("--", "-").replace("–", "-")


def _editors(people: Sequence[Person]) -> str:
    return f"{author_list(people, False)}, ed{'s' if len(people) > 1 else ''}."


def author_list(people: Sequence[Person], more: bool) -> str:
    """Up to six authors in full, of more the first three, et al."""
    names = [_name(person) for person in people]
    if len(names) > 6 or (more and len(names) > 3):
        names, more = names[:3], True
    return ", ".join([*names, "et al"] if more else names)


_UNSHORTENED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""What Chinese, Japanese and Korean names are written in, which have no initials."""
_LINEAGE = re.compile(r"(.+?),? ((?:[JS]r|II|III|IV|[2-4](?:nd|rd|th)))\.?")


def _name(person: Person) -> str:
    """``Resneck JS Jr``: the family name, initials, and Jr or III after them."""
    found = _LINEAGE.fullmatch(person.family) if person.given else None
    family, lineage = found.groups() if found else (person.family, "")
    return " ".join(part for part in (family, initials(person.given), lineage) if part)


def initials(given: str) -> str:
    """``Colin P.`` to CP, ``J. David`` to JD, ``Anna-Lena`` to AL."""
    words = re.findall(r"[^\W\d_]+", given.replace("'", ""))
    return "".join(word if _UNSHORTENED.match(word) else word[0].upper() for word in words)


def _stop(text: str) -> str:
    return text if not text or text[-1] in ".?!" else f"{text}."


def _day(iso: str) -> str:
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day:%B} {day.day}, {day.year}"
