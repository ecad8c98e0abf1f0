"""Studies, findings and interventions for the tests of grading, with only what a test does not care about filled in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kb.grading import assess_all
from kb.model import Assessment, Finding, Instrument, Intervention, Study

ENTRY = {"body": "", "title": "A", "summary": "A.", "status": "published", "reviewed": date(2026, 11, 1)}
_NUMBERS = ("estimate", "ci_level", "se", "sd", "weeks_after_end", "weeks_after_start")
_OF_ARM = ("mean", "sd", "baseline_mean", "baseline_sd", "change", "change_sd", "relative_change")


def decimals(values: Any) -> tuple[Decimal, ...]:
    return tuple(Decimal(str(value)) for value in values)


def make_finding(comparison: str = "randomized", measure: str = "mean-difference", **fields: Any) -> Finding:
    """A finding; numbers may be given as text or as floats."""
    for name in _NUMBERS:
        if fields.get(name) is not None:
            fields[name] = Decimal(str(fields[name]))
    for name in ("ci", "range"):
        if fields.get(name):
            fields[name] = decimals(fields[name])
    arms = []
    for arm in fields.pop("arms", ()):
        numbers = {name: Decimal(str(arm[name])) for name in _OF_ARM if name in arm}
        arms.append({**arm, **numbers, **({"ci": decimals(arm["ci"])} if "ci" in arm else {})})
    defaults = {"id": "a", "outcome": "exhaustion", "place": "Table 3"}
    return Finding(comparison=comparison, measure=measure, arms=arms, **{**defaults, **fields})


def make_study(
    slug: str = "trial",
    risk: str | None = "low",
    comparator: str = "inactive",
    findings: Any = None,
    arms: Any = None,
    discrepancies: Any = (),
    **fields: Any,
) -> Study:
    """A study of coaching against a control with one finding of these fields, or with the findings given."""
    own = {
        name: fields.pop(name)
        for name in list(fields)
        if name in Finding.model_fields and name not in ("pooled_by", "instruments")
    }
    if findings is None:
        findings = [make_finding(**own)]
    two = [{"arm": "coaching"}, {"arm": "control"}]
    given = []
    for finding in findings:
        if not finding.arms and not finding.pooled:
            names = two[:1] if finding.comparison == "uncontrolled" else two
            sizes = _split(finding.n, len(names))
            listed = [{**name, "n": n} for name, n in zip(names, sizes, strict=True)]
            finding = make_finding(**{**finding.model_dump(exclude_unset=True), "arms": listed})
        given.append(finding)
    defaults = {
        "reference": "trial-2024",
        "design": "rct",
        "reading_basis": "full-text",
        "funding": "not-read",
        "conflicts": "not-read",
        "appraisals": [{"tool": "RoB 2", "overall": risk}] if risk else [],
        "arms": arms
        or [
            {"slug": "coaching", "label": "Coaching", "role": "intervention", "intervention": "coaching"},
            {"slug": "control", "label": "Control", "role": "control", "comparator_class": comparator},
        ],
    }
    return Study(slug=slug, findings=given, discrepancies=discrepancies, **{**ENTRY, **defaults, **fields})


def _split(n: int | None, parts: int) -> list[int | None]:
    if n is None:
        return [None] * parts
    return [n] if parts == 1 else [n // 2, n - n // 2]


def make_instrument(mid: str | None = None, higher_is_worse: bool = True, **fields: Any) -> Instrument:
    """An instrument with one scale from 0 to 54, and its smallest difference that matters."""
    scale = {
        "slug": "exhaustion",
        "label": "Exhaustion",
        "item_count": 9,
        "min": Decimal(0),
        "max": Decimal(54),
        "higher_is_worse": higher_is_worse,
    }
    if mid:
        scale["mid"] = {"value": Decimal(mid), "source": "trial-2024", "place": "Table 1"}
    defaults = {"constructs": ["exhaustion"], "source": "trial-2024", "place": "Methods", "scales": [scale]}
    return Instrument(slug="mbi", **{**ENTRY, **defaults, **fields})


def make_intervention(slug: str = "coaching", **fields: Any) -> Intervention:
    claim = {"driver": "workload", "basis": "stated", "source": "trial-2024", "place": "Methods"}
    defaults = {"category": "training", "level": "individual", "drivers": [claim]}
    return Intervention(slug=slug, **{**ENTRY, **defaults, **fields})


ON_SCALE = {"instrument": "mbi", "scale": "exhaustion", "unit": "points", "weeks_after_end": 0}


def make_assessment(
    *studies: Study, mid: str | None = None, waiting: int = 0, slug: str = "coaching", **fields: Any
) -> Assessment:
    """Grades an intervention over studies; ``mid`` is the smallest difference that matters on the scale."""
    interventions = {"coaching": make_intervention(**fields)}
    by_slug = {study.slug: study for study in studies}
    return assess_all(interventions, by_slug, {"mbi": make_instrument(mid)}, {"coaching": waiting})[slug]


@pytest.fixture(scope="session")
def finding() -> Callable[..., Finding]:
    """Makes a finding: ``finding(estimate="-0.79", ci=("-1.27", "-0.32"), n=123)``."""
    return make_finding


@pytest.fixture(scope="session")
def trial() -> Callable[..., Study]:
    """Makes a randomized trial on the exhaustion scale: ``trial("a", estimate=-3, ci=(-5, -1), n=100)``."""

    def make(slug: str = "trial", **fields: Any) -> Study:
        return make_study(slug, **{**ON_SCALE, **fields})

    return make


@pytest.fixture(scope="session")
def study() -> Callable[..., Study]:
    """Makes a study of coaching with one finding."""
    return make_study


@pytest.fixture(scope="session")
def assessed() -> Callable[..., Assessment]:
    """Grades coaching over studies: ``assessed(trial(...), mid="3")``."""
    return make_assessment


@pytest.fixture(scope="session")
def intervention() -> Callable[..., Intervention]:
    return make_intervention
