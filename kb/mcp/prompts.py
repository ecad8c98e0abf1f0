"""The prompts: questions that a leader asks, worded so that an assistant answers with certainty and sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from kb.mcp.lookup import AskError, Base, published
from kb.model import Driver, Intervention, Question
from kb.text.characters import without_hidden
from kb.view import choosing

RULES = (
    "Answer only from the tools of the Clinician Burnout Evidence Base. Quote what may be said of each intervention "
    "with its certainty, and say every mark beside it, such as provisional or disputed. Never say more than the "
    "statement does. Never add effects up, rank by figures alone, or multiply an effect by people or money. Name the "
    "source of each figure with its place, give the content version, and cite as the answers say. Where the evidence "
    "is missing, waits to be entered, or is very uncertain, say so plainly. No evidence of an effect is no evidence "
    "that there is none."
)
"""How an assistant must use what the tools answer."""
_MOST = 500
"""Characters of what a person writes into a prompt."""


@dataclass(frozen=True)
class Blank:
    """Something that a person fills in."""

    name: str
    description: str
    told: str = ""
    """Of one that may stay empty how it is told, before the words; others have a place in the question."""
    offers: Callable[[Base], Iterable[str]] = lambda _: ()
    """What may be filled in, for a client that completes what a person types."""

    @property
    def required(self) -> bool:
        return not self.told


@dataclass(frozen=True)
class Prompt:
    """A question with blanks."""

    name: str
    title: str
    description: str
    blanks: tuple[Blank, ...]
    question: str
    """What is asked, with the names of blanks in braces."""
    steps: str
    """How to find the answer, and what to say in it."""

    def fill(self, given: Mapping[str, str]) -> str:
        """The question as it is asked. Raises AskError where a blank is empty, or what is filled in is too long."""
        filled = {blank.name: _plain(blank, given.get(blank.name, "")) for blank in self.blanks}
        if unknown := sorted(set(given) - set(filled)):
            raise AskError(f"There is no blank {unknown[0][:200]!r}. There are: {', '.join(filled)}.")
        told = (f"{blank.told}: “{filled[blank.name]}”." for blank in self.blanks if blank.told and filled[blank.name])
        return "\n\n".join([self.question.format(**filled), *told, self.steps, RULES])


def _plain(blank: Blank, text: str) -> str:
    if len(text) > _MOST:
        raise AskError(f"{blank.name} may have {_MOST} characters, this has {len(text)}.")
    words = " ".join(without_hidden(text).split())
    if blank.required and not words:
        raise AskError(f"{blank.name} is empty. {blank.description}")
    return words


def _topics(base: Base) -> Iterable[str]:
    return (entry.title for entry in published(base.knowledge) if isinstance(entry, Driver | Intervention | Question))


_SETTING = Blank("setting", "Your organization in a few words, e.g. a hospital with 400 nurses.", "Our organization")
PROMPTS = {
    prompt.name: prompt
    for prompt in (
        Prompt(
            "brief_my_board",
            "Brief my board",
            "A one-page brief on a topic, with certainty and sources.",
            (Blank("topic", "What the board must decide on, e.g. ambient scribes.", offers=_topics), _SETTING),
            "Write a brief for my board, at most one page, on this topic: “{topic}”.",
            "First search for the topic. Compare the interventions for the driver that fits best, and look at the "
            "evidence behind each one that you name. Then say: what the problem is; what may help, how sure that is "
            "and what it costs; what does not help, or is not known; what works wait in the screening register; one "
            "decision to take now, and how to measure whether it helped.",
        ),
        Prompt(
            "options_for_complaint",
            "Options for a complaint",
            "Which options there are for what clinicians complain of, and how sure each is.",
            (Blank("complaint", "What people say, in their words, e.g. too much inbox at night."), _SETTING),
            "Clinicians here say: “{complaint}”. What can we do, and how sure is it?",
            "First search for the complaint to find the driver of burnout behind it; say which one you take, and why. "
            "Compare the interventions for that driver. Give a table: intervention, what may be said, certainty, "
            "marks, cost, effort, source with place. Say which rest on a measured outcome of this driver and which "
            "only on a source's or curator's word.",
        ),
        Prompt(
            "choose_questionnaire",
            "Choose a questionnaire",
            "Which questionnaire fits what you want to know, with the reasons.",
            (
                Blank(
                    "purpose",
                    "What you want to know, e.g. to follow burnout year after year.",
                    offers=lambda _: (purpose.title for purpose in choosing.PURPOSES),
                ),
                Blank("who", "Whom you ask, e.g. nurses, or the whole staff.", "Whom we ask"),
            ),
            "Help me choose a questionnaire. What it is for: “{purpose}”.",
            "Take the purpose of choose_instrument that fits best, and say which. Look at the facts of each instrument "
            "that it names. Then recommend one, with length, price, terms of use, cutoff and results to compare with, "
            "each with its source; say what was looked for and not found. Give no item texts.",
        ),
        Prompt(
            "what_is_new",
            "What is new",
            "What changed in the evidence since a day.",
            (Blank("since", "A day, year-month-day."),),
            "What changed in the evidence on clinician burnout since {since}?",
            "Ask what_changed. Begin with verdicts and certainty that moved, and say what they are now and why they "
            "moved. Then corrections and withdrawals, then new entries and works that were found. Say plainly if "
            "nothing changed.",
        ),
    )
}
"""The prompts by their names."""
