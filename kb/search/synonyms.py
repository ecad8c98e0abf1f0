"""Spellings that mean the same to those who ask: a query for one also finds the others, at a lower weight.

A group is worth a line where people in the field write a thing in several ways that share no stem. Each spelling may
have several words, which must then be side by side, in the query as in the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from kb.search.schema import terms

WEIGHT = 0.4
"""What a match of another spelling counts, compared with the word that was asked for."""

GROUPS: tuple[tuple[str, ...], ...] = (
    ("EHR", "EMR", "electronic health record", "electronic medical record"),
    ("inbox", "inbasket", "in-basket", "messages"),
    ("notes", "documentation", "charting"),
    ("after-hours", "at night", "nights", "work outside of work", "pajama time"),
    ("administrative", "clerical", "paperwork"),
    ("prior authorization", "prior auth", "preauthorization"),
    ("refills", "prescription renewal"),
    ("burnout", "burned out", "burnt out", "burn-out", "burning out"),
    ("well-being", "wellbeing", "wellness"),
    ("clinicians", "physicians", "doctors"),
    ("PCP", "primary care physician", "primary care clinician", "family physician"),
    ("APP", "advanced practice provider", "nurse practitioner", "physician assistant"),
    ("MA", "medical assistant"),
    ("CWO", "chief wellness officer"),
    ("HCW", "healthcare worker", "health care worker", "health worker"),
    ("turnover", "attrition", "quitting", "leaving the job", "intention to leave"),
    ("AI", "artificial intelligence"),
    ("scribe", "documentation assistance"),
    ("pay", "salary", "wages", "compensation"),
    ("MBI", "Maslach Burnout Inventory"),
    ("PFI", "Professional Fulfillment Index"),
    ("RCT", "randomized trial", "randomised trial", "randomized controlled trial"),
)


@cache
def _spellings() -> tuple[tuple[tuple[str, ...], ...], ...]:
    """The groups as terms of the index."""
    return tuple(tuple(dict.fromkeys(tuple(terms(spelling)) for spelling in group)) for group in GROUPS)


def alternatives(words: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Other spellings of what ``words`` (terms in the query's order) name, each as its terms."""
    found: dict[tuple[str, ...], None] = {}
    for group in _spellings():
        if any(_contains(words, spelling) for spelling in group):
            found.update(dict.fromkeys(spelling for spelling in group if not _contains(words, spelling)))
    return tuple(found)


def _contains(words: Sequence[str], spelling: tuple[str, ...]) -> bool:
    size = len(spelling)
    return any(tuple(words[start : start + size]) == spelling for start in range(len(words) - size + 1))
