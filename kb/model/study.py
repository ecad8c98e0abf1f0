"""Study: a source of evidence with its findings."""

from __future__ import annotations

from kb.model.entry import Entry
from kb.model.evidence import Discrepancy, Finding
from kb.model.fields import Count, Key, Record, Slug, TermPath, Text
from kb.model.vocabulary import Design, Judgement, ReadingBasis


class DomainJudgement(Record):
    """One domain of an appraisal."""

    domain: Text
    """The tool's name of the domain."""
    judgement: Judgement
    """The judgement on it."""
    reason: Text
    """Why, with the place in the study."""


class Appraisal(Record):
    """A critical appraisal of a study's methods; a rating needs the full text."""

    tool: Text
    """The appraisal tool, e.g. RoB 2."""
    overall: Judgement
    """The overall judgement; not-assessed unless the full text was read."""
    domains: tuple[DomainJudgement, ...] = ()
    """The judgement on each domain."""


class Study(Entry):
    """A source of evidence: a study, review, report, toolkit or commentary."""

    kind = "study"
    folder = "studies"
    sections = ("What was done", "What was found", "How far to trust it")

    reference: Key
    """The work in references.bib."""
    design: Design
    """The design of the study, or the form of the source."""
    reading_basis: ReadingBasis
    """What the curator read."""
    population: Text | None = None
    """Who took part."""
    setting: Text | None = None
    """Where."""
    country: Text | None = None
    """Country or countries."""
    dates: Text | None = None
    """When the data were collected."""
    sample_size: Count | None = None
    """Participants enrolled or included."""
    registration: Text | None = None
    """Trial registration number."""
    instruments: tuple[Slug, ...] = ()
    """Instruments used."""
    interventions: tuple[Slug, ...] = ()
    """Interventions tested or described."""
    drivers: tuple[Slug, ...] = ()
    """Drivers it is about."""
    classifications: tuple[TermPath, ...] = ()
    """Terms under which a library classifies it, as framework/term."""
    appraisal: Appraisal | None = None
    """Critical appraisal; not assessed if left out."""
    funding: Text | None = None
    """Who paid."""
    conflicts: Text | None = None
    """Declared conflicts of interest."""
    findings: tuple[Finding, ...] = ()
    """Every reported result, one by one."""
    no_findings_reason: Text | None = None
    """Why a study has none."""
    discrepancies: tuple[Discrepancy, ...] = ()
    """Contradictions noticed in the source, and what is recorded."""
