"""Findings and bodies of evidence for the tests of grading, with only what a test does not care about filled in."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from kb.grading import Evidence, assess_body
from kb.model import BodyAssessment, EvidenceBody, Finding, ReadingBasis


def make_finding(comparison: str = "randomized", measure: str = "mean-difference", **fields: Any) -> Finding:
    for name in ("estimate", "ci_level"):
        if name in fields:
            fields[name] = Decimal(fields[name])
    if fields.get("ci"):
        fields["ci"] = tuple(Decimal(end) for end in fields["ci"])
    defaults = {"id": "a", "outcome": "burnout", "place": "Table 3"}
    return Finding(comparison=comparison, measure=measure, **{**defaults, **fields})


def make_evidence(
    study: str = "trial", reading: str = "full-text", higher_is_worse: bool | None = True, **fields: Any
) -> Evidence:
    return Evidence(study, make_finding(**fields), ReadingBasis(reading), higher_is_worse)


def make_body(**fields: Any) -> EvidenceBody:
    for name in ("down", "up"):
        steps = fields.get(name, {})
        fields[name] = [{"domain": d, "steps": n, "reason": "A reason that is long enough."} for d, n in steps.items()]
    defaults = {"id": "burnout", "outcome": "burnout", "comparator": "Usual work", "follow_up": "3 months"}
    return EvidenceBody(**{**defaults, **fields})


def make_assessed(*evidence: Evidence, **fields: Any) -> BodyAssessment:
    return assess_body(make_body(**fields), list(evidence))


@pytest.fixture(scope="session")
def finding() -> Callable[..., Finding]:
    """Makes a finding: ``finding(estimate="-0.79", ci=("-1.27", "-0.32"), n=123)``."""
    return make_finding


@pytest.fixture(scope="session")
def evidence() -> Callable[..., Evidence]:
    """Makes a finding with its study, what was read of it, and the side of its scale that is worse."""
    return make_evidence


@pytest.fixture(scope="session")
def body() -> Callable[..., EvidenceBody]:
    """Makes a body of evidence: ``body(outcome="stress", down={"imprecision": 1})``."""
    return make_body


@pytest.fixture(scope="session")
def assessed() -> Callable[..., BodyAssessment]:
    """Grades a body: ``assessed(evidence(...), down={"imprecision": 1})``."""
    return make_assessed
