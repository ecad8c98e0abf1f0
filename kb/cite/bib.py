"""BibTeX as other programs write it: fields that they add are passed over, and what cannot be read is told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from pybtex.bibtex.exceptions import BibTeXError
from pybtex.bibtex.utils import split_name_list
from pybtex.database.input.bibtex import UndefinedMacro

from kb.cite import incoming, normalize
from kb.cite.incoming import Fault, Incoming, Place, Reading
from kb.cite.names import is_group
from kb.limits import WORKS
from kb.model import Person
from kb.read import sizes
from kb.read.bibliography.bibtex import Reader, closing
from kb.read.bibliography.latex import address, decode

_TYPES = {
    **{kind: kind for kind in incoming.TYPES},
    **dict.fromkeys(("inproceedings", "conference", "inbook", "incollection"), "incollection"),
    **dict.fromkeys(("report", "manual"), "techreport"),
    **dict.fromkeys(("electronic", "www", "webpage"), "online"),
    **dict.fromkeys(("collection", "booklet", "proceedings", "mvbook"), "book"),
}
_NAMES = {
    "title": ("title",),
    "subtitle": ("subtitle",),
    "journal": ("journal", "journaltitle"),
    "booktitle": ("booktitle", "maintitle"),
    "year": ("year",),
    "date": ("date",),
    "volume": ("volume",),
    "number": ("number", "issue"),
    "pages": ("pages",),
    "article": ("eid", "article-number", "articleno", "articlenumber", "article_number", "art_number"),
    "edition": ("edition",),
    "publisher": ("publisher", "institution", "school", "organization"),
    "howpublished": ("howpublished",),
    "address": ("address", "location"),
    "doi": ("doi",),
    "url": ("url",),
    "urldate": ("urldate",),
    "pmid": ("pmid",),
    "status": ("pubstate",),
    "retracted": ("retracted",),
    "corrected": ("corrected",),
    "concern": ("concern",),
    "eprint": ("eprint",),
    "eprinttype": ("eprinttype", "archiveprefix"),
    "note": ("note", "annote"),
    "keywords": ("keywords",),
    "crossref": ("crossref", "xdata"),
    "author": ("author",),
    "editor": ("editor",),
}
"""What a record needs, with the fields that programs write it in; the first that is given counts."""
_KEPT = frozenset(name for names in _NAMES.values() for name in names)
_ADDRESSES = frozenset({"doi", "url", "retracted", "corrected", "concern"})
_HEADER = re.compile(
    r"^([ \t]*@[ \t]*(?!string\b|comment\b|preamble\b)\w+[ \t]*)([{(])([ \t]*)([^,=\n{}()\"]*)([,=]?)", re.I | re.M
)
_BLANK_IN_NAME = re.compile(
    r"(?:^|(?<=[}\"\d],))[ \t]*[A-Za-z][\w-]*(?:[ \t]+[A-Za-z][\w-]*)+(?=[ \t]*=[ \t]*[{\"])", re.M
)
"""A field such as Early Access Date of Web of Science."""
_PART_OF_NAME = re.compile(r"\b(family|given|prefix|suffix)\s*=\s*([^,]+)")
"""A part of a name as biblatex may write it: family=Doe, given=Jane, prefix=van."""
_NOTICE = re.compile(r"\d{4}-\d{2}-\d{2}(?:, \S+)?")


def read_bib(text: str, source: str) -> Reading:
    """The works of a BibTeX file; a record with a fault of form is left out, and the fault says why.

    A record's ``verified`` is passed over: nobody here has compared it with the work.
    """
    if refused := sizes.of_bibliography(text, source):
        return Reading(faults=(Fault(Place(source, refused.line), refused.message, refused.hint),))
    text = _BLANK_IN_NAME.sub(lambda match: " " + "-".join(match[0].split()), text)
    reader = _Reader(_HEADER.sub(_with_key, text), source)
    problems = reader.read()[1]
    faults = [Fault(Place(source, problem.line), problem.message, problem.hint) for problem in problems]
    reading = Reading.of(islice(reader.works, WORKS + 1))
    return Reading(reading.works, tuple(sorted((*faults, *reading.faults), key=lambda fault: fault.place.line)))


def _with_key(header: re.Match[str]) -> str:
    """The start of a record with a key that can be read; the keys of other programs are not kept."""
    command, brace, blanks, key, sign = header.groups()
    if sign == "=":
        return f"{command}{brace}record, {blanks}{key}="
    if re.fullmatch(r"[^\s%#'\\~]+ *", key) or not sign:
        return header[0]
    return f"{command}{brace}record,"


class _Reader(Reader):
    """The reading of a file whose fields and keys are not ours."""

    def __init__(self, text: str, path: str) -> None:
        super().__init__(text, path)
        self.works: list[Incoming | Fault] = []
        self._remarks: list[str] = []

    def note(self, error: Any) -> None:
        if not isinstance(error, UndefinedMacro):
            super().note(error)
        elif self._parser.current_field_name.lower() in _KEPT:
            name, string = self._parser.current_field_name.lower(), str(error.args[0])
            self._remarks.append(f"the {name} is a string that the file does not define ({string}), and was left out")

    def read_record(self, kind: str, _: str, parts: Sequence[tuple[str, Sequence[str]]]) -> None:
        given: dict[str, str] = {}
        for name, value in self.kept([(name, part) for name, part in parts if name.lower() in _KEPT]):
            whole = " ".join(value.split())
            if name.lower() in given and whole != given[name.lower()]:
                self._remarks.append(f"the source gives {name.lower()} twice; the first was taken")
            given.setdefault(name.lower(), whole)
        remarks, self._remarks = self._remarks, []
        if self.unread:
            return
        raw, people = {}, {}
        for field, names in _NAMES.items():
            value = next((given[name] for name in names if given.get(name)), "")
            if field in ("author", "editor"):
                people[field] = list(self._people_of(value, remarks))
            elif field in _ADDRESSES:
                raw[field] = address(value)
            else:
                raw[field], left = decode(value)
                remarks += [f"LaTeX of the {field} was left out ({left}): compare it with the work"] if left else []
        if raw["crossref"]:
            lacking = f"what it takes over from {raw['crossref']!r} was not read"
            remarks.append(f"{lacking}: add the year, the publisher and the editors, if it lacks them")
        self.count_people(len(people["author"]) + len(people["editor"]))
        place = Place(self.path, self.line)
        self.works.append(
            incoming.normalized(
                place,
                _TYPES.get(kind.lower(), "misc"),
                _completed(raw, kind.lower()),
                people["author"],
                people["editor"],
                given_first=True,
                remarks=remarks,
            )
        )

    def _people_of(self, value: str, remarks: list[str]) -> Iterator[str | Person]:
        """The names of a list; one in braces is that of a group, unless it is written as that of a person."""
        value = re.sub(r"^(?:and )+|(?: and)+$", "", value, flags=re.I)
        try:
            names = _rejoined(split_name_list(value)) if value else []
        except (BibTeXError, IndexError, RecursionError):
            remarks.append("the list of names cannot be divided, and was left out")
            return
        for name in names:
            plain, left = decode(name)
            if left:
                remarks.append(f"LaTeX of a name was left out ({left}): compare {plain!r} with the work")
            parts = dict(_PART_OF_NAME.findall(plain)) if _PART_OF_NAME.match(plain) else {}
            if parts.get("family"):
                family = f"{parts.get('prefix', '').strip()} {parts['family'].strip()}".strip()
                plain = ", ".join(
                    filter(None, (family, parts.get("given", "").strip(), parts.get("suffix", "").strip()))
                )
            braced = name.startswith("{") and closing(name, 1) == len(name)
            if braced and ("," not in plain or " and " in plain):
                yield Person(family=plain) if plain.strip() else ""
            else:
                yield plain


def _rejoined(names: list[str]) -> list[str]:
    """The names with those of groups whole that have an and without braces: Centers for Control and Prevention."""
    whole: list[str] = []
    for name in names:
        if (
            whole
            and "," not in whole[-1]
            and (
                re.fullmatch(r"[^,]+, (?:Inc|Ltd|LLC|Co)\.?", name)
                or (re.fullmatch(r"\w+", name) and is_group(whole[-1]))
            )
        ):
            whole[-1] += f" and {name}"
        else:
            whole.append(name)
    return whole


def _completed(raw: dict[str, str], kind: str) -> dict[str, str]:
    """What a record says in other fields than those that ``normalized`` takes."""
    get = raw.get
    journal, book = get("journal", ""), get("booktitle", "")
    raw["container"] = book or journal if _TYPES.get(kind) == "incollection" else journal or book
    raw["year"] = raw["year"] or raw["date"]
    raw["publisher"] = get("publisher") or get("howpublished", "")
    if get("subtitle") and raw["subtitle"].lower() not in raw["title"].lower():
        raw["title"] = f"{raw['title'].rstrip(':. ')}: {raw['subtitle']}"
    if found := re.search(r"https?://\S+", raw["publisher"]):
        raw["url"] = get("url") or found[0].rstrip(".,;)")
        raw["publisher"] = ""
    if get("eprint"):
        source = get("eprinttype", "").lower()
        if source == "arxiv" and not raw["url"]:
            raw["url"] = f"https://arxiv.org/abs/{raw['eprint']}"
        elif source in ("pubmed", "pmid") and not raw["pmid"]:
            raw["pmid"] = raw["eprint"]
    raw["marks"] = "\n".join((get("note", ""), *normalize.marks_of(get("keywords", ""))))
    if normalize.placeholder(get("note", "")) == "early":
        raw["status"] = get("note", "")
    for name in incoming.NOTICES:
        if not _NOTICE.fullmatch(raw[name]):
            raw[name] = ""
    return raw
