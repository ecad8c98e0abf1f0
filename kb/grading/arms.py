"""Arms that must agree: with the whole, with the estimate that compares them, and each with its own baseline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from kb.grading.intervals import RATIOS
from kb.grading.numbers import Mismatch, otherwise, remedy
from kb.grading.rounding import Range, about, meet, minus, share, spread
from kb.grading.slips import with_other_side
from kb.model import Arm, Comparison, EffectMeasure, Finding

MANY = 12
"""Arms of which no sums are tried: their number doubles with each."""
_ADJUSTED = re.compile(r"\badjusted\b", re.IGNORECASE)
_COMPARED = (Comparison.RANDOMIZED, Comparison.CONTROLLED)
_UNITS = (EffectMeasure.MEAN_DIFFERENCE, EffectMeasure.RISK_DIFFERENCE, EffectMeasure.MEAN_CHANGE)


def mismatches(finding: Finding) -> Iterator[Mismatch]:
    """Every check on the arms of a finding that fails for all values that round to what is printed."""
    yield from of_whole(finding)
    yield from of_changes(finding)
    yield from of_estimate(finding)


def _adjusted(finding: Finding) -> bool:
    """Whether a finding says that its figures come from a model, which need not be those of the raw means."""
    texts = (finding.contrast, finding.derived)
    return bool(finding.adjusted_for) or any(_ADJUSTED.search(text) for text in texts if text)


def of_whole(finding: Finding) -> Iterator[Mismatch]:
    """Some of the arms add up to the whole (KB314), so that arms that lie within another may stand beside it."""
    for index, arm in enumerate(finding.arms):
        if arm.n is not None and arm.total is not None and arm.total > arm.n:
            message = f"total must be at most the {arm.n} analyzed in the arm, got {arm.total}"
            yield Mismatch("KB314", ("arms", index, "total"), message, "check both numbers")
    if finding.n is not None and finding.total is not None and finding.total > finding.n:
        message = f"total must be at most the {finding.n} analyzed, got {finding.total}"
        yield Mismatch("KB314", ("total",), message, "check both numbers")
    sizes = [arm.n for arm in finding.arms]
    if finding.n is not None and sizes and None not in sizes and len(sizes) <= MANY:
        known = [size or 0 for size in sizes]
        compared = finding.comparison in _COMPARED and len(known) == 2
        totals = {sum(known)} if compared else {n for n, _ in _sums([(size, 0) for size in known])}
        if finding.n not in totals:
            message = f"n must be the sum of the arms, {_plus(known)}, got {finding.n}"
            hint = remedy(finding)
            if compared and set(known) == {finding.n}:
                hint = f"check against {finding.place}: n: of the finding counts both arms, n: of an arm only its own"
            elif compared and finding.n in known:
                hint = f"write n: {sum(known)}, the people of both arms, after a look at {finding.place}"
            yield Mismatch("KB314", ("n",), message, hint)
            return
    counts = [(arm.total, arm.events) for arm in finding.arms if arm.total is not None and arm.events is not None]
    if finding.events is None or finding.total is None or len(counts) != len(sizes) or not 0 < len(counts) <= MANY:
        return
    sums = _sums(counts)
    if (finding.total, finding.events) not in sums:
        same = sorted(events for total, events in sums if total == finding.total)
        adding = f"arms that add up to {finding.total} have {_or(same)} events" if same else "no arms add up to it"
        message = f"events of total must be the sum of the arms, got {finding.events} of {finding.total}; {adding}"
        yield Mismatch("KB314", ("events",), message, remedy(finding))


def _sums(counts: list[tuple[int, int]]) -> set[tuple[int, int]]:
    """The sums of all choices of one or more pairs."""
    sums: set[tuple[int, int]] = set()
    for n, events in counts:
        sums |= {(n, events), *((other + n, more + events) for other, more in sums)}
    return sums


def _plus(numbers: list[int]) -> str:
    return " + ".join(map(str, numbers))


def _or(numbers: list[int]) -> str:
    return " or ".join(map(str, dict.fromkeys(numbers)))


def of_changes(finding: Finding) -> Iterator[Mismatch]:
    """Each arm changes as it says (KB316), unless the finding is adjusted."""
    if not _adjusted(finding):
        for index, arm in enumerate(finding.arms):
            yield from _changes(finding, arm, index)


def _changes(finding: Finding, arm: Arm, index: int) -> Iterator[Mismatch]:
    """The change of an arm is its mean less that before, and the relative change its share of that (KB316)."""
    if arm.baseline_mean is None:
        return
    before = spread(arm.baseline_mean)
    after = minus(spread(arm.mean), before) if arm.mean is not None else None
    if arm.change is not None and after and not meet(spread(arm.change), after):
        message = (
            f"the change {arm.change} of {arm.name} must be the mean {arm.mean} minus {arm.baseline_mean} before, "
            f"which is {about([after])}"
        )
        yield Mismatch("KB316", ("arms", index, "change"), message, _hint(finding))
    changes = [change for change in (spread(arm.change) if arm.change is not None else None, after) if change]
    if arm.relative_change is not None and changes:
        shares = [share(change, before) for change in changes]
        if not any(meet(rounded(arm.relative_change), found) for found in shares):
            message = (
                f"the relative change {arm.relative_change}% of {arm.name} must match its change from "
                f"{arm.baseline_mean} before, which is {about(shares)}%"
            )
            yield Mismatch("KB316", ("arms", index, "relative_change"), message, _hint(finding))


def rounded(percentage: Decimal) -> Range:
    """What a percentage stands for; a whole one that ends in 0 may be a fraction of one digit, 0.1 for 5 to 15%."""
    low, high = spread(percentage)
    return (low - 4.5, high + 4.5) if percentage == percentage.to_integral() and percentage % 10 == 0 else (low, high)


def of_estimate(finding: Finding) -> Iterator[Mismatch]:
    """The estimate is what its arms give: the first less the second (KB315), or what changed in one (KB316).

    Of an adjusted finding only a difference is found that is as large as the raw one, and of the other sign.
    """
    if finding.estimate is None or not finding.arms:
        return
    estimate, arms = spread(finding.estimate), finding.arms
    inside = finding.measure is EffectMeasure.MEAN_CHANGE or finding.comparison is Comparison.UNCONTROLLED
    found: list[Range] = []
    code, what = "KB315", f"{arms[0].name} minus {arms[-1].name}"
    if finding.measure in _UNITS and inside:
        found += [change for arm in arms for change in _within(arm)]
        code, what = ("KB316", f"the change in {arms[0].name}") if len(arms) == 1 else ("KB316", "a change of its arms")
    if finding.measure in _UNITS and len(arms) == 2:
        found += [minus(a, b) for a, b in _pairs(finding)]
    elif finding.measure in RATIOS - {EffectMeasure.HAZARD_RATIO} and len(arms) == 2:
        found += _ratio(finding)
        what = f"that of {arms[0].name} to {arms[1].name}"
    if not found or any(meet(estimate, each) for each in found):
        return
    if _adjusted(finding) and not _is_mirrored(finding, found):
        return
    name = finding.measure.replace("-", " ")
    message = f"the {name} {finding.estimate} must be {what}, which is {about(found)}"
    plain = finding.measure in _UNITS
    opposite = [(-b, -a) if plain else (1 / b, 1 / a) for a, b in found if a * b]
    if _adjusted(finding) or any(meet(estimate, each) for each in opposite):
        yield Mismatch(code, ("estimate",), f"{message}: {_TURNED[plain]}", _turned(finding, code), True)
    elif plain and any(meet((100 * estimate[0], 100 * estimate[1]), each) for each in found):
        hint = f"look in {finding.place}: shares are entered as percentages, 16.7 for 16.7%, not 0.167"
        yield Mismatch(code, ("estimate",), f"{message}; it is a hundredth of that", f"{hint}; {otherwise(finding)}")
    else:
        yield Mismatch(code, ("estimate",), message, _hint(finding))


_LIKE = 0.25
"""How far an adjusted difference may be from the raw one of the other sign, as a share, to be taken for it (ours)."""


def _is_mirrored(finding: Finding, found: list[Range]) -> bool:
    """Whether an adjusted difference is about as large as those of its arms, all of which have the other sign."""
    value = float(finding.estimate or 0)
    middles = [(low + high) / 2 for low, high in found]
    opposite = finding.measure in _UNITS and all(
        middle * value < 0 and low * high > 0 for middle, (low, high) in zip(middles, found, strict=True)
    )
    return opposite and any(abs(abs(middle) - abs(value)) <= _LIKE * abs(middle) for middle in middles)


_TURNED = {True: "a sign is wrong", False: "it is the other way round"}


def _turned(finding: Finding, code: str) -> str:
    """What to look up where an estimate and its arms speak for opposite sides: figures of either may be wrong."""
    right = with_other_side(finding)
    if finding.measure not in _UNITS:
        first, last = finding.arms[0].name, finding.arms[-1].name
        sides = f"look in {finding.place} which had more events: the figures of the arms say it is "
        more = first if _more(finding) else last
        return f"{sides}{more}; if so, write {right}, else correct the events of the arms; {otherwise(finding)}"
    if code == "KB316":
        figures = "means" if finding.arms[0].change is None else "change"
        told = (
            f"look in {finding.place} whether the figure rose or fell; a fall is negative. If the arm is right, write "
        )
        return f"{told}{right}, else correct its {figures}; {otherwise(finding)}"
    return (
        f"look in {finding.place} which arm had the lower value, or fell more; a fall is negative. If the figures of "
        f"the arms are right, write {right}; else correct these. Leave the order of the arms; {otherwise(finding)}"
    )


def _more(finding: Finding) -> bool:
    """Whether the first of two arms has the larger share of events."""
    first, second = finding.arms
    return (first.events or 0) * (second.total or 1) > (second.events or 0) * (first.total or 1)


def _within(arm: Arm) -> Iterator[Range]:
    if arm.change is not None:
        yield spread(arm.change)
    if arm.mean is not None and arm.baseline_mean is not None:
        yield minus(spread(arm.mean), spread(arm.baseline_mean))


def _pairs(finding: Finding) -> Iterator[tuple[Range, Range]]:
    """What can be compared of two arms: their changes, their means, and of a risk their events."""
    first, second = finding.arms
    for field in ("change", "mean"):
        a, b = getattr(first, field), getattr(second, field)
        if a is not None and b is not None:
            yield spread(a), spread(b)
    counts = [100 * arm.events / arm.total for arm in (first, second) if arm.events is not None and arm.total]
    if finding.measure is EffectMeasure.RISK_DIFFERENCE and len(counts) == 2:
        a, b = counts
        yield (a, a), (b, b)


def _ratio(finding: Finding) -> Iterator[Range]:
    """The odds or risk ratio of two arms, where no count is 0."""
    counts = [(arm.events or 0, arm.total or 0) for arm in finding.arms]
    if finding.measure is EffectMeasure.ODDS_RATIO:
        counts = [(events, total - events) for events, total in counts]
    if min(min(pair) for pair in counts) > 0:
        (a, b), (c, d) = counts
        yield a * d / (b * c), a * d / (b * c)


def _hint(finding: Finding) -> str:
    return f"{remedy(finding)}; if the figures are adjusted, say so in contrast: or derived:"
