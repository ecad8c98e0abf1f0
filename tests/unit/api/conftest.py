"""The schema over the real content, and over small knowledge bases made by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from graphql import ExecutionResult

from kb.api import ApiContext, make_context
from kb.api.answers import answer
from kb.api.limits import admit
from kb.api.schema import SCHEMA
from kb.check import Checked
from kb.grading import assess_all
from kb.model import Driver, Entry, Framework, Intervention, KnowledgeBase, Reference, Study
from kb.search import SearchEngine

TODAY = date(2026, 11, 22)
Ask = Callable[..., Any]


def run(context: ApiContext, query: str, variables: Mapping[str, Any] | None = None) -> ExecutionResult:
    return answer(admit(SCHEMA, query, variables)[0], context, dict(variables or {}))


@pytest.fixture(scope="session")
def real_context(real: Checked) -> ApiContext:
    """The real content, without a search index."""
    return make_context(real.knowledge.public())


@pytest.fixture(scope="session")
def searching_context(real: Checked, real_index: SearchEngine) -> ApiContext:
    """The real content with its search index."""
    return make_context(real.knowledge.public(), real_index)


def changed(context: ApiContext, **changes: Any) -> ApiContext:
    """The context with another knowledge base, but for what is derived from it."""
    catalog = copy(context.catalog)
    catalog.knowledge = replace(catalog.knowledge, **changes)
    return replace(context, catalog=catalog)


def _data(result: ExecutionResult) -> Any:
    assert not result.errors, result.errors
    return result.data


@pytest.fixture(scope="session")
def ask(real_context: ApiContext) -> Ask:
    """Asks the real content, or a context given; the data of an answer that must have no errors."""

    def asked(query: str, variables: Mapping[str, Any] | None = None, context: ApiContext = real_context) -> Any:
        return _data(run(context, query, variables))

    return asked


@pytest.fixture(scope="session")
def refused(real_context: ApiContext) -> Ask:
    """Asks likewise; the code and hint of the one error that the answer must have."""

    def asked(query: str, variables: Mapping[str, Any] | None = None, context: ApiContext = real_context) -> Any:
        errors = run(context, query, variables).errors or []
        assert len(errors) == 1, errors
        return errors[0].extensions["code"], errors[0].extensions["hint"]

    return asked


def claim(driver: str, basis: str = "stated", term: str | None = None) -> dict[str, Any]:
    return {"driver": driver, "basis": basis, "source": "work", "place": "Page 1", "term": term}


def extent(level: str) -> dict[str, Any]:
    return {"level": level} if level == "unknown" else {"level": level, "source": "work", "place": "Page 1"}


def _entry(kind: type[Entry], slug: str, fields: Mapping[str, Any]) -> Any:
    return kind.model_validate(
        {
            "slug": slug,
            "body": "",
            "title": slug.replace("-", " ").title(),
            "summary": "A sentence.",
            "status": "published",
            "reviewed": date(2026, 6, 1),
            **fields,
        }
    )


def intervention(slug: str, *claims: Mapping[str, Any], **fields: Any) -> Intervention:
    entry: Intervention = _entry(
        Intervention,
        slug,
        {"category": "workflow", "level": "team", "drivers": claims or (claim("workload"),), **fields},
    )
    return entry


def driver(slug: str, **fields: Any) -> Driver:
    entry: Driver = _entry(Driver, slug, {"kind": "driver", "scope_note": "What it covers.", **fields})
    return entry


def study(slug: str, **fields: Any) -> Study:
    entry: Study = _entry(
        Study,
        slug,
        {
            "reference": "work",
            "design": "report",
            "reading_basis": "full-text",
            "funding": "not-read",
            "conflicts": "not-read",
            **fields,
        },
    )
    return entry


def framework(slug: str, *terms: str) -> Framework:
    listed = [{"slug": term, "label": term.title(), "mappings": ()} for term in terms]
    entry: Framework = _entry(Framework, slug, {"version": "1", "source": "work", "terms": listed})
    return entry


def knowledge_of(*entries: Entry, today: date = TODAY) -> KnowledgeBase:
    """A knowledge base of these entries, two drivers, a framework and the one work that all cite."""
    everything: dict[str, dict[str, Any]] = {}
    for entry in (driver("workload"), driver("autonomy"), framework("frame", "load", "say"), *entries):
        everything.setdefault(entry.folder, {})[entry.slug] = entry
    work = Reference(key="work", type="article", title="Work", verified="seed", text="A work.", html="A <em>work</em>.")
    found = everything.get("interventions", {})
    assessments = assess_all(found, everything.get("studies", {}), {})
    return KnowledgeBase(today, "version", references={"work": work}, assessments=assessments, **everything)


def context_of(*entries: Entry, today: date = TODAY) -> ApiContext:
    return make_context(knowledge_of(*entries, today=today))


@pytest.fixture(scope="session")
def make() -> Any:
    """The makers of small entries and contexts."""

    class Makers:
        claim = staticmethod(claim)
        extent = staticmethod(extent)
        intervention = staticmethod(intervention)
        driver = staticmethod(driver)
        study = staticmethod(study)
        framework = staticmethod(framework)
        context = staticmethod(context_of)
        run = staticmethod(run)
        changed = staticmethod(changed)

    return Makers
