"""For whom and where: kinds of people and places, read off the words in which entries name them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kb.model import Intervention

NOT_REPORTED = "not-reported"
ALL_KINDS = "all-kinds"
PEOPLE: dict[str, str] = {
    "physicians": "Physicians",
    "trainees": "Residents",
    "nurses": "Nurses",
    "advanced-practice": "Advanced practice providers",
    ALL_KINDS: "Staff of all kinds",
    "other-people": "Others",
    NOT_REPORTED: "Not reported",
}
"""Kinds of people, by the words in which addresses spell them."""
PLACES: dict[str, str] = {
    "outpatient": "Clinics and primary care",
    "hospital": "Hospitals",
    "intensive-care": "Intensive care",
    "training": "Residency programs",
    "nursing-home": "Nursing homes",
    "organization": "Whole organizations",
    "other-place": "Elsewhere",
    NOT_REPORTED: "Not reported",
}
"""Kinds of places, likewise."""
_ADVANCED = re.compile(r"(?i)nurse practitioners?|physician assistants?|advanced practice providers?|nurse midwives")
_PEOPLE: Mapping[str, re.Pattern[str]] = {
    "physicians": re.compile(
        r"(?i)physicians?(?! (training|in training))|doctors|internists|surgeons|faculty|teachers"
    ),
    "trainees": re.compile(
        r"(?i)(?<!pharmacy )residen|interns\b|fellows|trainee|in training|physician training|first year"
    ),
    "nurses": re.compile(r"(?i)nurs(es|ing)\b"),
    ALL_KINDS: re.compile(
        r"(?i)health ?care (workers|professionals|staff)|health (professionals|practitioners)|clinicians|care teams?\b"
        r"|\ball staff|(hospital|unit|oncology|other) staff|hospital (employees|teams)|and staff|staff of care homes"
        r"|primary care professionals|provide care|care for patients"
    ),
}
_PLACES: Mapping[str, re.Pattern[str]] = {
    "outpatient": re.compile(
        r"(?i)primary|clinics?\b|practices?\b|outpatient|family medicine|health centers?|community"
    ),
    "hospital": re.compile(r"(?i)hospital|wards?\b|department of medicine|medicine department"),
    "intensive-care": re.compile(r"(?i)intensive care"),
    "training": re.compile(r"(?i)residenc|graduate medical|medical schools|teaching"),
    "nursing-home": re.compile(r"(?i)nursing homes?|care homes|residential|dementia"),
    "organization": re.compile(r"(?i)organizations?\b|health systems?|institutions?\b|academic (medical|health)"),
}


def people_of(texts: Iterable[str]) -> tuple[str, ...]:
    """The kinds of people that texts name, as words of PEOPLE in their order; ``not-reported`` alone where none."""
    found: set[str] = set()
    for text in texts:
        rest = _ADVANCED.sub("", text)
        kinds = {kind for kind, pattern in _PEOPLE.items() if pattern.search(rest)}
        found |= kinds | ({"advanced-practice"} if rest != text else set()) or {"other-people"}
    return tuple(word for word in PEOPLE if word in (found or {NOT_REPORTED}))


def places_of(texts: Iterable[str]) -> tuple[str, ...]:
    """The kinds of places that texts name, as words of PLACES in their order; ``not-reported`` alone where none."""
    found: set[str] = set()
    for text in texts:
        found |= {kind for kind, pattern in _PLACES.items() if pattern.search(text)} or {"other-place"}
    return tuple(word for word in PLACES if word in (found or {NOT_REPORTED}))


def listed(words: Iterable[str], labels: Mapping[str, str]) -> str:
    """Kinds as a list in words, e.g. ``Physicians, residents``."""
    return ", ".join(labels[word] for word in words).capitalize()


def roles_of(entry: Intervention) -> tuple[str, ...]:
    """Which of ``physicians``, ``nurses`` and ``others`` it is for; all of them where its sources name nobody."""
    named = set(people_of(entry.populations))
    roles = {
        "physicians": {"physicians", "trainees"},
        "nurses": {"nurses"},
        "others": {"advanced-practice", "other-people"},
    }
    everybody = named & {ALL_KINDS, NOT_REPORTED}
    return tuple(role for role, kinds in roles.items() if everybody or named & kinds)
