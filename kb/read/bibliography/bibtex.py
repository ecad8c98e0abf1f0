"""BibTeX text to records of plain Unicode fields, and what keeps a record from being read. pybtex's traps end here.

pybtex's own reader stops at the first fault, keeps faults in a module global, gives duplicates no line and reads
records inside a comment. Its low-level parser, used here, takes a fault handler and knows where it stands.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from pybtex.bibtex.exceptions import BibTeXError
from pybtex.database import InvalidNameString
from pybtex.database import Person as BibtexPerson
from pybtex.database.input.bibtex import LowLevelParser, UndefinedMacro, month_names
from pybtex.exceptions import PybtexError
from pybtex.richtext import Text
from pybtex.utils import CaseInsensitiveDict

from kb.limits import AUTHORS, EXPANDED, KEY, NAME, VALUE
from kb.model import Person, Work
from kb.problems import Problem, Speller
from kb.read.bibliography import sizes
from kb.text.characters import suspects

# What a citation or its verification needs; whatever else a pasted record holds is passed over.
_FIELDS = frozenset(
    {
        *("author", "editor", "title", "journal", "booktitle", "year", "date", "volume", "number", "issue", "pages"),
        *("edition", "publisher", "address", "howpublished", "doi", "url", "urldate", "listed", "verified", "note"),
        *("pmid", "retracted", "corrected"),
    }
)
# Fields of other programs that are spelled like one of these and are no slips.
_OTHERS = frozenset(
    {
        *("annote", "authortype", "bookauthor", "booktitleaddon", "editora", "editorb", "editorc", "editortype"),
        *("journalsubtitle", "numpages", "origlocation", "origpublisher", "pmcid", "subtitle", "volumes"),
    }
)
# Fields that are or hold an address, kept to the letter.
ADDRESSES = frozenset({"url", "doi", "verified", "retracted", "corrected"})
_PEOPLE = frozenset({"author", "editor"})
_OTHER_COMMANDS = ("string", "preamble", "comment")
_LIKENESS = 0.75
# Family and given names without LaTeX: nothing in them has to be worked out.
_ORDINARY_NAME = re.compile(r"(?!.*(?:--|''))([^\W\d_][\w '’.-]*), (?=[ '’.-]*\w)([\w '’.-]+)")
_ALIASES = {
    "journaltitle": "journal",
    "location": "address",
    "institution": "publisher",
    "school": "publisher",
    "retraction": "retracted",
    "correction": "corrected",
    "erratum": "corrected",
}
_NAMES = sorted(_FIELDS | _ALIASES.keys())
_HEADER = re.compile(r"^[ \t]*@(\w+)[ \t]*\{\s*([^\s,{}\"=]*)", re.M)


_Place = tuple[frozenset[str], int]
_Fault = tuple[_Place, str, str, str]
"""The names of a field and which of several it is, or `_RECORD`; then code, message and hint."""
_RECORD: _Place = (frozenset(), 0)


@dataclass(frozen=True)
class Record:
    """One record as written; ``line`` is that of its first character."""

    line: int
    work: Work


def read(text: str, path: str) -> tuple[list[Record], list[Problem]]:
    """All records of a .bib file and all faults of form (KB108); no records where it cannot be told what it holds."""
    if refused := sizes.too_large(text, path):
        return [], [refused]
    text, open_comment = _without_comments(text)
    if open_comment:
        message = "the bibliography must be well-formed: a comment is not closed"
        return [], [Problem(path, open_comment, "KB108", message, "close its brace")]
    places = Places(text)
    text, records = _without_open_records(text, places)
    problems = [
        Problem(path, record.line, "KB108", f"the record {record.work.key} must be closed, a brace is missing", HINT)
        for record in records
    ]

    unread: set[str] = set()

    def note(error: Any) -> None:
        unread.update({parser.current_field_name.lower()} if isinstance(error, UndefinedMacro) else _FIELDS)
        line, *fault = told(parser, error, places)
        if all(problem.line != line for problem in problems[before:]):
            problems.append(Problem(path, line, "KB108", *fault))

    macros = CaseInsensitiveDict(month_names)
    parser = LowLevelParser(text, macros=macros, handle_error=note)
    speller, expanded, people = Speller(), 0, 0
    before = len(problems)
    for kind, body in parser:
        sort, line = kind.lower(), places.line(parser.command_start)
        key, pairs = body if sort not in _OTHER_COMMANDS else ("", [(body[0] if sort == "string" else "", body[-1])])
        kept: list[tuple[str, tuple[str, ...]]] = []
        for name, parts in pairs:
            length = sum(map(len, parts))
            expanded += length
            if length <= VALUE:
                kept.append((name, tuple(parts)))
                continue
            unread.add(_ALIASES.get(name.lower(), name.lower()))
            message = f"a value may have at most {VALUE:,} characters, {name or 'this one'} has {length:,}"
            problems.append(Problem(path, places.field_line(line, {name.lower()}), "KB111", message, sizes.DIVIDE))
        if expanded > EXPANDED:
            message = f"all values may have at most {EXPANDED:,} characters, with what their strings stand for"
            return [], [*problems, Problem(path, line, "KB111", message, sizes.DIVIDE)]
        if sort == "string" and not kept:
            macros[body[0]] = ""
        elif sort not in _OTHER_COMMANDS:
            work, faults, unknown = _work(sort, key, tuple(kept))
            for (names, nth), *fault in faults:
                problems.append(Problem(path, places.field_line(line, names, nth) if names else line, *fault))
            for name, nth in unknown:
                if meant := speller.nearest(name.lower(), _NAMES, _LIKENESS):
                    unread.add(_ALIASES.get(meant, meant))
                    message = f"there is no field {name} in a record, found in {key}"
                    at = places.field_line(line, {name.lower()}, nth)
                    problems.append(Problem(path, at, "KB104", message, f"did you mean {meant!r}?"))
            people += len(work.authors) + len(work.editors) if work else 0
            if people > AUTHORS:
                message = f"a bibliography may have at most {AUTHORS:,} authors and editors, found more"
                return [], [*problems, Problem(path, line, "KB111", message, "end long lists in: and others")]
            if work:
                records.append(Record(line, replace(work, unread=work.unread | unread) if unread else work))
            else:
                # Without a key the first field is taken for one, and what follows it cannot be read.
                problems[before:-1] = []
        before = len(problems)
        unread.clear()
    if not records and not problems:
        message = "the bibliography must hold records, found none"
        problems.append(Problem(path, 1, "KB108", message, "restore the file, or add a record"))
    return sorted(records, key=lambda record: record.line), problems


def names_of(field: str) -> frozenset[str]:
    """The names under which a field can stand in a record."""
    return frozenset({field, *(name for name, same in _ALIASES.items() if same == field)})


def _work(
    kind: str, key: str, pairs: tuple[tuple[str, tuple[str, ...]], ...]
) -> tuple[Work | None, tuple[_Fault, ...], tuple[tuple[str, int], ...]]:
    """What a record says, its faults, and its unknown fields, each with which of several it is.

    The same work again for the same record.
    """
    if not key or "=" in key or key.lower() in _FIELDS:
        hint = f"write @{kind}{{family-year, before the first field"
        return None, ((_RECORD, "KB109", f"the record must start with a key, got {key!r}", hint),), ()
    if len(key) > KEY:
        message = f"a key may have at most {KEY} characters, {key[:20]}... has {len(key):,}"
        return None, ((_RECORD, "KB111", message, "write e.g. west-2014"),), ()
    faults: list[_Fault] = []
    seen: Counter[str] = Counter()
    fields: dict[str, str] = {}
    people: dict[str, tuple[list[Person], bool]] = {}
    unread: set[str] = set()
    unknown: list[tuple[str, int]] = []
    for name, parts in pairs:
        field = _ALIASES.get(name.lower(), name.lower())
        place = names_of(field), seen[field]
        seen[field] += 1
        if field not in _FIELDS:
            if field not in _OTHERS:
                unknown.append((name, place[1]))
            continue
        if field in fields or field in people:
            faults.append((place, "KB107", f"duplicate field {field} in {key}", "keep one of the two"))
            continue
        raw = " ".join("".join(parts).split())
        texts = _split_names(raw) if field in _PEOPLE else () if field in ADDRESSES else (raw,)
        if suspect := next((suspect for text in texts for suspect in suspects(text)), None):
            unread.add(field)
            message = f"the field {field} of {key} must contain only characters that are what they seem"
            faults.append((place, "KB110", f"{message}, found {suspect.what}", suspect.hint))
            continue
        try:
            if field in _PEOPLE:
                people[field] = _people(raw)
            else:
                fields[field] = address(raw) if field in ADDRESSES else plain(raw)
        except ValueError as error:
            unread.add(field)
            message = f"the field {field} of {key} must be plain text: {error}"
            faults.append((place, "KB109", message, "write letters and signs directly, as in é or &"))
    authors, more = people.get("author", ([], False))
    editors, _ = people.get("editor", ([], False))
    work = Work(kind, key, fields, tuple(authors), tuple(editors), more, frozenset(unread))
    return work, tuple(faults), tuple(unknown)


def _people(raw: str) -> tuple[list[Person], bool]:
    """The persons of an author list, and whether it ends in ``and others``."""
    names = [name for name in _split_names(raw) if name]
    more = bool(names) and names[-1].lower() in ("others", "et al.", "et al")
    return [person(name) for name in (names[:-1] if more else names)], more


def _split_names(raw: str) -> Iterator[str]:
    """Split at `` and `` outside of braces."""
    depth, start = 0, 0
    for match in re.finditer(r"[{}]|\s+and\s+", raw, re.I):
        mark = match[0]
        if mark == "{":
            depth += 1
        elif mark == "}":
            depth -= 1
        elif depth == 0:
            yield raw[start : match.start()].strip()
            start = match.end()
    yield raw[start:].strip()


def person(name: str) -> Person:
    """A name as BibTeX writes it, in braces where it is that of a group. Raises ValueError where it is none."""
    if len(name) > NAME:
        raise ValueError(f"a name may have at most {NAME:,} characters, found {len(name):,}")
    if ordinary := _ORDINARY_NAME.fullmatch(name):
        return Person(family=" ".join(ordinary[1].split()), given=" ".join(ordinary[2].split()))
    if name.startswith("{") and name.endswith("}"):
        return Person(family=plain(name))
    try:
        parsed = BibtexPerson(name)
    except (InvalidNameString, BibTeXError) as error:
        raise ValueError(f"{name!r} is no name") from error
    family = " ".join([*parsed.prelast_names, *parsed.last_names, *parsed.lineage_names])
    given = " ".join([*parsed.first_names, *parsed.middle_names])
    return Person(family=plain(family), given=plain(given)) if family else Person(family=plain(given or name))


def _without_comments(text: str) -> tuple[str, int | None]:
    """Blank out @comment{...} with all that it holds, keeping the lines; the line of one that is never closed."""
    kept, position = [], 0
    for match in re.finditer(r"@comment\s*\{", text, re.I):
        if match.start() < position:
            continue
        end = closing(text, match.end())
        if end is None:
            return text, text.count("\n", 0, match.start()) + 1
        kept += [text[position : match.start()], _blank(text[match.start() : end])]
        position = end
    return "".join([*kept, text[position:]]), None


def _without_open_records(text: str, places: Places) -> tuple[str, list[Record]]:
    """Blank out the records that are not closed before the next one starts; those are given without their fields.

    Read on, such a record would swallow the next, and its fault would stand far from its cause.
    """
    kept, left = [], []
    headers = list(_HEADER.finditer(text))
    starts = [match.start() for match in headers]
    kept.append(text[: starts[0]] if starts else text)
    for match, end in zip(headers, [*starts[1:], len(text)], strict=False):
        whole = text[match.start() : end]
        if match[2] and closing(whole, whole.index("{") + 1) is None:
            left.append(Record(places.line(match.start()), Work(match[1].lower(), match[2], {}, unread=_FIELDS)))
            whole = _blank(whole)
        kept.append(whole)
    return "".join(kept), left


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


HINT = "check the braces, the commas between fields, and that values are in braces"
_FOUND = re.compile(r"[^\s=,{}]+|\S|\Z")
_FIELD = re.compile(r"[A-Za-z][\w-]*\s*=")
_SHOWN = 60


def told(parser: Any, error: Any, places: Places) -> tuple[int, str, str]:
    """The line, message and hint of a fault, from the parser of pybtex that met it and stands behind it."""
    field, text = parser.current_field_name, parser.text
    if isinstance(error, UndefinedMacro):
        name = error.args[0]
        message = f"the value of {field} must be in braces, found {name}"
        return parser.lineno, message, f"write {field} = {{...}}, or define the string {name} above"
    end = parser.pos
    while end and text[end - 1].isspace():
        end -= 1
    line = places.line(end)
    match = _FOUND.match(text, parser.pos)
    found = match[0][:_SHOWN] if match and match[0] else "the end of the file"
    match error.args[0]:
        case "'}' expected" | "')' expected" if field and _FIELD.match(text, parser.pos):
            written = text[text.rfind("\n", 0, end) + 1 : end].strip()
            whole = written.startswith(field) and len(written) <= _SHOWN
            hint = f"write {written}," if whole else f"write a comma after the value of {field}"
            return line, f"a comma is missing between the fields {field} and {found}", hint
        case "'}' expected" | "')' expected" if field:
            message = f"the value of {field} must be followed by a comma or the end of the record, found {found}"
            return line, message, "write the whole value in one pair of braces"
        case "'}' expected" | "')' expected":
            return line, f"there must be a field here, found {found}", "write name = {value}, for each field"
        case "'=' expected":
            message = f"a = is missing between the field {field} and its value"
            return line, message, f"write {field} = {{...}}, or put it into the braces before it, if it belongs there"
        case "field value expected":
            return line, f"the value of {field} must be in braces, found {found}", f"write {field} = {{...}}"
    return parser.lineno, f"the bibliography must be well-formed: {error.args[0]}", HINT


_UNWRAPPED = re.compile(
    r"\\(?:emph|textit|textbf|textsc|texttt|mkbibemph|mkbibquote|url|href\{[^{}]*\})\s*\{([^{}]*)\}"
)
_DOLLAR = "\ue024"


def plain(value: str) -> str:
    r"""LaTeX to Unicode: accents decoded, \emph{} and \url{} unwrapped, braces dropped.

    Raises ValueError where a command or mathematics would be left over.
    """
    # An escaped dollar is none of mathematics; as a sign of its own it passes the decoding by.
    unwrapped = re.sub(r"(?<!\\)%", r"\\%", _UNWRAPPED.sub(r"\1", value)).replace(r"\$", _DOLLAR)
    if not re.search(r"[\\{}$~]|--|``|''", unwrapped):
        return unwrapped.replace(_DOLLAR, "$")
    try:
        text = str(Text.from_latex(unwrapped))
    except (PybtexError, ValueError, IndexError, KeyError, RecursionError) as error:
        raise ValueError(f"its LaTeX cannot be read ({error})") from error
    left = re.search(r"\\[A-Za-z]+|\$[^$]*\$", text)
    if left:
        raise ValueError(f"found {left[0]}")
    return text.replace("{", "").replace("}", "").replace("\xa0", " ").replace(_DOLLAR, "$")


def address(value: str) -> str:
    """An address to the letter: only braces and the backslash before a sign that LaTeX reserves go."""
    return re.sub(r"\\([_%&#$~{}])|[{}]", r"\1", _UNWRAPPED.sub(r"\1", value))


_TOKEN = re.compile(r'[{}"]|(?<![\w-])([A-Za-z_][\w-]*)\s*=')


class Places:
    """The lines of a text. A record is looked through once, where there is a fault in it to tell."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._fields: dict[int, list[tuple[str, int]]] = {}

    def line(self, position: int) -> int:
        """The line of a character, counted from 1."""
        return bisect_right(self._starts, position)

    def field_line(self, record: int, names: Collection[str], nth: int = 0) -> int:
        """The line of a field of the record that starts on line ``record``; that line where it has no such field.

        ``names`` are those under which the field can stand, in small letters; ``nth`` counts from 0.
        """
        if record not in self._fields:
            self._fields[record] = list(self._fields_of(record))
        lines = [line for name, line in self._fields[record] if name in names]
        return lines[nth] if nth < len(lines) else record

    def _fields_of(self, record: int) -> Iterator[tuple[str, int]]:
        """The names of a record's fields in small letters, each with its line; what stands in values is passed over."""
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
