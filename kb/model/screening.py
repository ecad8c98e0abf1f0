"""Screening register: works that were considered and are not entries."""

from __future__ import annotations

from kb.model.fields import Day, Key, Record, Slug, Text
from kb.model.vocabulary import ScreeningDecision, ScreeningKind, ScreeningReason


class Screening(Record):
    """A line of the screening register: a work that was considered and is not an entry."""

    key: Key
    """The work, in references.bib."""
    decision: ScreeningDecision
    """excluded or waiting."""
    reason: ScreeningReason
    """Why it is not an entry."""
    kind: ScreeningKind
    """controlled, uncontrolled, review or other."""
    interventions: tuple[Slug, ...] = ()
    """The interventions that it is about, separated by spaces."""
    screened: Day
    """The day on which it was decided."""
    by: Text
    """Who decided, as a role."""
