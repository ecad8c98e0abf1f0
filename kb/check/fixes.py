"""Fixes: corrects, in the text itself, what has one right form, and leaves the meaning as it is.

A YAML printer would write a file anew. Here only the characters of a fix are replaced, so comments, quotes and line
breaks survive byte for byte, and the difference shows nothing but what was wrong.

Each edit is tried: the text is read with it, and it is kept where no problem is new and either the values stay the
same or there are fewer problems than before.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import pairwise
from pathlib import Path

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from kb import folders
from kb.check import check
from kb.limits import TRIED
from kb.model import KINDS, Entry
from kb.problems import Problem, Severity, display_path
from kb.read import bibliography, frontmatter
from kb.read.content import REFERENCES, unix_text
from kb.read.frontmatter import Loc, field_names
from kb.read.frontmatter.remedies import read_days

_PASSES = 100


@dataclass(frozen=True)
class Fix:
    """A file with its text before and after all fixes."""

    path: Path
    shown: str
    before: str
    after: str

    def diff(self) -> str:
        """The difference, as in a patch. Line ends cannot be seen, so a sentence says that they change."""
        before, after = self.before.splitlines(keepends=True), self.after.splitlines(keepends=True)
        note = ""
        if any(line.endswith("\r\n") for line in before):
            note = f"{self.shown}: Windows line ends become Unix line ends\n"
            before = [line.replace("\r\n", "\n") for line in before]
        lines = difflib.unified_diff(before, after, f"a/{self.shown}", f"b/{self.shown}")
        return note + "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
        )


def find_fixes(root: Path, only: Collection[str] = (), today: date | None = None) -> tuple[Fix, ...]:
    """What can be fixed in the files of a content folder, or in those that ``only`` names as problems show them.

    A file whose fixes bring up another error, here or in a file that names it, is left as it is.
    """
    fixes = tuple(fix for fix in _proposed(root) if not only or _asked(fix.shown, only))
    before = _errors(check(root, today).problems)
    while fixes:
        after = check(root, today, {fix.path: fix.after.encode() for fix in fixes}).problems
        worse = {path for path, *_ in _errors(after) - before}
        kept = tuple(fix for fix in fixes if fix.shown not in worse)
        if kept == fixes:
            break
        fixes = kept
    return fixes


def write(fixes: Iterable[Fix]) -> None:
    """Write the fixed files. Raises FolderError for one that was edited since it was read."""
    for fix in fixes:
        folders.write(fix.path, fix.after.encode(), fix.before.encode())


def _asked(shown: str, only: Collection[str]) -> bool:
    return any(shown == place or shown.startswith(f"{place}/") for place in only)


def _errors(problems: Iterable[Problem]) -> Counter[tuple[str, str, str]]:
    """The errors, whatever their lines. A warning that a fix brings up is shown by the next check."""
    return Counter((p.path, p.code, p.message) for p in problems if p.severity is Severity.ERROR)


# Trying edits


@dataclass(frozen=True)
class _Edit:
    """Other words for the characters from ``start`` up to ``end``."""

    start: int
    end: int
    words: str


_Step = Callable[[str], Iterable[_Edit]]
"""Looks at a text and proposes edits that do not overlap."""
_Read = Callable[[str], tuple[str | None, Counter[tuple[str, str]]]]
"""Reads a text: its values in one form, None where there are none, and its problems."""


def _proposed(root: Path) -> Iterator[Fix]:
    for kind in KINDS:
        steps = (
            *(_line_ends, _tabs, _unusual_blanks, _unquoted, _straight, _blanks),
            *(partial(_refused, kind), partial(_order, kind)),
        )
        for path in sorted((root / kind.folder).glob("*.md")):
            yield from _fix(root, path, steps, partial(_read_entry, kind))
    yield from _fix(root, root / REFERENCES, (_line_ends, _trailing, _dois), _read_records)


def _fix(root: Path, path: Path, steps: Sequence[_Step], read: _Read) -> Iterator[Fix]:
    if path.is_symlink() or not path.is_file():
        return
    try:
        before = path.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        return
    tries = max(TRIED // (len(before) + 1), 1)
    after = before
    for step in steps:
        for _ in range(min(_PASSES, tries)):
            edited = _edited(after, step, read, tries)
            if edited == after:
                break
            after = edited
    if after != before:
        yield Fix(path, display_path(path, root), before, after)


def _edited(text: str, step: _Step, read: _Read, tries: int) -> str:
    """The text with the edits of a step: all of them where that is right, else each that is right by itself.

    Of very many edits in a large text only the first are tried by themselves.
    """
    edits = sorted(step(text), key=lambda edit: edit.start)
    whole = _applied(text, edits)
    if whole == text or _better(read, text, whole):
        return whole
    kept: list[_Edit] = []
    for edit in edits[:tries]:
        if _better(read, _applied(text, kept), _applied(text, [*kept, edit])):
            kept.append(edit)
    return _applied(text, kept)


def _better(read: _Read, before: str, after: str) -> bool:
    values, problems = read(before)
    new_values, new_problems = read(after)
    if new_problems - problems:
        return False
    return (values is not None and new_values == values) or new_problems.total() < problems.total()


def _applied(text: str, edits: Iterable[_Edit]) -> str:
    parts, position = [], 0
    for edit in edits:
        parts += [text[position : edit.start], edit.words]
        position = edit.end
    return "".join([*parts, text[position:]])


def _read_entry(kind: type[Entry], text: str) -> tuple[str | None, Counter[tuple[str, str]]]:
    front, problems = frontmatter.parse(unix_text(text), "")
    if front is None:
        return None, _counted(problems)
    _, more = frontmatter.build(kind, front, slug="slug", body=front.body)
    # Decimals that are equal can have other digits; their repr shows them.
    return repr((_sorted(front.values), front.body)), _counted([*problems, *more])


def _read_records(text: str) -> tuple[str, Counter[tuple[str, str]]]:
    records, _, problems = bibliography.parse(unix_text(text), REFERENCES)
    return repr(sorted(records.items())).lower(), _counted(problems)


def _counted(problems: Iterable[Problem]) -> Counter[tuple[str, str]]:
    return Counter((problem.code, problem.message) for problem in problems)


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return [(name, _sorted(value[name])) for name in sorted(value)]
    return [_sorted(item) for item in value] if isinstance(value, list) else value


# Spacing

_TRAILING = re.compile(r"(?<![ \t])[ \t]+$", re.M)
_INDENT = re.compile(r"^ *\t[ \t]*", re.M)
_AFTER_NAME = re.compile(r"^ *(?:- )?\w+:([ \t]{2,}|\t)(?=[^\s|>#])", re.M)
_AFTER_DASH = re.compile(r"^ *-(?= *\t)([ \t]+)(?=\S)", re.M)


def _line_ends(text: str) -> Iterator[_Edit]:
    """Unix line ends, no byte order mark, and one line end after the last line."""
    if text.startswith("\ufeff"):
        yield _Edit(0, 1, "")
    for match in re.finditer("\r\n", text):
        yield _Edit(match.start(), match.end(), "\n")
    end = len(text.rstrip("\r\n"))
    rest = text[end:]
    if rest != "\n" and "\r" not in rest:  # what was replaced above is left to the next pass
        yield _Edit(end, len(text), "\n")


def _tabs(text: str) -> Iterator[_Edit]:
    """Two blanks for each tab that indents a line of front matter."""
    for match in _INDENT.finditer(text, *_front(text)):
        yield _Edit(match.start(), match.end(), match[0].replace("\t", "  "))


def _unusual_blanks(text: str) -> Iterator[_Edit]:
    """An ordinary blank for each other one where YAML reads only ordinary ones."""
    start, end = _front(text)
    mended = frontmatter.with_usual_blanks(text[start:end])
    for place, (old, new) in enumerate(zip(text[start:end], mended, strict=True), start):
        if old != new:
            yield _Edit(place, place + 1, new)


def _straight(text: str) -> Iterator[_Edit]:
    """No quotes of a word processor around values."""
    offset, _ = _front(text)
    for loc, node in _nodes(text):
        if isinstance(node, yaml.ScalarNode) and not node.style:
            right = frontmatter.straight_quotes(node.value, loc)
            if right is not None:
                yield _Edit(node.start_mark.index + offset, node.end_mark.index + offset, right)


def _blanks(text: str) -> Iterator[_Edit]:
    """No blanks at the end of a line of front matter, and one blank after a field's name.

    The text below is left alone: there two blanks at the end of a line are a line break.
    """
    for form, words in ((_TRAILING, ""), (_AFTER_NAME, " "), (_AFTER_DASH, " ")):
        for match in form.finditer(text, *_front(text)):
            yield _Edit(match.start(form.groups), match.end(form.groups), words)


def _trailing(text: str) -> Iterator[_Edit]:
    """No blanks at the end of a line of the bibliography."""
    for match in _TRAILING.finditer(text):
        yield _Edit(match.start(), match.end(), "")


# Values

_COLON = re.compile(r"^( *(?:- )?\w+: )([^\s'\"\[{|>#&*!][^\n]*: [^\n]*)$", re.M)
_RESERVED = re.compile(r"^( *(?:- )?\w+: )([@`%][^\n]*)$", re.M)
_NUMBER = re.compile(r"[-+]?(?:0|[1-9]\d*)(?:\.\d+)?")
_DOI = re.compile(r"^([ \t]*doi[ \t]*=[ \t]*)([{\"])([^{}\"\n]*)([}\"])", re.M | re.I)
_AROUND = re.compile(r"^(?:https?://)?(?:(?:dx\.|www\.)?doi\.org/|doi:\s*)+", re.I)


def _unquoted(text: str) -> Iterator[_Edit]:
    """Quotes around text that has a colon, or starts with a sign that YAML reserves, where front matter is no YAML."""
    start, end = _front(text)
    try:
        yaml.CSafeLoader(text[start:end]).get_single_node()
    except yaml.YAMLError:
        for form in (_COLON, _RESERVED):
            for match in form.finditer(text, start, end):
                words = match[2].rstrip(" \t")
                if " #" not in words:  # it could be meant as a comment
                    yield _Edit(match.start(2), match.start(2) + len(words), _quoted(words))


def _refused(kind: type[Entry], text: str) -> Iterator[_Edit]:
    """Quotes and days of the values that an entry's model refuses."""
    front, _ = frontmatter.parse(text, "")
    if front is None:
        return
    try:
        kind.model_validate({**front.values, "slug": "slug", "body": ""})
    except ValidationError as error:
        offset, _ = _front(text)
        nodes = dict(_nodes(text))
        for detail in error.errors():
            node = nodes.get(detail["loc"])
            if isinstance(node, yaml.ScalarNode):
                start, end = node.start_mark.index + offset, node.end_mark.index + offset
                words = frontmatter.right_way(kind, detail) or _right(detail, node, text[start:end])
                if words is not None:
                    yield _Edit(start, end, words)


def _right(error: ErrorDetails, node: yaml.ScalarNode, written: str) -> str | None:
    """The one right way to write a refused value, or None."""
    quoted = node.style in ("'", '"')
    match error["type"]:
        case "string_type" if written and not node.style and written not in ("~", "null"):
            return _quoted(written)
        case "day":
            days = read_days(node.value)
            return str(days[0]) if len(days) == 1 else None
        case "number" | "int_type" if quoted and _NUMBER.fullmatch(node.value):
            return str(node.value)
        case "bool_type" if quoted and node.value in ("true", "false"):
            return str(node.value)
    return None


def _quoted(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"


def _dois(text: str) -> Iterator[_Edit]:
    """The DOIs of a bibliography in their form: 10., the registrant, a slash, and the rest in small letters.

    A DOI means the same in large and in small letters, so with one form duplicates can be seen.
    """
    for match in _DOI.finditer(text):
        doi = _AROUND.sub("", match[3].strip()).strip().lower()
        if doi != match[3] and doi.startswith("10."):
            yield _Edit(match.start(3), match.end(3), doi)


# The order of fields


def _order(kind: type[Entry], text: str) -> Iterator[_Edit]:
    """Fields in the order in which the model lists them: the outermost groups that need it, the next pass the inner."""
    front, _ = frontmatter.parse(text, "")
    if front is None:
        return
    start, end = _front(text)
    lines = re.split(r"(?<=\n)", text[start:end])
    starts = [start]
    for line in lines:
        starts.append(starts[-1] + len(line))
    done = 0
    for loc, node in _nodes(text):
        if isinstance(node, yaml.MappingNode) and not node.flow_style and node.start_mark.line >= done:
            first, done, words = _ordered(lines, node, field_names(kind, loc)) or (0, done, "")
            if words:
                yield _Edit(starts[first], starts[done], words)


def _ordered(lines: Sequence[str], node: yaml.MappingNode, names: Sequence[str]) -> tuple[int, int, str] | None:
    """The lines from the first up to the last of a group of fields, and these in order, each with its comments.

    None where the group is in order, or has an unknown field, which a person must see where it was written.
    """
    rank = {name: index for index, name in enumerate(names)}
    keys = [key for key, _ in node.value]
    if any(str(key.value) not in rank for key in keys):
        return None
    wanted = sorted(range(len(keys)), key=lambda index: rank[str(keys[index].value)])
    if wanted == sorted(wanted):
        return None
    line, indent = node.start_mark.line, node.start_mark.column
    dash = lines[line][:indent]
    starts = [_with_comments(lines, key.start_mark.line) for key in keys]
    if dash.strip():
        starts[0] = line
    stop = _with_comments(lines, node.end_mark.line)
    blocks = ["".join(lines[first:last]) for first, last in pairwise([*starts, stop])]
    if dash.strip():
        # The dash stays before the first field, whichever that is. No comment can be between the two.
        if blocks[wanted[0]].lstrip().startswith("#"):
            return None
        blocks[0] = " " * indent + blocks[0][indent:]
        blocks[wanted[0]] = dash + blocks[wanted[0]][indent:]
    return starts[0], stop, "".join(blocks[index] for index in wanted)


def _with_comments(lines: Sequence[str], line: int) -> int:
    """The first of the comment lines right above a line, which may be the end of all lines."""
    while line > 0 and lines[line - 1].lstrip().startswith("#"):
        line -= 1
    return line


# Places in front matter

_FENCE = re.compile(r"^---[ \t]*\r?$", re.M)


def _front(text: str) -> tuple[int, int]:
    """From the first character of front matter to the one after its last; (0, 0) where there is none."""
    opening = _FENCE.match(text, 1 if text.startswith("\ufeff") else 0)
    closing = _FENCE.search(text, opening.end()) if opening else None
    return (opening.end() + 1, closing.start()) if opening and closing else (0, 0)


def _nodes(text: str) -> Iterator[tuple[Loc, yaml.Node]]:
    """Every value of front matter, from the outside in, its marks counted from the start of front matter."""
    start, end = _front(text)
    try:
        root = yaml.CSafeLoader(text[start:end]).get_single_node()
    except yaml.YAMLError:
        return
    if root:
        yield from _within(root, ())


def _within(node: yaml.Node, loc: Loc) -> Iterator[tuple[Loc, yaml.Node]]:
    yield loc, node
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                yield from _within(value, (*loc, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _within(item, (*loc, index))
