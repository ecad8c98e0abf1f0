"""What would change a rating follows from the steps of its grading."""

from __future__ import annotations

from kb.check import Checked
from kb.model import Status
from kb.site.entries import intervention_page
from kb.view.catalog import Catalog
from kb.view.outlook import outlook


def _texts(real: Checked, slug: str) -> list[str]:
    return [change.text for change in outlook(real.knowledge, real.knowledge.assessments[slug])]


def test_a_trial_says_which_weakness_and_how_many_participants_stand_in_the_way(real: Checked) -> None:
    assert _texts(real, "physician-peer-coaching") == [
        "A study without this weakness could remove the step down for risk of bias and raise the certainty to "
        "moderate.",
        "A study with 400 participants or more would remove the step down for imprecision and raise the certainty "
        "to moderate.",
        "A study with a comparison group that finds it worse, or that finds no clear difference in the same "
        "outcome with the same certainty or higher, would make the verdict mixed.",
    ]


def test_several_needs_of_precision_are_named_together(real: Checked) -> None:
    texts = _texts(real, "external-professional-coaching")
    assert any("with 400 participants or more and a confidence interval would remove the step down" in t for t in texts)


def test_what_is_not_randomized_or_not_tested_says_what_would_help(real: Checked) -> None:
    assert "A randomized trial would start at high certainty, not at low." in _texts(real, "advanced-team-based-care")
    proposed = _texts(real, "schwartz-rounds")
    assert proposed[0] == (
        "A study that compares burnout with and without it and reports a figure would allow the certainty to be graded."
    )
    assert proposed[1].endswith("with low certainty or higher, would make the verdict evidence-based.")


def test_every_step_down_of_a_headline_body_is_turned_round(real: Checked) -> None:
    for entry in real.knowledge.interventions.values():
        assessment = real.knowledge.assessments[entry.slug]
        changes = outlook(real.knowledge, assessment)
        if entry.status is not Status.PUBLISHED or assessment.headline is None:
            continue
        for domain, steps, reason in assessment.headline.adjustments:
            named = [c for c in changes if c.now == reason and f"for {domain.label.lower()}" in c.text]
            assert len(named) == (1 if steps < 0 else 0), entry.slug


def test_what_nobody_prints_is_not_known_in_plain_words(real: Checked) -> None:
    catalog = Catalog(real.knowledge)
    page = intervention_page(catalog, real.knowledge.interventions["schwartz-rounds"])
    facts = {fact.label: fact.text for fact in page.facts}
    assert facts["Cost"] == facts["Effort"] == "Not known: no source that we read reports it."
    assert page.matters is None
    noted = intervention_page(catalog, real.knowledge.interventions["advanced-team-based-care"])
    assert {fact.label: fact.text for fact in noted.facts}["Cost"].startswith("Not known. Overhead cost per visit")
    peer = intervention_page(catalog, real.knowledge.interventions["physician-peer-coaching"])
    assert peer.matters is not None
    assert peer.matters.text == "Not known: no source that we read gives one for this scale."
    assert peer.compare.startswith("/compare/index.html?driver=community-support&driver=")
