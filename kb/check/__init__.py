"""Checks across entries: one family a module, each rule a generator of problems whose docstring is the rule."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from kb.check.rules import RULES
from kb.grading import assess_all
from kb.model import Draft, KnowledgeBase
from kb.problems import ContentError, Problem, Severity, has_errors
from kb.read.content import NOTHING, Content, load
from kb.read.frontmatter import count_placeholders, lacks

log = logging.getLogger("kb")


def _problems(content: Content) -> Iterator[Problem]:
    """All problems of a content: those of its form, and those that the rules find.

    An entry that is wrong in part is left out of the rules that need what could not be read.
    """
    yield from content.problems
    in_part = {(entry.folder, entry.slug) for entry in content.salvaged}
    for entry in content.with_salvaged({}).knowledge.entries():
        place = entry.folder, entry.slug
        for rule in RULES:
            if isinstance(entry, rule.of) and not (place in in_part and lacks(entry, rule.needs)):
                yield from rule.find(entry, content.sources[place])
    for rule in RULES:
        if rule.of is Content:
            yield from rule.find(content.with_salvaged(rule.needs))


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
    public = content.knowledge
    graded = assess_all(public.interventions, public.studies, public.instruments, public.waiting())
    knowledge = replace(content.knowledge, drafts=tuple(drafts), assessments=graded)
    return Checked(knowledge, problems, frozenset(there - read))


def read(root: Path, today: date | None = None) -> KnowledgeBase:
    """The public knowledge base of a content folder: checked, and without drafts, each of which the log names.

    Raises ContentError for any error outside of drafts. No published entry relies on a draft, so leaving them
    out takes nothing from a page.
    """
    checked = check(root, today)
    for draft in checked.knowledge.drafts:
        log.warning("left out: %s", draft)
    if has_errors(checked.outside_drafts):
        raise ContentError(checked.outside_drafts)
    return checked.knowledge.public()
