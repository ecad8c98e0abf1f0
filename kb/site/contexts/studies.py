"""The page of a study: what it is, every result as printed, how far to trust it, and where it contradicts itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from markupsafe import Markup

from kb.grading import outcome_name, study_grade, words
from kb.model import Direction, Driver, Instrument, Study
from kb.site import figures
from kb.site.charts.forest_plot import Forest, forest
from kb.site.contexts.findings import ArmTable, FindingRow, arm_table, finding_row
from kb.site.contexts.frame import EntryContext, Fact, Link
from kb.site.material import Material


class JudgementRow(NamedTuple):
    """One domain of an appraisal."""

    domain: str
    """The tool's name of the domain."""
    judgement: str
    """The judgement, in words."""
    reason: str
    """Why, with the place in the study."""


class DiscrepancyRow(NamedTuple):
    """A place where a source contradicts itself or another."""

    place: str
    """Where it stands."""
    issue: str
    """What disagrees with what."""
    resolution: str
    """What the entry records, and why."""
    findings: tuple[Link, ...]
    """The findings it concerns."""


@dataclass(frozen=True, kw_only=True)
class StudyPage(EntryContext):
    """The page of a study."""

    template: ClassVar[str] = "study"

    reference: Markup
    """The work, as an AMA-style citation."""
    reading: str
    """What the curator read, in words."""
    full_text: bool
    """Whether that was the full text."""
    facts: tuple[Fact, ...]
    """Design, population, setting and the like."""
    tests: tuple[FindingRow, ...]
    """The printed results that test an effect."""
    others: tuple[FindingRow, ...]
    """All other printed results."""
    forest: Forest
    """The results that test an effect or relate two things, drawn."""
    no_findings_reason: str
    """Why there are none, where there are none."""
    arms: ArmTable
    """The arms of the results."""
    appraisal_tool: str
    """The appraisal tool; empty where it was not appraised."""
    appraisal_overall: str
    """The overall judgement, in words."""
    judgements: tuple[JudgementRow, ...]
    """The judgement on each domain."""
    discrepancies: tuple[DiscrepancyRow, ...]
    """Contradictions noticed in the source."""
    classifications: tuple[Link, ...]
    """Terms under which a library classifies it."""
    interventions: tuple[Link, ...]
    """Interventions that it speaks of, strongest evidence first."""
    drivers: tuple[Link, ...]
    """Drivers it speaks of."""
    instruments: tuple[Link, ...]
    """Instruments used."""


def study_page(material: Material, entry: Study) -> StudyPage:
    """The page of a published study."""
    rendered = material.render(entry)
    appraisal = entry.appraisal
    reference = material.knowledge.references.get(entry.reference)
    interventions = material.relations.interventions_of_study.get(entry.slug, ())
    rows = [finding_row(material, entry, finding) for finding in entry.findings]
    sections = (
        ("findings", "Results as printed", True),
        ("appraisal", "Appraisal", True),
        ("discrepancies", "Discrepancies", entry.discrepancies),
    )
    return StudyPage(
        **material.frame(entry, rendered, sections),
        reference=Markup(reference.html) if reference else Markup(),  # noqa: S704 - escaped by kb.read.bibliography
        reading=words.READING_BASIS[entry.reading_basis],
        full_text=entry.reading_basis.value == "full-text",
        facts=tuple(_facts(entry)),
        tests=tuple(row for row in rows if row.side is not Direction.NOT_APPLICABLE),
        others=tuple(row for row in rows if row.side is Direction.NOT_APPLICABLE),
        forest=forest(material, ((entry, finding, f"#finding-{finding.id}") for finding in entry.findings)),
        no_findings_reason=entry.no_findings_reason or "",
        arms=arm_table(entry),
        appraisal_tool=appraisal.tool if appraisal else "",
        appraisal_overall=words.plain(appraisal.overall) if appraisal else "",
        judgements=tuple(
            JudgementRow(item.domain, words.plain(item.judgement), item.reason)
            for item in (appraisal.domains if appraisal else ())
        ),
        discrepancies=discrepancy_rows(entry),
        classifications=tuple(link for path in entry.classifications if (link := material.term(path))),
        interventions=material.interventions(item.slug for item in interventions),
        drivers=material.named(Driver, entry.drivers),
        instruments=material.named(Instrument, entry.instruments),
    )


def discrepancy_rows(entry: Study) -> tuple[DiscrepancyRow, ...]:
    """The discrepancies of a study, with links to the findings from the site's root."""
    return tuple(
        DiscrepancyRow(
            item.place,
            item.issue,
            item.resolution,
            tuple(_finding_link(entry, name) for name in item.findings),
        )
        for item in entry.discrepancies
    )


def _finding_link(entry: Study, name: str) -> Link:
    finding = next(finding for finding in entry.findings if finding.id == name)
    outcome = outcome_name(finding.outcome)
    told = (outcome[0].upper() + outcome[1:], finding.contrast, finding.timepoint, finding.subgroup)
    return Link(", ".join(part for part in told if part), f"/{entry.path}#finding-{name}")


def _facts(entry: Study) -> Iterator[Fact]:
    grade = study_grade(entry)
    yield Fact("Design", words.design(entry.design))
    yield Fact("Level of evidence", f"{grade.label}. {grade.rationale}")
    pairs = (
        ("Population", entry.population),
        ("Setting", entry.setting),
        ("Country", entry.country),
        ("Dates", entry.dates),
        ("Participants", figures.number(entry.sample_size) if entry.sample_size is not None else None),
        ("Registration", entry.registration),
        ("Funding", entry.funding),
        ("Conflicts of interest", entry.conflicts),
    )
    yield from (Fact(label, text) for label, text in pairs if text)
