"""The words of those who search, synonyms.yml: groups, abbreviations, everyday words, misspellings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from kb.model import Synonyms
from kb.problems import Problem, did_you_mean
from kb.text.stop_words import only_stop_words

SYNONYMS = "synonyms.yml"
_LISTS = ("groups", "spellings")
"""Sections of lists of words, each of which finds the others."""
_MAPS = ("abbreviations", "capitals", "misspellings")
"""Sections of lines with a word, a colon and what it stands for."""
_EVERYDAY = "everyday"
"""The section of lines with two lists: what is typed, and what it finds."""
_SECTIONS = ("groups", "abbreviations", "capitals", _EVERYDAY, "spellings", "misspellings")
_MOST_WORDS = 6
"""Words of a spelling."""
_DEEPEST = 4
"""Levels of lists and sections."""
_Line = tuple[int, tuple[str, ...], tuple[str, ...]]
"""A line of a section: its number, what is typed, and what that finds; of a list, the same twice."""


def parse(text: str, shown: str) -> tuple[Synonyms, list[Problem]]:
    """What can be read of the file, and what is wrong with the rest (KB219)."""
    problems: list[Problem] = []

    def problem(line: int, message: str, hint: str) -> None:
        problems.append(Problem(shown, line, "KB219", message, hint))

    try:
        if line := _strange(text):
            problem(line, "the file must have no deeper lists, no anchors and no aliases", "write them out")
            return Synonyms(), problems
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem(mark.line + 1 if mark else 1, "the file cannot be read as YAML", "look at the line before too")
        return Synonyms(), problems
    if node is None:
        return Synonyms(), problems
    if not isinstance(node, yaml.MappingNode):
        problem(1, "the file must have sections", f"write {', '.join(f'{name}:' for name in _SECTIONS)}")
        return Synonyms(), problems
    read: dict[str, list[_Line]] = {name: [] for name in _SECTIONS}
    for key, value in node.value:
        name = key.value if isinstance(key.value, str) else ""
        if name not in _SECTIONS:
            hint = did_you_mean(name, _SECTIONS, f"sections are {', '.join(_SECTIONS)}")
            problem(_line(key), "this is no section of synonyms.yml", hint)
        elif isinstance(value, yaml.MappingNode if name in _MAPS else yaml.SequenceNode):
            for item in value.value:
                line = _line(item[0] if name in _MAPS else item)
                if typed_and_found := _typed_and_found(name, item):
                    read[name].append((line, *typed_and_found))
                else:
                    message = f"a line of {name} must be like {_EXAMPLES[name]}, of at most {_MOST_WORDS} words each"
                    problem(line, message, "complete it")
        elif value.value != "":
            problem(_line(value), f"the lines of {name} must be like {_EXAMPLES[name]}", "write one a line")
    for line, message, hint in _doubtful(read):
        problem(line, message, hint)
    found = {name: {typed[0]: finds for _, typed, finds in read[name]} for name in _MAPS}
    return Synonyms(
        groups=tuple(group for name in _LISTS for _, group, _ in read[name]),
        abbreviations=found["abbreviations"],
        capitals=found["capitals"],
        everyday={word: finds for _, typed, finds in read[_EVERYDAY] for word in typed},
        misspellings={word.lower(): finds[0].lower() for word, finds in found["misspellings"].items()},
    ), problems


_EXAMPLES = {
    "groups": "- [pay, salary]",
    "spellings": "- [program, programme]",
    "abbreviations": "PFI: [Professional Fulfillment Index]",
    "capitals": "US: [United States]",
    _EVERYDAY: "- {typed: [docs], finds: [physician]}",
    "misspellings": "burnot: burnout",
}


def _typed_and_found(section: str, item: Any) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """What a line of a section says; None where it says something else."""
    if section in _LISTS:
        typed = finds = _spellings(item)
        return (typed, finds) if len(typed) > 1 else None
    if section in _MAPS:
        typed, finds = _spellings(item[0]), _spellings(item[1])
    else:
        parts = {key.value: value for key, value in item.value} if isinstance(item, yaml.MappingNode) else {}
        if parts.keys() != {"typed", "finds"}:
            return None
        typed, finds = _spellings(parts["typed"]), _spellings(parts["finds"])
    return (typed, finds) if typed and finds else None


def _strange(text: str) -> int | None:
    """The line of the first thing that YAML can do and this file need not. Raises YAMLError."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST or getattr(event, "anchor", None):
            line: int = event.start_mark.line  # type: ignore[union-attr]
            return line + 1
    return None


def _line(node: Any) -> int:
    line: int = node.start_mark.line
    return line + 1


def _text(node: Any) -> str | None:
    """The text of a scalar that is a spelling."""
    if not isinstance(node, yaml.ScalarNode):
        return None
    text = " ".join(node.value.split())
    return text if text and any(sign.isalnum() for sign in text) and len(text.split()) <= _MOST_WORDS else None


def _spellings(node: Any) -> tuple[str, ...]:
    """A spelling, or a list of them; empty where one of them is none."""
    nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
    texts = [_text(item) for item in nodes]
    return tuple(text or "" for text in texts) if all(texts) else ()


def _doubtful(read: dict[str, list[_Line]]) -> Iterator[tuple[int, str, str]]:
    """What is written twice, or says nothing."""
    for name, lines in read.items():
        seen: dict[str, int] = {}
        for line, typed, finds in lines:
            words = [word.lower() for word in (typed if typed is finds else (*typed, *finds))]
            if len(set(words)) < len(words):
                yield line, "a spelling must not stand twice in one line", "remove one"
            for word in () if name in _LISTS else {word.lower() for word in typed}:
                if word in seen:
                    yield line, f"{word!r} is already in line {seen[word]}", "make one line of the two"
                seen.setdefault(word, line)
        for line, typed, finds in lines if name != "capitals" else ():
            for word in dict.fromkeys((*typed, *finds)):
                if only_stop_words(word):
                    yield line, f"a search passes over every word of {word!r}", "add a word that says more"
    for line, typed, finds in read["misspellings"]:
        if len(typed[0].split()) > 1 or len(finds) > 1:
            yield line, "a misspelling must be one word with one correction", "write word: right word"
