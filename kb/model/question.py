"""Question: a decision that a leader faces, answered by the verdicts of the interventions it is about."""

from __future__ import annotations

from pydantic import Field

from kb.model.entry import Entry
from kb.model.fields import Slug


class Question(Entry):
    """A decision that leaders face. Its answer is computed from the interventions it is about, never written."""

    kind = "question"
    folder = "questions"
    sections = ("What to do",)

    interventions: tuple[Slug, ...] = Field(min_length=1)
    """The interventions to decide on, in the order in which they are shown."""
