"""What stands beside a forest plot: its title and sides, the names of its rows, and what each shows in words."""

from __future__ import annotations

from collections.abc import Sequence

from kb.grading import EFFECT, outcome_name, words
from kb.grading.numbers import RATIOS, null_of
from kb.model import Comparison, Direction, Finding
from kb.site import figures
from kb.site.charts.results import Result, ends
from kb.site.contexts.frame import Link
from kb.site.material import Material


def title_of(material: Material, results: Sequence[Result]) -> str:
    """E.g. ``Mean difference in points on the PFI, scale 0 to 10, lower is better``."""
    result = results[0]
    finding = result.finding
    unit = figures.unit(finding) or finding.unit
    title = words.plain(finding.measure) + (f" in {unit}" if unit else "")
    if unit != "points":
        better = figures.better(result.lower_is_better) if finding.comparison in EFFECT else ""
        return ", ".join(part for part in (title, better) if part)
    scales = {
        link.title: None for r in results if (link := material.measured_with(r.finding.instrument, r.finding.scale))
    }
    instrument = material.knowledge.instruments.get(finding.instrument or "")
    where = next(iter(scales), "")
    if len(scales) > 1 and instrument:
        where = instrument.abbreviation or instrument.title
    title += f" on the {where}" if where else ""
    return ", ".join(part for part in (title, result.span or figures.better(result.lower_is_better)) if part)


def sides(result: Result) -> tuple[str, str]:
    """What lies to the left and to the right of the null."""
    finding, ratio = result.finding, result.finding.measure in RATIOS
    if finding.comparison is Comparison.ASSOCIATION or result.lower_is_better is None:
        return ("less likely", "more likely") if ratio else ("lower", "higher")
    good, bad = (
        words.direction(side, finding.comparison).lower()
        for side in (Direction.FAVORS_INTERVENTION, Direction.FAVORS_COMPARATOR)
    )
    return (good, bad) if result.lower_is_better else (bad, good)


def null_words(finding: Finding) -> str:
    """What the value of no effect means for a finding."""
    if finding.comparison is Comparison.ASSOCIATION:
        return "no association"
    return "no change" if finding.comparison is Comparison.UNCONTROLLED else "no difference"


def name_of(material: Material, result: Result, alike: Sequence[Result] = ()) -> Link:
    """The outcome; who was set against whom is told where others of the same axis would read the same."""
    finding = result.finding
    outcome = outcome_name(finding.outcome)
    measured = material.measured_with(finding.instrument, finding.scale)
    same = [other for other in alike if _told(other.finding) == _told(finding)]
    contrast = finding.contrast if len(same) > 1 else None
    parts = (contrast, measured.title if measured else "", finding.timepoint, finding.subgroup)
    return Link(outcome[0].upper() + outcome[1:], result.href, " · ".join(part for part in parts if part))


def reading(result: Result) -> str:
    """E.g. ``The interval lies wholly below 0: favors the intervention``."""
    low, _, high = ends(result.finding)
    null = null_of(result.finding.measure) or 0.0
    place = "lies wholly below" if high < null else "lies wholly above" if low > null else "includes"
    direction = words.direction(result.direction, result.finding.comparison)
    verdict = "" if result.direction is Direction.NOT_APPLICABLE else f": {direction[0].lower()}{direction[1:]}"
    return f"The interval {place} {figures.number(int(null))}{verdict}"


def in_words(material: Material, result: Result) -> Link:
    """A finding that cannot be drawn: what is printed of it, and which side it speaks for."""
    finding, name = result.finding, name_of(material, result)
    value = f"{figures.estimate(finding)} {figures.unit(finding)}".strip() if finding.estimate is not None else ""
    direction = (
        "" if result.direction is Direction.NOT_APPLICABLE else words.direction(result.direction, finding.comparison)
    )
    printed = ", ".join(part for part in (value, figures.confidence(finding), figures.p_value(finding.p)) if part)
    parts = (name.note, printed or "no figure is printed", direction.lower())
    return Link(name.title, name.href, "; ".join(part for part in parts if part))


def _told(finding: Finding) -> tuple[object, ...]:
    return finding.outcome, finding.instrument, finding.scale, finding.timepoint, finding.subgroup
