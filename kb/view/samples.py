"""How many answers a survey needs, how exact a result is, and which groups may be shown.

The people of an organization are few, so every formula has the finite population correction (Cochran 1977, Sampling
techniques, chapters 2 to 4). All assume that those who answer are like those who do not; `hidden_by_silence` says how
far off a share can be if they are not. The script of the page computes the same; ``tests/surveys/`` holds R's numbers,
with which both are compared.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import NamedTuple

Z = NormalDist().inv_cdf(0.975)
"""Half the width of a 95% interval, in standard errors."""
SMALLEST_GROUP = 10
"""Groups with fewer answers are not shown, unless somebody chooses another number: a rule of this site."""


def answers_for_share(people: int, margin: float, share: float = 0.5) -> int:
    """Answers among ``people`` at which a share is known within ``margin`` on both sides (both from 0 to 1).

    At least one where there is anybody. Raises ValueError for a margin that is not above 0.
    """
    _check(margin)
    return _needed(people, Z**2 * share * (1 - share) / margin**2, 1)


def answers_for_mean(people: int, margin: float, sd: float) -> int:
    """Answers at which a mean is known within ``margin``, in the unit of the standard deviation ``sd``."""
    _check(margin)
    return _needed(people, (Z * sd / margin) ** 2, 0)


def _check(margin: float) -> None:
    if not margin > 0:
        raise ValueError(f"a margin must be above 0, got {margin}")


def _needed(people: int, among_many: float, shift: int) -> int:
    """``among_many`` answers of an endless number of people, corrected for how few there are, rounded up."""
    if people <= 0:
        return 0
    exact = among_many * people / (people - shift + among_many) if people - shift + among_many else 1.0
    # A result that is whole but for the last bit is not rounded up.
    return min(people, max(1, math.ceil(round(exact, 9))))


def margin_of_share(people: int, answers: int, share: float = 0.5) -> float | None:
    """How far a share of ``answers`` among ``people`` may be off, from 0 to 1; None where nobody answered."""
    if not 0 < answers <= people:
        return None
    if answers == people:
        return 0.0
    return Z * math.sqrt(share * (1 - share) / answers * (people - answers) / (people - 1))


def margin_of_mean(people: int, answers: int, sd: float) -> float | None:
    """How far a mean may be off, in the unit of ``sd``; None where nobody answered."""
    if not 0 < answers <= people:
        return None
    return Z * sd * math.sqrt((1 - answers / people) / answers)


def interval_of_share(people: int, answers: int, counted: int) -> tuple[float, float] | None:
    """Wilson's 95% interval of the share ``counted`` of ``answers``, from 0 to 1; None where nobody answered.

    The correction makes the answers count for more; where everybody answered, the share is exact.
    """
    if not 0 < answers <= people or not 0 <= counted <= answers:
        return None
    share = counted / answers
    if answers == people:
        return share, share
    worth = answers * (people - 1) / (people - answers)
    middle = (share + Z**2 / (2 * worth)) / (1 + Z**2 / worth)
    half = Z / (1 + Z**2 / worth) * math.sqrt(share * (1 - share) / worth + Z**2 / (4 * worth**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def hidden_by_silence(people: int, answers: int, counted: int) -> tuple[float, float] | None:
    """Between what the share of everybody lies, whatever those say who did not answer."""
    if people <= 0 or not 0 <= counted <= answers <= people:
        return None
    return counted / people, (counted + people - answers) / people


class Group(NamedTuple):
    """A group of a survey."""

    name: str
    answers: int
    counted: int
    """How many of them are burned out, or whatever is counted."""


def hidden(groups: Sequence[Group], smallest: int = SMALLEST_GROUP) -> frozenset[int]:
    """The positions of the groups whose figures must not be shown.

    Hidden are groups with fewer than ``smallest`` answers, and groups that answered all alike, whose figure tells what
    each person said. Where those hidden have fewer than ``smallest`` answers together, or where it is one alone, the
    total would tell its figure, so the next smallest are hidden too. Nobody is hidden where nobody answered.
    """
    asked = [index for index, group in enumerate(groups) if group.answers > 0]
    out = {
        index
        for index in asked
        if groups[index].answers < smallest or groups[index].counted in (0, groups[index].answers)
    }
    shown = sorted((index for index in asked if index not in out), key=lambda index: (groups[index].answers, index))
    while out and shown and (len(out) == 1 or sum(groups[index].answers for index in out) < smallest):
        out.add(shown.pop(0))
    return frozenset(out)


SIZES = (10, 20, 50, 100, 200, 500, 900, 2000, 5000)
"""Numbers of people for which the page shows what is needed."""


class SizeRow(NamedTuple):
    """What is needed among a number of people."""

    people: int
    share_10: int
    """Answers for a share within 10 points on both sides."""
    share_5: int
    share_3: int
    mean: int
    """Answers for a mean within a fifth of a standard deviation."""
    at_half: float
    """How far a share is off if half of them answer, in points."""


def size_rows() -> list[SizeRow]:
    """The worked table, for a share of one half, which needs the most."""
    return [
        SizeRow(
            people,
            answers_for_share(people, 0.10),
            answers_for_share(people, 0.05),
            answers_for_share(people, 0.03),
            answers_for_mean(people, 0.2, 1),
            100 * (margin_of_share(people, people // 2) or 0),
        )
        for people in SIZES
    ]
