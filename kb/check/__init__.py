"""Checks across entries: one family a module, each rule a generator of problems whose docstring is the rule."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from kb.check.rules import (
    bodies,
    crosswalk,
    duplicates,
    findings,
    forensics,
    lifecycle,
    links,
    markup,
    references,
    text,
)
from kb.grading import assess_all
from kb.model import Draft, Entry, KnowledgeBase
from kb.problems import ContentError, Problem, Severity, has_errors
from kb.read.content import NOTHING, Content, load
from kb.read.frontmatter import FrontMatter, Hole, as_far_as_read, count_placeholders, hole_of

log = logging.getLogger("kb")

OF_ONE_ENTRY: tuple[tuple[type[Entry], Callable[[Any, FrontMatter], Iterator[Problem]]], ...] = (
    *links.OF_ONE_ENTRY,
    *findings.OF_ONE_ENTRY,
    *forensics.OF_ONE_ENTRY,
    *bodies.OF_ONE_ENTRY,
    *text.OF_ONE_ENTRY,
    *markup.OF_ONE_ENTRY,
)
"""Rules that need no more than an entry of the kind beside them, and its source."""

OF_ALL: tuple[Callable[[Content], Iterator[Problem]], ...] = (
    *links.OF_ALL,
    *crosswalk.OF_ALL,
    *bodies.OF_ALL,
    *references.OF_ALL,
    *findings.OF_ALL,
    *forensics.OF_ALL,
    *duplicates.OF_ALL,
    *lifecycle.OF_ALL,
    *text.OF_ALL,
)
"""Rules that look across entries."""


def _problems_of(entry: Entry, source: FrontMatter) -> tuple[Problem, ...]:
    """What one entry shows by itself."""
    rules = (rule for kind, rule in OF_ONE_ENTRY if isinstance(entry, kind))
    return tuple(problem for rule in rules for problem in as_far_as_read(rule(entry, source)))


def _problems(content: Content) -> Iterator[Problem]:
    """All problems of a content, those of its form and those that the rules find."""
    yield from content.problems
    for entry in content.with_salvaged().knowledge.entries():
        yield from _problems_of(entry, content.sources[entry.folder, entry.slug])
    for rule in (bodies.problems, *OF_ALL):
        yield from _across(rule, content)


def _across(rule: Callable[[Content], Iterator[Problem]], content: Content) -> Iterator[Problem]:
    """What a rule finds across all entries, those that are wrong in part among them.

    Where it asks for what could not be read, it is asked again without the entries that lack this.
    """
    lacking: set[Hole] = set()
    while True:
        try:
            yield from rule(content.with_salvaged(lacking))
            return
        except AttributeError as error:
            hole = hole_of(error)
            if hole is None or hole in lacking:
                raise
            lacking.add(hole)


@dataclass(frozen=True)
class Checked:
    """A knowledge base with all problems found in its content, sorted by place."""

    knowledge: KnowledgeBase
    problems: tuple[Problem, ...]
    unread: frozenset[str] = frozenset()
    """The entries, as folder/slug, that are there and not in the knowledge base, since their form is wrong."""

    @property
    def ok(self) -> bool:
        """Whether there is no error, in drafts neither; warnings do not count."""
        return not has_errors(self.problems)

    @property
    def outside_drafts(self) -> tuple[Problem, ...]:
        """The problems that are not in drafts: an error among them keeps the content from being published."""
        drafts = {draft.path for draft in self.knowledge.drafts}
        return tuple(problem for problem in self.problems if problem.path not in drafts)


def check(root: Path, today: date | None = None, instead: Mapping[Path, bytes] = NOTHING) -> Checked:
    """Read a content folder and apply every rule; all problems of all files in one run.

    ``instead`` is what files are taken to hold, so that a change can be judged before it is written.
    """
    content = load(root, today, instead)
    read = {f"{entry.folder}/{entry.slug}" for entry in content.knowledge.entries()}
    there = {f"{folder}/{name}" for folder, names in content.slugs.items() for name in names}
    problems = tuple(sorted(set(_problems(content))))
    errors = Counter(problem.path for problem in problems if problem.severity is Severity.ERROR)
    sources = (content.sources[place] for place in content.drafts)
    drafts = sorted(Draft(source.path, count_placeholders(source), errors[source.path]) for source in sources)
    graded = assess_all(content.knowledge.interventions, content.knowledge.studies, content.knowledge.instruments)
    knowledge = replace(content.knowledge, drafts=tuple(drafts), assessments=graded)
    return Checked(knowledge, problems, frozenset(there - read))


def read(root: Path, today: date | None = None) -> KnowledgeBase:
    """The public knowledge base of a content folder: checked, and without drafts, each of which the log names.

    Raises ContentError for any error outside of drafts. What a published entry rests on may be no draft, so leaving
    them out takes nothing from a page.
    """
    checked = check(root, today)
    for draft in checked.knowledge.drafts:
        log.warning("left out: %s", draft)
    if has_errors(checked.outside_drafts):
        raise ContentError(checked.outside_drafts)
    return checked.knowledge.public()
