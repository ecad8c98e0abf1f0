"""What an intervention costs, as a band of money: the one place where a band is made of what a source reports."""

from __future__ import annotations

from typing import NamedTuple

from kb.model import Cost, CostBand, Intervention, InterventionCategory, Magnitude
from kb.view import figures

ASK_VENDOR = "ask-the-vendor"
NOT_REPORTED = "not-reported"
_DOLLARS: dict[CostBand, tuple[int, int | None]] = {
    CostBand.UNDER_50: (0, 50),
    CostBand.TO_250: (50, 250),
    CostBand.TO_1000: (250, 1000),
    CostBand.TO_5000: (1000, 5000),
    CostBand.OVER_5000: (5000, None),
}
"""The ends of each band in US dollars a person and year; an amount on an end belongs to the lower band."""
_A_PERSON = frozenset({"participant", "person", "participant and year", "person and year"})
"""What a reported amount must be for, in ``Cost.per``, to be put in a band."""
LABELS: dict[str, str] = {
    **{band: f"{band.label} a person and year" for band in _DOLLARS},
    **{level: f"{level.label}, no figure given" for level in Magnitude if level is not Magnitude.UNKNOWN},
    ASK_VENDOR: "Ask the vendor",
    NOT_REPORTED: "Not reported",
}
"""All that is said of a cost, cheapest first, by the words in which addresses spell it."""


class Price(NamedTuple):
    """What is known of the cost of an intervention."""

    word: str
    """One of LABELS."""
    label: str
    low: int | None
    """The lower end in US dollars a person and year; None where no figure is known."""
    high: int | None
    """The upper end; None where there is none."""


def price(entry: Intervention) -> Price:
    """The band of an intervention; without a figure a source's word for its size, or whom to ask."""
    found = band(entry.cost)
    if found is not CostBand.UNKNOWN:
        return Price(found, LABELS[found], *_DOLLARS[found])
    word: str = entry.cost.level
    if entry.cost.level is Magnitude.UNKNOWN:
        word = ASK_VENDOR if entry.category is InterventionCategory.TECHNOLOGY else NOT_REPORTED
    return Price(word, LABELS[word], None, None)


def band(cost: Cost) -> CostBand:
    """The band as recorded; else that of an amount in US dollars for one person, whatever the year of its prices."""
    if cost.band is not CostBand.UNKNOWN or cost.amount is None or cost.currency != "USD" or cost.per not in _A_PERSON:
        return cost.band
    return next(band for band, (_, high) in _DOLLARS.items() if high is None or cost.amount <= high)


def price_text(cost: Cost) -> str:
    """The amount that a source reports, and the band, e.g. ``1,400 USD (2021) per participant; $250 to $1,000 …``."""
    return "; ".join(part for part in (amount_text(cost), LABELS.get(band(cost), "")) if part)


def amount_text(cost: Cost) -> str:
    """The amount that a source reports, with currency, year and what it is for; empty where none is recorded."""
    if cost.amount is None:
        return ""
    parts = (figures.number(cost.amount), cost.currency, f"({cost.year})" if cost.year else "")
    return " ".join(part for part in parts if part) + (f" per {cost.per}" if cost.per else "")


def paid(entry: Intervention) -> tuple[str, str]:
    """What is said of a cost in a list, and the smaller print below it.

    The band with the amount it comes from, then the note; an amount that fits no band stands first. Where a figure
    stands only in the note, the note stands alone: "no figure given" above a figure would contradict it.
    """
    cost, note = entry.cost, entry.cost.note or ""
    amount, found = amount_text(cost), price(entry)
    if found.low is not None:
        return f"{found.label} ({amount})" if amount else found.label, note
    if amount:
        return amount, note
    return (note, "") if any(sign.isdigit() for sign in note) else (found.label, note)
