"""BibTeX text to records of plain Unicode fields and back, and what keeps a record from being read.

pybtex's own reader stops at the first fault, keeps faults in a module global, gives duplicates no line and reads
records inside a comment. Its low-level parser, used here, takes a fault handler and has the position of each fault.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pybtex.bibtex.exceptions import BibTeXError
from pybtex.bibtex.utils import split_name_list
from pybtex.database import InvalidNameString
from pybtex.database import Person as BibtexPerson
from pybtex.database.input.bibtex import LowLevelParser, UndefinedMacro, month_names
from pybtex.scanner import TokenRequired
from pybtex.utils import CaseInsensitiveDict

from kb.limits import AUTHORS, EXPANDED, KEY, NAME, VALUE
from kb.model import Person, Work
from kb.problems import Problem, Speller
from kb.read import sizes
from kb.read.bibliography.latex import address, plain
from kb.text.characters import suspects

# What a citation or its verification needs; whatever else a pasted record holds is passed over.
FIELDS = frozenset(
    {
        *("author", "editor", "title", "journal", "booktitle", "year", "date", "volume", "number", "issue", "pages"),
        *("edition", "publisher", "address", "howpublished", "doi", "url", "urldate", "listed", "verified", "note"),
        *("pmid", "retracted", "corrected", "concern", "pubstate", "preprint-of"),
    }
)
# Fields of other programs that are spelled like one of these, but are not misspelled.
_OTHERS = frozenset(
    {
        *("annote", "authortype", "bookauthor", "booktitleaddon", "editora", "editorb", "editorc", "editortype"),
        *("journalsubtitle", "numpages", "origlocation", "origpublisher", "pmcid", "subtitle", "volumes"),
    }
)
# Fields that are or contain an address, kept to the letter.
ADDRESSES = frozenset({"url", "doi", "verified", "retracted", "corrected", "concern"})
_PEOPLE = frozenset({"author", "editor"})
_LIKENESS = 0.75
_ALIASES = {
    "journaltitle": "journal",
    "location": "address",
    "institution": "publisher",
    "school": "publisher",
    "retraction": "retracted",
    "correction": "corrected",
    "erratum": "corrected",
    "eid": "pages",
    "articleno": "pages",
    "article-number": "pages",
}
_NAMES = sorted(FIELDS | _ALIASES.keys())
_HEADER = re.compile(r"^[ \t]*@(\w+)[ \t]*\{\s*([^\s,{}\"=]*)", re.M)


@dataclass(frozen=True)
class Record:
    """One record as written; ``line`` is that of its first character."""

    line: int
    work: Work


def read(text: str, path: str) -> tuple[list[Record], list[Problem]]:
    """All records of a .bib file and all faults of form (KB108); no records if it is not clear what it contains."""
    if refused := sizes.of_bibliography(text, path):
        return [], [refused]
    records, problems = Reader(text, path).read()
    if not records and not problems:
        message = "the bibliography must contain records, found none"
        problems.append(Problem(path, 1, "KB108", message, "restore the file, or add a record"))
    return records, problems


class TooMuchError(Exception):
    """Raised where the records read so far have more in them than can be checked."""


class _Strings(CaseInsensitiveDict):  # type: ignore[misc]
    """What the strings of a file stand for; one that is too long, as when strings double each other, is cut."""

    def __setitem__(self, name: str, value: str) -> None:
        super().__setitem__(name, value[: VALUE + 1])


_HINT = "check the braces, the commas between fields, and that values are in braces"


class Reader:
    """Reads the records of one file, and collects what is wrong with them."""

    def __init__(self, text: str, path: str) -> None:
        self.path = path
        self.places = Places(text)
        self.records: list[Record] = []
        self.problems: list[Problem] = []
        self.unread: set[str] = set()
        """The fields of the record that is being read that cannot be read."""
        self._macros = _Strings(month_names)
        self._speller = Speller()
        self._text, self._open_comment = _without_comments(text)
        self._expanded = 0
        self._people = 0
        # Of the record that is being read: its line, and where its problems start.
        self.line = 1
        self._first = 0

    def read(self) -> tuple[list[Record], list[Problem]]:
        """All records by line, and all faults of form; no records if it is not clear what the file contains."""
        if self._open_comment:
            message = "the bibliography must be well-formed: a comment is not closed"
            return [], [Problem(self.path, self._open_comment, "KB108", message, "close its brace")]
        text = self._without_open_records(self._text)
        self._first = len(self.problems)
        self._parser = LowLevelParser(text, macros=self._macros, handle_error=self.note)
        try:
            self._read_commands()
        except TooMuchError:
            return [], self.problems
        return sorted(self.records, key=lambda record: record.line), self.problems

    def _read_commands(self) -> None:
        for kind, body in self._parser:
            self.line = self.places.line(self._parser.command_start)
            match kind.lower():
                case "string":
                    name, parts = body
                    if not self.kept([(name, parts)]):
                        self._macros[name] = ""
                case "preamble":
                    pass  # only LaTeX reads it
                case sort:
                    self.read_record(sort, *body)
            self._first = len(self.problems)
            self.unread.clear()

    def add(self, code: str, message: str, hint: str, field: str = "", nth: int = 0) -> None:
        """Add a problem at the record that is being read, or at one of its fields."""
        line = self.places.field_line(self.line, field, nth) if field else self.line
        self.problems.append(Problem(self.path, line, code, message, hint))

    def note(self, error: Any) -> None:
        """Add a problem for a fault of form that pybtex met, the first of each line."""
        self.unread |= {self._parser.current_field_name.lower()} if isinstance(error, UndefinedMacro) else FIELDS
        line, message, hint = _fault(self._parser, error, self.places)
        if all(problem.line != line for problem in self.problems[self._first :]):
            self.problems.append(Problem(self.path, line, "KB108", message, hint))

    def kept(self, fields: Sequence[tuple[str, Sequence[str]]]) -> list[tuple[str, str]]:
        """The values that are not too long, with what their strings stand for."""
        kept = []
        for name, parts in fields:
            length = sum(map(len, parts))
            self._expanded += length
            if length <= VALUE:
                kept.append((name, "".join(parts)))
                continue
            self.unread.add(_ALIASES.get(name.lower(), name.lower()))
            message = f"a value may have at most {VALUE:,} characters, {name or 'this one'} has {length:,}"
            self.add("KB111", message, sizes.DIVIDE_BIBLIOGRAPHY, name.lower())
        if self._expanded > EXPANDED:
            message = f"all values may have at most {EXPANDED:,} characters, with what their strings stand for"
            self.add("KB111", message, sizes.DIVIDE_BIBLIOGRAPHY)
            raise TooMuchError
        return kept

    def read_record(self, kind: str, key: str, parts: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Add the record, or what keeps it from being read; ``parts`` are those of its fields, by name."""
        if not key or "=" in key or key.lower() in FIELDS:
            # Without a key the first field is taken for one, and what follows it cannot be read.
            del self.problems[self._first :]
            hint = f"write @{kind}{{family-year, before the first field"
            self.add("KB109", f"the record must start with a key, got {key!r}", hint)
            return
        if len(key) > KEY:
            message = f"a key may have at most {KEY} characters, {key[:20]}... has {len(key):,}"
            self.add("KB111", message, "write e.g. west-2014")
            return
        seen: Counter[str] = Counter()
        fields: dict[str, str] = {}
        people: dict[str, tuple[list[Person], bool]] = {}
        for name, value in self.kept(parts):
            field = _ALIASES.get(name.lower(), name.lower())
            nth = seen[field]
            seen[field] += 1
            if field not in FIELDS:
                meant = None if field in _OTHERS else self._speller.nearest(field, _NAMES, _LIKENESS)
                if meant:
                    self.unread.add(_ALIASES.get(meant, meant))
                    message = f"there is no field {name} in a record, found in {key}"
                    self.add("KB104", message, f"did you mean {meant!r}?", field, nth)
                continue
            if field in fields or field in people:
                self.add("KB107", f"duplicate field {field} in {key}", "keep one of the two", field, nth)
                continue
            raw = " ".join(value.split())
            texts = split_name_list(raw) if field in _PEOPLE else [] if field in ADDRESSES else [raw]
            try:
                if suspect := next((suspect for text in texts for suspect in suspects(text)), None):
                    message = f"the field {field} of {key} must not contain hidden or look-alike characters"
                    self.add("KB110", f"{message}, found {suspect.what}", suspect.hint, field, nth)
                    self.unread.add(field)
                elif field in _PEOPLE:
                    people[field] = _read_people([name for name in texts if name])
                else:
                    fields[field] = address(raw) if field in ADDRESSES else plain(raw)
            except ValueError as error:
                self.unread.add(field)
                message = f"the field {field} of {key} must be plain text: {error}"
                self.add("KB109", message, "write letters and signs directly, as in é or &", field, nth)
        authors, more = people.get("author", ([], False))
        editors, _ = people.get("editor", ([], False))
        self.count_people(len(authors) + len(editors))
        work = Work(kind, key, fields, tuple(authors), tuple(editors), more, frozenset(self.unread))
        self.records.append(Record(self.line, work))

    def count_people(self, number: int) -> None:
        """Raises TooMuchError, after a problem that says so, where there are too many in all."""
        self._people += number
        if self._people > AUTHORS:
            message = f"a bibliography may have at most {AUTHORS:,} authors and editors, found more"
            self.add("KB111", message, "end long lists in: and others")
            raise TooMuchError

    def _without_open_records(self, text: str) -> str:
        """Blank out the records that are not closed before the next one starts, and add them without their fields.

        Read on, such a record would swallow the next, and its fault would be reported far from its cause.
        """
        headers = list(_HEADER.finditer(text))
        starts = [match.start() for match in headers]
        kept = [text[: starts[0]] if starts else text]
        for match, end in zip(headers, [*starts[1:], len(text)], strict=False):
            whole = text[match.start() : end]
            key = match[2]
            if key and closing(whole, whole.index("{") + 1) is None:
                line = self.places.line(match.start())
                self.records.append(Record(line, Work(match[1].lower(), key, {}, unread=FIELDS)))
                message = f"the record {key} must be closed, a brace is missing"
                self.problems.append(Problem(self.path, line, "KB108", message, _HINT))
                whole = _blank(whole)
            kept.append(whole)
        return "".join(kept)


_FIELD = re.compile(r"[A-Za-z][\w-]*\s*=")
_SHOWN = 60


def _fault(parser: Any, error: Any, places: Places) -> tuple[int, str, str]:
    """The line, message and hint of a fault of form, from what surrounds the place where pybtex's parser stopped."""
    field, text = parser.current_field_name, parser.text
    if isinstance(error, UndefinedMacro):
        name = error.args[0]
        message = f"the value of {field} must be in braces, found {name}"
        return parser.lineno, message, f"write {field} = {{...}}, or define the string {name} above"
    end = parser.pos
    while end and text[end - 1].isspace():
        end -= 1
    line = places.line(end)
    match = re.compile(r"[^\s=,{}]+|\S|\Z").match(text, parser.pos)
    found = match[0][:_SHOWN] if match and match[0] else "the end of the file"
    if not isinstance(error, TokenRequired) or not (field or parser.current_entry_key):
        return parser.lineno, f"the bibliography must be well-formed, found {found}", _HINT
    if not field:
        return line, f"there must be a field here, found {found}", "write name = {value}, for each field"
    if not parser.current_value:
        if text[end - 1] in "=#":
            return line, f"the value of {field} must be in braces, found {found}", f"write {field} = {{...}}"
        hint = f"write {field} = {{...}}, or put it into the braces before it, if it belongs there"
        return line, f"a = is missing between the field {field} and its value", hint
    if not _FIELD.match(text, parser.pos):
        message = f"the value of {field} must be followed by a comma or the end of the record, found {found}"
        return line, message, "write the whole value in one pair of braces"
    written = text[text.rfind("\n", 0, end) + 1 : end].strip()
    whole = written.startswith(field) and len(written) <= _SHOWN
    hint = f"write {written}," if whole else f"write a comma after the value of {field}"
    return line, f"a comma is missing between the fields {field} and {found}", hint


def _read_people(names: Sequence[str]) -> tuple[list[Person], bool]:
    """The persons of an author list, and whether it ends in ``and others``."""
    more = bool(names) and names[-1].lower() in ("others", "et al.", "et al")
    return [person(name) for name in (names[:-1] if more else names)], more


def person(name: str) -> Person:
    """A name as BibTeX writes it, in braces where it is that of a group. Raises ValueError if it is not a name."""
    if len(name) > NAME:
        raise ValueError(f"a name may have at most {NAME:,} characters, found {len(name):,}")
    if name.startswith("{") and name.endswith("}"):
        return Person(family=plain(name))
    try:
        parsed = BibtexPerson(name)
    except (InvalidNameString, BibTeXError) as error:
        raise ValueError(f"{name!r} is not a name") from error
    family = " ".join([*parsed.prelast_names, *parsed.last_names, *parsed.lineage_names])
    given = " ".join([*parsed.first_names, *parsed.middle_names])
    return Person(family=plain(family), given=plain(given)) if family else Person(family=plain(given or name))


def _without_comments(text: str) -> tuple[str, int | None]:
    """Blank out @comment{...} and @preamble{...} with all that is in them, keeping the lines.

    Also the line of one that is never closed.
    """
    kept, position = [], 0
    for match in re.finditer(r"@(?:comment|preamble)\s*\{", text, re.I):
        if match.start() < position:
            continue
        end = closing(text, match.end())
        if end is None:
            return text, text.count("\n", 0, match.start()) + 1
        kept += [text[position : match.start()], _blank(text[match.start() : end])]
        position = end
    return "".join([*kept, text[position:]]), None


def closing(text: str, position: int) -> int | None:
    """Where the brace that was opened before ``position`` is closed, or None."""
    depth = 1
    for match in re.compile(r"[{}]").finditer(text, position):
        depth += 1 if match[0] == "{" else -1
        if not depth:
            return match.end()
    return None


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def field_span(body: str, field: str) -> tuple[int, int] | None:
    """Where a field stands in what is between the braces of a record, with its comma; None if it has none.

    The field may be written under any of its names.
    """
    names = {
        field,
        *(name for name, same in _ALIASES.items() if same == _ALIASES.get(field, field)),
        _ALIASES.get(field),
    }
    depth, quoted = 0, False
    start, stop = None, len(body)
    for match in re.finditer(r'[{}"]|(?<![\w-])([A-Za-z_][\w-]*)\s*=|,', body):
        sign = match[0]
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
        elif sign == '"':
            quoted = not quoted if not depth else quoted
        elif depth or quoted:
            continue
        elif sign == "," and start is not None:
            stop = match.end()
            break
        elif match[1] and start is None and match[1].lower() in names:
            start = match.start()
    if start is None:
        return None
    return start, stop if stop < len(body) else len(body.rstrip())


_TOKEN = re.compile(r'[{}"]|(?<![\w-])([A-Za-z_][\w-]*)\s*=')


class Places:
    """The lines of the records and fields of a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._fields: dict[int, list[tuple[str, int]]] = {}

    def line(self, position: int) -> int:
        """The line of a character, counted from 1."""
        return bisect_right(self._starts, position)

    def field_line(self, record: int, field: str, nth: int = 0) -> int:
        """The line of a field of the record that starts on line ``record``; that line if it has no such field.

        The field may be written under any of its names; ``nth`` counts from 0 if it is given several times.
        """
        names = {field, *(name for name, same in _ALIASES.items() if same == field)}
        if record not in self._fields:
            self._fields[record] = list(self._fields_of(record))
        lines = [line for name, line in self._fields[record] if name in names]
        return lines[nth] if nth < len(lines) else record

    def _fields_of(self, record: int) -> Iterator[tuple[str, int]]:
        """The names of a record's fields in lower case, each with its line; what is in values is passed over."""
        depth, quoted = 0, False
        for match in _TOKEN.finditer(self._text, self._starts[record - 1]):
            sign = match[0]
            if sign == "{":
                depth += 1
            elif sign == "}":
                depth -= 1
                if not depth:
                    return
            elif sign == '"':
                quoted = not quoted if depth == 1 else quoted
            elif depth == 1 and not quoted:
                yield match[1].lower(), self.line(match.start())


# The fields in the order in which a record is written.
_ORDER = (
    *("title", "journal", "booktitle", "editor", "edition", "publisher", "howpublished", "address", "year", "date"),
    *("pubstate", "volume", "number", "issue", "pages", "doi", "url", "urldate", "pmid", "preprint-of", "listed"),
    *("retracted", "corrected", "concern", "verified", "note"),
)
# What LaTeX reads as more than a sign; a brace would end the field.
_SIGNS = str.maketrans(
    {
        **{sign: f"\\{sign}" for sign in "&%$"},
        "{": r"{\textbraceleft}",
        "}": r"{\textbraceright}",
        "\\": r"{\textbackslash}",
        "~": r"{\textasciitilde}",
    }
)
# A report names its publisher in a field of its own; read, the two are one.
_INSTITUTION = {("techreport", "publisher"): "institution"}


def as_record(work: Work) -> str:
    """The record without its last line end; reading it gives the same work."""
    lines = (f"  {name} = {{{value}}},\n" for name, value in written_fields(work))
    return f"@{work.type}{{{work.key},\n{''.join(lines)}}}"


def written_fields(work: Work) -> Iterator[tuple[str, str]]:
    """The fields of a record, each with its value as BibTeX writes it, in the order of a record."""
    if work.authors:
        yield "author", _written_people(work.authors, work.more_authors)
    for field in _ORDER:
        if field == "editor" and work.editors:
            yield field, _written_people(work.editors, False)
        elif value := work.fields.get(field):
            written = value if field in ADDRESSES else value.translate(_SIGNS)
            yield _INSTITUTION.get((work.type, field), field), written


def _written_people(people: tuple[Person, ...], more: bool) -> str:
    return " and ".join([*map(_written_name, people), *(["others"] if more else [])])


def _written_name(someone: Person) -> str:
    """A name so that it is read as the same: a group, and a family that would be divided, in braces."""
    family = someone.family.translate(_SIGNS)
    given = someone.given.translate(_SIGNS)
    if not given:
        return f"{{{family}}}"
    plainly = f"{family}, {given}"
    try:
        same = person(plainly) == someone and " and " not in plainly.lower()
    except ValueError:
        same = False
    return plainly if same else f"{{{family}}}, {given}"
