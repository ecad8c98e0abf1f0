"""What it costs to do nothing about burnout: published figures as assumptions, and a worked example with them.

Two ways to count. A *worksheet* multiplies people, turnover and the price of replacing one person; a *model* gives
dollars for each person employed. They count overlapping things, so none is added to another. `theme/static/plan.js`
computes the same for the reader's own numbers; a test in a browser holds both to the same words.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from kb.model import Finding, Study
from kb.view import figures
from kb.view.catalog import Catalog
from kb.view.parts import Fact, Source, href

EXAMPLE = {"physicians": 100, "nurses": 100, "others": 0}
"""People of the worked example, by role."""


class Assumption(NamedTuple):
    """A number that the reader can change."""

    name: str
    """As the address of a plan spells it."""
    label: str
    unit: str
    """``%``, ``$`` or ``times``."""
    value: Decimal | None
    """As its source reports it; None where no source that was read gives one."""
    most: int
    """The largest number that makes sense; the smallest is 0."""
    source: Source | None


class Estimate(NamedTuple):
    """One way to count what doing nothing costs."""

    name: str
    """By which the script knows its formula."""
    role: str
    """Of whom: physicians, nurses or others."""
    title: str
    how: str
    """The formula in words, and what to know of it."""
    assumptions: tuple[Assumption, ...]
    result: str
    """What it comes to for the worked example."""
    cautious: bool
    """Whether it stands for its people in short: one way for each role, with published figures the lower one."""

    @property
    def sources(self) -> str:
        """The works behind its assumptions, by author and year."""
        return ", ".join(dict.fromkeys(item.source.label for item in self.assumptions if item.source))


def estimates(catalog: Catalog) -> tuple[Estimate, ...]:
    """All ways to count, the cautious ones first. A figure whose study is not in the knowledge base is left open."""

    def assume(name: str, label: str, unit: str, finding: str = "", most: int = 10_000_000) -> Assumption:
        found = catalog.evidence(finding) if finding else None
        if found is None:
            return Assumption(name, label, unit, None, most, None)
        study, result = found
        return Assumption(name, label, unit, result.estimate, most, _source(catalog, study, result))

    leaving, replacing = "Leave in a year", "Cost of replacing one"
    physicians = (
        assume("turnover-physicians", leaving, "%", "shanafelt-goh-sinsky-2017/national-turnover-input", 100),
        assume("burnout-physicians", "Burned out", "%", "shanafelt-goh-sinsky-2017/national-burnout-input", 100),
        assume("times-physicians", "Leave more often if burned out", "times", "hamidi-2018/left-by-burnout", 100),
        assume("low-physicians", f"{replacing}, low", "$", "shanafelt-goh-sinsky-2017/replacement-cost-input"),
        assume("high-physicians", f"{replacing}, high", "$", "shanafelt-goh-sinsky-2017/replacement-cost-input-high"),
    )
    model_physicians = assume(
        "model-physicians", "Cost for each physician and year", "$", "han-2019/cost-per-physician"
    )
    nurses = (
        assume("turnover-nurses", leaving, "%", "nsi-2025/turnover", 100),
        assume("low-nurses", f"{replacing}, low", "$", "duffield-2014/cost-us"),
        assume("high-nurses", f"{replacing}, high", "$", "nsi-2025/cost-per-nurse"),
    )
    model_nurses = assume("model-nurses", "Cost for each nurse and year", "$", "muir-2022/cost-status-quo")
    others = (
        assume("turnover-others", leaving, "%", most=100),
        assume("low-others", f"{replacing}, low", "$"),
        assume("high-others", f"{replacing}, high", "$"),
    )
    number, of_nurses, of_others = EXAMPLE["physicians"], EXAMPLE["nurses"], EXAMPLE["others"]
    return (
        Estimate(
            "model",
            "physicians",
            "Physicians who leave or cut their hours because of burnout",
            "Physicians × a national model’s cost for each.",
            (model_physicians,),
            _model(number, model_physicians.value),
            cautious=True,
        ),
        Estimate(
            "turnover",
            "nurses",
            "Nurses who leave, whatever the reason",
            "Nurses × turnover × the cost of replacing one. The low cost is in prices of 2014; the high one comes from "
            "a firm that recruits nurses.",
            nurses,
            _turnover(of_nurses, *(item.value for item in nurses)),
            cautious=True,
        ),
        Estimate(
            "turnover",
            "others",
            "Others who leave, whatever the reason",
            "Others × turnover × the cost of replacing one. No source that we read gives these figures. Enter "
            "your own.",
            others,
            _turnover(of_others, *(item.value for item in others)),
            cautious=True,
        ),
        Estimate(
            "worksheet",
            "physicians",
            "Physicians who leave because of burnout",
            "Physicians × the part of turnover that is due to burnout × the cost of replacing one. The part follows "
            "from how many are burned out and how much likelier they are to leave. With published figures it comes "
            "out above the national model, though that counts reduced hours too.",
            physicians,
            _worksheet(number, *(item.value for item in physicians)),
            cautious=False,
        ),
        Estimate(
            "model",
            "nurses",
            "Nurses who leave because of burnout",
            "Nurses × a model’s cost for each, for nurses who are new to a hospital. With published figures it comes "
            "out above the cost of all who leave.",
            (model_nurses,),
            _model(of_nurses, model_nurses.value),
            cautious=False,
        ),
    )


def besides(catalog: Catalog) -> tuple[Fact, ...]:
    """What no estimate counts, and what one organization put its own loss at; each with its source."""
    found = (
        (
            "Not counted",
            "US insurers and the public spend {} {} more because primary care physicians leave through burnout",
            ("sinsky-2022/excess-cost-burnout",),
        ),
        (
            "For comparison",
            "One US university with two hospitals put its loss at {} to {} {} over two years, if almost 60 "
            "physicians leave and nothing is done",
            ("hamidi-2018/cost-low", "hamidi-2018/cost-high"),
        ),
    )
    return tuple(fact for label, text, paths in found if (fact := _fact(catalog, label, text, paths)))


def _fact(catalog: Catalog, label: str, text: str, paths: tuple[str, ...]) -> Fact | None:
    """A sentence with the figures of findings and their unit filled in; None where one of them is not there."""
    results = [found for path in paths if (found := catalog.evidence(path))]
    if len(results) < len(paths):
        return None
    study, last = results[-1]
    said = text.format(*(figures.number(finding.estimate) for _, finding in results), last.unit)
    return Fact(label, f"{said}.", _source(catalog, study, last))


def _source(catalog: Catalog, study: Study, finding: Finding) -> Source:
    return Source(catalog.study_name(study), f"{href(study)}#finding-{finding.id}", finding.place)


def due_to_burnout(turnover: float, burnout: float, times: float) -> float:
    """The part of yearly turnover that is due to burnout; all are shares from 0 to 1 but ``times``.

    Those who are burned out leave ``times`` as often as the others, so that turnover without burnout is
    ``turnover / (1 + burnout × (times − 1))``, after the worksheet of Shanafelt, Goh and Sinsky (2017, Figure 2).
    0 where burnout makes nobody likelier to leave.
    """
    return max(0.0, turnover - turnover / (1 + burnout * max(0.0, times - 1)))


def _worksheet(
    people: int,
    turnover: Decimal | None,
    burnout: Decimal | None,
    times: Decimal | None,
    low: Decimal | None,
    high: Decimal | None,
) -> str:
    if turnover is None or burnout is None or times is None:
        return _open(people, None)
    leaving = people * due_to_burnout(float(turnover) / 100, float(burnout) / 100, float(times))
    return _open(people, low, high) or f"About {_few(leaving)} a year, {_range(leaving, low, high)}"


def _turnover(people: int, turnover: Decimal | None, low: Decimal | None, high: Decimal | None) -> str:
    if turnover is None:
        return _open(people, None)
    leaving = people * float(turnover) / 100
    return _open(people, low, high) or f"About {_few(leaving)} a year, {_range(leaving, low, high)}"


def _model(people: int, each: Decimal | None) -> str:
    return _open(people, each) or f"{_range(people, each, each)} a year"


def _open(people: int, *values: Decimal | None) -> str:
    """What is missing for an estimate; empty where nothing is."""
    return "Nobody entered" if not people else "Enter the figures that are missing" if None in values else ""


def _range(times: float, low: Decimal | None, high: Decimal | None) -> str:
    ends = dict.fromkeys(money(times * float(value or 0)) for value in (low, high))
    return " to ".join(ends)


def money(amount: float) -> str:
    """US dollars without more digits than such estimates deserve, e.g. ``$1.3 million``, ``$760,000`` or ``$7,600``."""
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if amount >= size * 0.9995:
            return f"${amount / size:,.1f}".removesuffix(".0") + f" {word}"
    return f"${round(amount, -3 if amount >= 10_000 else 0):,.0f}"


def _few(people: float) -> str:
    return f"{people:,.1f}".removesuffix(".0") if people < 10 else f"{people:,.0f}"
