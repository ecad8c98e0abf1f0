"""Entries as Markdown: the words of their pages with numbered citations, for assistants that read whole pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import singledispatch

from kb.grading import instrument_grade, needed, study_grade
from kb.mcp import parts
from kb.mcp.lookup import Base
from kb.model import Driver, Entry, Framework, Instrument, Intervention, Question, Study
from kb.model.study import NOT_READ
from kb.read import citations
from kb.view.catalog import notices
from kb.view.parts import day
from kb.view.relations import addressed

_LINK = re.compile(r"\]\(/(?!/)")
"""Where a link to a page of the site begins."""


def as_markdown(base: Base, entry: Entry) -> str:
    """The words of an entry's page, its bibliography, and how to cite it."""
    works = [cited.reference for cited in base.catalog.render(entry).bibliography]
    numbers = {work.key: number for number, work in enumerate(works, 1)}
    blocks = [
        f"# {entry.title}",
        entry.summary,
        *(f"**{notice.text}**" for notice in notices(entry, base.knowledge)),
        *_said(entry, base),
        _LINK.sub(f"]({base.site_url}/", _numbered(entry.body.strip(), numbers)),
        *_data(entry, base),
    ]
    if works:
        listed = "\n".join(f"{number}. {work.text}" for number, work in enumerate(works, 1))
        blocks.append(f"## Bibliography\n\n{listed}")
    blocks.append(f"Last reviewed {day(entry.reviewed)}. Cite: {base.cite(entry)}")
    return "\n\n".join(block for block in blocks if block) + "\n"


def _numbered(text: str, numbers: Mapping[str, int]) -> str:
    """A text with the numbers of its works in place of their keys: ``[@kiser-2024, Table 2]`` becomes [1, Table 2]."""
    meant, pieces, end = citations.without_code(text), [], 0
    for match in re.finditer(citations.PATTERN, meant):
        group = citations.parse(match[1]) or ()
        if group and all(citation.key in numbers for citation in group):
            named = (f"{numbers[c.key]}, {c.place}" if c.place else str(numbers[c.key]) for c in group)
            pieces += [text[end : match.start()], f"[{'; '.join(named)}]"]
            end = match.end()
    return "".join([*pieces, text[end:]])


@singledispatch
def _said(_entry: Entry, _base: Base) -> Iterator[str]:
    """What the page says above its text."""
    yield from ()


@_said.register
def _(entry: Intervention, base: Base) -> Iterator[str]:
    yield parts.rating(base, entry).line()
    yield needed(base.knowledge.assessments[entry.slug])
    yield f"Harms: {entry.harms}" if entry.harms else ""


@_said.register
def _(entry: Question, base: Base) -> Iterator[str]:
    listed = (base.knowledge.interventions[slug] for slug in base.catalog.listed(Intervention, entry.interventions))
    yield "\n".join(f"- {parts.rating(base, item).line()}" for item in listed)


@_said.register
def _(entry: Study, base: Base) -> Iterator[str]:
    grade = study_grade(entry)
    yield f"{parts.cited(base, entry.reference).citation}"
    yield f"{entry.design.label}. {grade.label}: {grade.rationale}"
    yield "\n".join(
        f"- {label}: {'not read' if text == NOT_READ else text}"
        for label, text in (("Funding", entry.funding), ("Conflicts of interest", entry.conflicts))
        if text
    )


@_said.register
def _(entry: Driver, _base: Base) -> Iterator[str]:
    yield entry.scope_note


@singledispatch
def _data(_entry: Entry, _base: Base) -> Iterator[str]:
    """What the page shows below its text."""
    yield from ()


@_data.register
def _(entry: Intervention, base: Base) -> Iterator[str]:
    assessment = base.knowledge.assessments[entry.slug]
    if assessment.bodies:
        bodies = (parts.body(base, body) for body in assessment.bodies)
        lines = (
            f"- {body.outcome}: {body.certainty.label + ' certainty' if body.certainty else 'not graded'}. "
            f"{body.statement} {f'{body.figure} ({body.measure}). ' if body.figure else ''}"
            f"{body.conditions}. {body.studies}."
            for body in bodies
        )
        yield "## Summary of findings\n\nThese overlap: their effects cannot be added up.\n\n" + "\n".join(lines)
    drivers = base.catalog.named(Driver, addressed(entry))
    yield "## Drivers it addresses\n\n" + "\n".join(f"- {link.title}" for link in drivers) if drivers else ""


@_data.register
def _(entry: Instrument, base: Base) -> Iterator[str]:
    grade = instrument_grade(entry)
    lines = (
        f"- {fact.about}: {fact.text}{f' ({fact.source.short})' if fact.source else ''}"
        for fact in parts.facts(base, entry)
    )
    yield f"## Facts\n\n- {grade.label}: {grade.rationale}\n" + "\n".join(lines)


@_data.register
def _(entry: Study, base: Base) -> Iterator[str]:
    found = parts.results(base, (f"{entry.slug}/{finding.id}" for finding in entry.findings))
    lines = "\n".join(f"- {result.line()}" for result in found)
    yield f"## Results as reported\n\n{lines}" if lines else ""
    doubts = "\n".join(f"- {item.issue}" for item in entry.discrepancies)
    yield f"## Discrepancies\n\n{doubts}" if doubts else ""


@_data.register
def _(entry: Driver, base: Base) -> Iterator[str]:
    listed = base.catalog.relations.interventions_of_driver.get(entry.slug, ())
    lines = "\n".join(f"- {parts.rating(base, item).line()}" for item in listed)
    yield f"## Interventions\n\n{lines}" if lines else ""


@_data.register
def _(entry: Framework, base: Base) -> Iterator[str]:
    lines = [
        f"- {term.label}: {', '.join(link.title for link in base.catalog.named(Driver, slugs)) or 'no driver'}"
        for term in entry.terms
        for slugs in [[mapping.driver for mapping in term.mappings]]
    ]
    yield "## Terms, and the drivers they correspond to\n\n" + "\n".join(lines) if lines else ""
