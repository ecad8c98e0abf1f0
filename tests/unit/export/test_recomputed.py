"""Every verdict follows from the public JSON alone, by the rules of How we grade, written down a second time."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kb.check import Checked
from kb.export import FORMATS
from kb.model import Outcome, OutcomeGroup

pytestmark = pytest.mark.slow  # each test writes or reads the whole content

LEVELS = [None, "very-low", "low", "moderate", "high"]
BANDS = ["short", "medium", "long", None]
WORDS = {outcome.value: rank for rank, outcome in enumerate(Outcome)}
Body = dict[str, Any]


@pytest.fixture(scope="module")
def data(real: Checked) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(FORMATS["json"](real.knowledge.public())["burnout-kb.json"])
    return made


def level(body: Body) -> int:
    return LEVELS.index(body["certainty"])


def controlled(body: Body) -> bool:
    return body["comparison"] in ("randomized", "controlled")


def favors(body: Body) -> bool:
    return bool(body["direction"] == "favors-intervention")


def group(body: Body) -> OutcomeGroup:
    return Outcome(body["outcome"]).group


def is_review(body: Body) -> bool:
    return body["key"].count("/") == 4


def kept(bodies: list[Body], findings: dict[str, Any]) -> list[Body]:
    """Of a review's estimate and a body of trials on the same, only the one that is judged."""

    def alike(one: Body, other: Body) -> bool:
        fields = ("outcome", "comparator_class", "follow_up_band")
        return all(one[field] == other[field] for field in fields) and is_review(one) != is_review(other)

    def gives_way(body: Body) -> bool:
        for other in (other for other in bodies if alike(body, other)):
            people, theirs = body["sample_size"] or 0, other["sample_size"] or 0
            if is_review(body):
                return bool(other["certainty"]) and 2 * theirs >= people
            includes = findings[other["findings"][0]]["pooled"].get("includes", ())
            overlaps = not includes or any(path.split("/")[0] in includes for path in body["counted"])
            return bool(body["certainty"] and other["certainty"]) and 2 * people < theirs and overlaps
        return False

    return [body for body in bodies if not gives_way(body)]


def precedence(body: Body) -> tuple[object, ...]:
    """The order in which bodies come to be the headline."""
    specific = body["outcome"] in ("burnout", "exhaustion")
    return (
        not controlled(body),
        level(body) < 2,
        body["comparator_class"] == "active",
        not specific if group(body) is OutcomeGroup.BURNOUT else WORDS[body["outcome"]],
        -level(body),
        body["comparison"] != "randomized",
        WORDS[body["outcome"]],
        -(body["sample_size"] or 0),
        BANDS.index(body["follow_up_band"]),
        body["key"],
    )


def firm(body: Body) -> int:
    """The certainty, less one step where the interval reaches below the threshold."""
    made = body["synthesis"]
    if not made or made["threshold"] is None:
        return 0
    worse = made["higher_is_worse"]
    short = made["ci_high"] > made["threshold_low"] if worse else made["ci_low"] < made["threshold_high"]
    return level(body) - short


def enough(body: Body, studies: dict[str, Any]) -> bool:
    made = body["synthesis"]
    if not made:
        return False
    parts = made["contributions"]
    if made["studies"] >= 2 and (is_review(body) or max(part["weight"] for part in parts) <= 0.75):
        return True
    return any(studies[part["study"]].get("sites", 0) > 1 and (part["people"] or 0) >= 350 for part in parts)


def verdict(entry: dict[str, Any], findings: dict[str, Any], studies: dict[str, Any]) -> str:
    """The first rule that matches."""
    bodies = kept(entry["evidence"], findings)
    groups = {group(body) for body in bodies if controlled(body)}
    only_well_being = OutcomeGroup.BURNOUT not in groups and OutcomeGroup.WELL_BEING in groups
    wanted = OutcomeGroup.WELL_BEING if only_well_being else OutcomeGroup.BURNOUT
    of_group = [body for body in bodies if group(body) is wanted]
    gain = max((level(body) for body in of_group if controlled(body) and favors(body)), default=0)
    if any(
        controlled(body)
        and (body["direction"], body["size"], body["comparator_class"])
        == ("favors-comparator", "important", "inactive")
        and level(body) >= 2
        and level(body) > gain
        for body in of_group
    ):
        return "harmful"
    headline = min((body for body in of_group if body["certainty"]), key=precedence, default=None)
    if headline:
        if favors(headline) and headline["size"] == "important" and firm(headline) >= 3 and enough(headline, studies):
            return "evidence-based"
        inactive = headline["comparator_class"] == "inactive"
        if inactive and headline["size"] == "little-or-none" and level(headline) >= 2:
            return "no-important-effect"
        if controlled(headline) and favors(headline):
            return "promising" if level(headline) >= 2 else "early-signs"
    if not any(controlled(body) and body["certainty"] for body in of_group):
        leaning = [
            {findings[path]["direction"] for path in body["counted"]} for body in bodies if not body["certainty"]
        ]
        if any(map(favors, bodies)) or {"favors-intervention"} in leaning or entry["reported"]:
            return "early-signs"
    return "uncertain" if bodies else "untested"


def test_every_verdict_follows_from_the_json(data: dict[str, Any]) -> None:
    studies = {study["slug"]: study for study in data["studies"]}
    findings = {f"{study['slug']}/{f['slug']}": f for study in data["studies"] for f in study.get("findings", ())}
    published = [entry for entry in data["interventions"] if entry["status"] == "published"]
    found = {entry["slug"]: verdict(entry, findings, studies) for entry in published}
    assert found == {entry["slug"]: entry["verdict"] for entry in published}
    assert len(set(found.values())) > 2
