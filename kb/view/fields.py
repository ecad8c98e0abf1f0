"""All that is known of an entry, field by field, under the names of the API in snake case.

What the front matter says comes from the model; written here is only what is computed: grades, statements, directions,
and who points at whom, by slugs (of works by keys, of findings as study/finding, of terms as framework/term).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kb.grading import instrument_grade, intervention_grade, statement, study_grade
from kb.grading.grade import Grade
from kb.model import (
    BodyAssessment,
    Claim,
    Driver,
    Entry,
    Finding,
    Framework,
    Instrument,
    Intervention,
    Mapping,
    Reference,
    Status,
    Study,
    Term,
)
from kb.model.fields import Record
from kb.read.citations import cited_keys
from kb.read.retractions import marked_works
from kb.view.catalog import Catalog

Fields = dict[str, Any]
_OF_WITHDRAWN = {"slug", "title", "status", "withdrawn"}


def entry_fields(catalog: Catalog, entry: Entry) -> Fields:
    """The fields of an entry; of a withdrawn one only which it is and why it was withdrawn."""
    named = {"kind": entry.kind, "path": entry.path}
    if entry.status is Status.WITHDRAWN:
        return named | entry.model_dump(exclude_none=True, include=_OF_WITHDRAWN)
    rendered = catalog.render(entry)
    fields = {
        **_written(entry),
        **named,
        "due": entry.due,
        "stale": entry.stale(catalog.knowledge.today),
        "html": rendered.html + rendered.bibliography_html,
        "citations": [key for key in cited_keys(entry) if key in catalog.knowledge.references],
        "marked_works": [work.key for work in marked_works(entry, catalog.knowledge)],
    }
    if isinstance(entry, Intervention):
        fields |= _intervention(catalog, entry)
    elif isinstance(entry, Instrument):
        fields |= _instrument(catalog, entry)
    elif isinstance(entry, Study):
        fields |= _study(catalog, entry)
    elif isinstance(entry, Driver):
        fields |= _driver(catalog, entry)
    elif isinstance(entry, Framework):
        fields["terms"] = [_term(catalog, entry, term) for term in entry.terms]
    return fields


def reference_fields(catalog: Catalog, reference: Reference) -> Fields:
    """The fields of a work, with the pages of the entries that cite it."""
    citing = catalog.relations.cited_by.get(reference.key, ())
    return {
        **_written(reference),
        "authors": [str(person) for person in reference.authors],
        "cited_by": [entry.path for entry in citing],
    }


def claim_fields(claim: Claim) -> Fields:
    """The fields of a claim on a driver."""
    return _written(claim)


def finding_fields(catalog: Catalog, finding: Finding) -> Fields:
    """The fields of a finding, with its interval as two numbers and the side that it favors."""
    fields = {**_with_ends(finding), "direction": catalog.direction(finding)}
    fields["slug"] = fields.pop("id")
    if not finding.ci:
        del fields["ci_level"]
    fields["arms"] = [_with_ends(arm) for arm in finding.arms]
    return fields


def _written(record: Record) -> Fields:
    """What the content says."""
    fields: Fields = record.model_dump(exclude_none=True)
    return fields


def _with_ends(record: Record) -> Fields:
    fields = _written(record)
    if ci := fields.pop("ci", None):
        fields["ci_low"], fields["ci_high"] = ci
    return fields


def _slugs(entries: Iterable[Entry]) -> list[str]:
    return [entry.slug for entry in entries]


def _grade(grade: Grade) -> Fields:
    return {"scheme": grade.scheme, "code": grade.code, "label": grade.label, "rationale": grade.rationale}


def _intervention(catalog: Catalog, entry: Intervention) -> Fields:
    assessment, relations = catalog.knowledge.assessments[entry.slug], catalog.relations
    return {
        "verdict": assessment.verdict,
        "certainty": assessment.certainty.name if assessment.certainty else None,
        "grade": _grade(intervention_grade(assessment)),
        "study_count": assessment.study_count,
        "cost": entry.cost.level,
        "cost_detail": _written(entry.cost),
        "effort": entry.effort.level,
        "effort_detail": _written(entry.effort),
        "drivers": catalog.listed(Driver, (claim.driver for claim in entry.drivers)),
        "driver_claims": [claim_fields(claim) for claim in entry.drivers],
        "evidence": [_body(body, body is assessment.headline) for body in assessment.bodies],
        "studies": _slugs(relations.studies_of_intervention.get(entry.slug, ())),
        "instruments": catalog.listed(Instrument, entry.instruments),
        "part_of": catalog.listed(Intervention, entry.part_of),
        "parts": _slugs(relations.parts_of_intervention.get(entry.slug, ())),
        "related": catalog.listed(Intervention, entry.related),
    }


def _body(assessed: BodyAssessment, headline: bool) -> Fields:
    return {
        **_written(assessed.body),
        "certainty": assessed.certainty.name if assessed.certainty else None,
        "not_graded_reason": assessed.not_graded_reason or assessed.body.not_graded_reason,
        "start": assessed.start.name if assessed.start else None,
        "adjustments": [
            {"domain": domain, "steps": steps, "reason": reason} for domain, steps, reason in assessed.adjustments
        ],
        "direction": assessed.direction,
        "statement": statement(assessed),
        "sample_size": assessed.sample_size,
        "headline": headline,
    }


def _instrument(catalog: Catalog, entry: Instrument) -> Fields:
    relations = catalog.relations
    found = relations.psychometrics_of_instrument.get(entry.slug, ())
    return {
        "grade": _grade(instrument_grade(entry)),
        "drivers": catalog.listed(Driver, entry.drivers),
        "psychometrics": [f"{study.slug}/{finding.id}" for study, finding in found],
        "studies": _slugs(relations.studies_of_instrument.get(entry.slug, ())),
        "interventions": _slugs(relations.interventions_of_instrument.get(entry.slug, ())),
    }


def _study(catalog: Catalog, entry: Study) -> Fields:
    relations = catalog.relations
    return {
        "grade": _grade(study_grade(entry)),
        "findings": [finding_fields(catalog, finding) for finding in entry.findings],
        "drivers": catalog.listed(Driver, entry.drivers),
        "interventions": _slugs(relations.interventions_of_study.get(entry.slug, ())),
        "instruments": _slugs(relations.instruments_of_study.get(entry.slug, ())),
    }


def _driver(catalog: Catalog, entry: Driver) -> Fields:
    relations = catalog.relations
    return {
        "interventions": _slugs(relations.interventions_of_driver.get(entry.slug, ())),
        "instruments": _slugs(relations.instruments_of_driver.get(entry.slug, ())),
        "studies": _slugs(relations.studies_of_driver.get(entry.slug, ())),
        "crosswalk": [
            _mapping(framework, term, mapping)
            for framework, term, mapping in relations.crosswalk_of_driver.get(entry.slug, ())
        ],
    }


def _mapping(framework: Framework, term: Term, mapping: Mapping) -> Fields:
    return {"term": f"{framework.slug}/{term.slug}", **_written(mapping)}


def _term(catalog: Catalog, framework: Framework, term: Term) -> Fields:
    path = f"{framework.slug}/{term.slug}"
    return {
        **_written(term),
        "id": path,
        "mappings": [_mapping(framework, term, mapping) for mapping in term.mappings],
        "interventions": _slugs(catalog.relations.interventions_of_term.get(path, ())),
        "studies": _slugs(catalog.relations.studies_of_term.get(path, ())),
    }
