"""Properties of the real content, one test each."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from kb.check import Checked
from kb.grading.numbers import mismatches
from kb.model import Certainty, EffectDirection, EntryStatus, Finding, KnowledgeBase, Relation, Verdict
from kb.problems import Severity
from kb.read.citations import cited_keys
from kb.view.relations import relate

# The Box of the qualitative study: the solutions that it lists for each factor.
BOX = {
    "quantity-of-work": {"manage-workload", "disconnect-off-duty"},
    "content-of-work": {"manage-workload", "support-professionalism", "advocate-external-reform"},
    "responsibility-authority-mismatch": {"recalibrate-expectations-and-pay", "clinician-voice"},
    "demoralization": {
        *("manage-workload", "whole-person-policies", "disconnect-off-duty", "support-professionalism"),
        *("foster-community", "advocate-external-reform"),
    },
    "undervaluation": {"whole-person-policies", "recalibrate-expectations-and-pay", "advocate-external-reform"},
    "internal-conflict": {
        *("manage-workload", "whole-person-policies", "disconnect-off-duty", "support-professionalism"),
    },
}
SOLUTIONS = {
    *("manage-workload", "whole-person-policies", "disconnect-off-duty", "recalibrate-expectations-and-pay"),
    *("clinician-voice", "support-professionalism", "foster-community", "advocate-external-reform"),
}
# The ten rows of the trial's Table 3: change (95% CI) and relative change in percent of the coached and of the control
# arm, difference (95% CI), P value; every number with the digits printed.
TABLE_3 = {
    (("-0.51", "-1.02", "0.00"), -12, ("0.01", "-0.43", "0.45"), 0, ("-0.52", "-1.19", "0.15"), ".13"),
    (("-0.82", "-1.23", "-0.42"), -30, ("0.12", "-0.23", "0.47"), 4, ("-0.94", "-1.48", "-0.41"), ".001"),
    (("-0.71", "-1.06", "-0.35"), -22, ("0.09", "-0.22", "0.40"), 3, ("-0.79", "-1.27", "-0.32"), ".001"),
    (("-0.12", "-0.51", "0.26"), -4, ("-0.04", "-0.37", "0.30"), -1, ("-0.09", "-0.60", "0.42"), ".73"),
    (("-0.2", "-0.6", "0.2"), -10, ("0.1", "-0.2", "0.5"), 10, ("-0.4", "-0.9", "0.2"), ".18"),
    (("0.59", "0.15", "1.02"), 11, ("0.00", "-0.38", "0.38"), 0, ("0.59", "0.01", "1.16"), ".046"),
    (("0.25", "0.01", "0.48"), 6, ("-0.09", "-0.29", "0.12"), -2, ("0.33", "0.02", "0.65"), ".04"),
    (("0.13", "-0.50", "0.77"), 4, ("-0.28", "-0.83", "0.28"), -7, ("0.41", "-0.43", "1.25"), ".34"),
    (("1.40", "0.62", "2.18"), 20, ("0.40", "-0.28", "1.08"), 6, ("1.00", "-0.04", "2.04"), ".06"),
    (("2.35", "-2.92", "7.61"), 4, ("-0.21", "-4.77", "4.35"), 0, ("2.56", "-4.41", "9.52"), ".47"),
}


@pytest.fixture
def kb(real: Checked) -> KnowledgeBase:
    """The real knowledge base, drafts included."""
    return real.knowledge


def test_the_content_has_no_errors(real: Checked) -> None:
    assert [str(problem) for problem in real.problems if problem.severity is Severity.ERROR] == []


def test_every_study_has_findings_or_a_reason(kb: KnowledgeBase) -> None:
    assert [s.slug for s in kb.studies.values() if bool(s.findings) == bool(s.no_findings_reason)] == []


def test_every_finding_has_a_place_in_its_source(kb: KnowledgeBase) -> None:
    vague = [f"{s.slug}/{f.id}" for s in kb.studies.values() for f in s.findings if len(f.place) < 4]
    assert vague == []


def test_every_claim_has_a_source_and_a_place(kb: KnowledgeBase) -> None:
    claims = [(i.slug, claim) for i in kb.interventions.values() for claim in i.drivers]
    assert claims
    assert [slug for slug, claim in claims if not claim.place.strip() or claim.source not in kb.references] == []


def test_every_doi_stands_once(kb: KnowledgeBase) -> None:
    counted = Counter(r.doi.lower() for r in kb.references.values() if r.doi)
    assert [doi for doi, count in counted.items() if count > 1] == []


def test_every_figure_agrees_with_the_figures_beside_it_or_is_explained(kb: KnowledgeBase) -> None:
    settled = {(s.slug, f) for s in kb.studies.values() for d in s.discrepancies for f in d.findings}
    wrong = [
        f"{s.slug}/{f.id}"
        for s in kb.studies.values()
        for f in s.findings
        if (s.slug, f.id) not in settled and any(mismatches(f))
    ]
    assert wrong == []


def test_evidence_based_is_said_only_of_an_important_gain_of_moderate_certainty_or_more(kb: KnowledgeBase) -> None:
    for slug, assessment in kb.assessments.items():
        if assessment.verdict is Verdict.EVIDENCE_BASED:
            body = assessment.headline
            assert body is not None, slug
            assert body.controlled, slug
            assert body.direction is EffectDirection.FAVORS_INTERVENTION, slug
            assert (body.certainty or 0) >= Certainty.MODERATE, slug


def test_no_page_calls_untested_what_was_tested(kb: KnowledgeBase) -> None:
    for slug, assessment in kb.assessments.items():
        assert (assessment.verdict is Verdict.UNTESTED) == (not assessment.bodies and not assessment.reported), slug


def test_every_work_that_is_cited_is_known(kb: KnowledgeBase) -> None:
    missing = {key for entry in kb.entries() for key in cited_keys(entry)} - kb.references.keys()
    assert missing == set()


def table_3(kb: KnowledgeBase) -> list[Finding]:
    """The findings recorded from the trial's outcome table."""
    return [f for f in kb.studies["kiser-2024"].findings if f.place.startswith("Table 3")]


def test_the_trial_has_the_ten_rows_of_its_outcome_table_as_printed_with_both_arms(kb: KnowledgeBase) -> None:
    def digits(estimate: Decimal | None, ci: tuple[Decimal, Decimal] | None) -> tuple[str, ...]:
        return (str(estimate), *(str(end) for end in ci or ()))

    recorded = [
        (
            *(part for arm in row.arms for part in (digits(arm.change, arm.ci), arm.relative_change)),
            digits(row.estimate, row.ci),
            row.p,
        )
        for row in table_3(kb)
    ]
    assert len(recorded) == 10
    assert set(recorded) == TABLE_3


def test_the_rows_of_the_outcome_table_are_randomized_with_their_numbers_analysed(kb: KnowledgeBase) -> None:
    for row in table_3(kb):
        assert (row.comparison, row.n, [arm.n for arm in row.arms]) == ("randomized", 123, [52, 71]), row.id
        assert row.instrument, row.id


def test_the_differences_of_the_trial_are_those_of_its_arms(kb: KnowledgeBase) -> None:
    for row in table_3(kb):
        coached, waited = (arm.change or Decimal() for arm in row.arms)
        assert row.estimate is not None
        # All three are rounded, in one row to a single digit.
        assert abs(coached - waited - row.estimate) <= Decimal("0.1"), row.id


def test_peer_coaching_is_promising_for_burnout_with_low_certainty(kb: KnowledgeBase) -> None:
    assessment = kb.assessments["physician-peer-coaching"]
    body = assessment.headline
    assert body is not None
    assert (assessment.verdict, str(body.key)) == (Verdict.PROMISING, "burnout/inactive/short/randomized")
    assert "kiser-2024/pfi-burnout-3-months" in [result.path for result in body.counted]
    assert {(each.domain, each.steps) for each in body.adjustments} == {("risk_of_bias", -1), ("imprecision", -1)}


def test_the_eight_solutions_are_not_called_effective(kb: KnowledgeBase) -> None:
    for slug in SOLUTIONS - {"manage-workload"}:
        assert kb.assessments[slug].verdict is Verdict.UNTESTED, slug
    assert kb.assessments["manage-workload"].certainty in (None, Certainty.VERY_LOW)


def stated_in_the_box(kb: KnowledgeBase) -> dict[str, set[str]]:
    """The interventions with a stated claim in each term of the qualitative study."""
    found: dict[str, set[str]] = {term.slug: set() for term in kb.frameworks["agarwal-2020"].terms}
    for intervention in kb.interventions.values():
        for claim in intervention.drivers:
            framework, _, term = (claim.term or "").partition("/")
            if framework == "agarwal-2020" and claim.basis == "stated":
                found[term].add(intervention.slug)
    return found


def test_the_box_of_the_qualitative_study_comes_back_by_framework_term(kb: KnowledgeBase) -> None:
    assert {term: slugs for term, slugs in stated_in_the_box(kb).items() if slugs} == BOX


def test_the_same_mapping_reads_through_the_canonical_drivers(kb: KnowledgeBase) -> None:
    relations = relate(kb)
    for term in kb.frameworks["agarwal-2020"].terms:
        for mapping in term.mappings:
            if mapping.relation is not Relation.RELATED:
                addressed = {i.slug for i in relations.interventions_of_driver.get(mapping.driver, ())}
                assert BOX.get(term.slug, set()) <= addressed, (term.slug, mapping.driver)


def test_only_the_boxs_own_solutions_carry_its_terms_as_stated(kb: KnowledgeBase) -> None:
    assert set().union(*stated_in_the_box(kb).values()) <= SOLUTIONS


@pytest.mark.parametrize(
    ("study", "printed"), [("agarwal-2020", 46), ("sinsky-2020-practices", 86), ("kiser-2024", 40)]
)
def test_every_work_of_a_printed_reference_list_is_recorded(kb: KnowledgeBase, study: str, printed: int) -> None:
    listed = Counter(item.number for r in kb.references.values() for item in r.listed if item.study == study)
    assert listed == Counter(range(1, printed + 1))


def test_every_published_intervention_speaks_of_a_driver_that_is_published(kb: KnowledgeBase) -> None:
    for intervention in kb.public().interventions.values():
        for claim in intervention.drivers:
            assert claim.driver in kb.drivers, (intervention.slug, claim.driver)
            assert kb.drivers[claim.driver].status is EntryStatus.PUBLISHED, (intervention.slug, claim.driver)


def test_every_driver_of_the_vocabulary_is_there(kb: KnowledgeBase) -> None:
    kinds = Counter(str(driver.driver_kind) for driver in kb.drivers.values())
    assert kinds == {"driver": 16, "manifestation": 3}


def test_titles_are_unique_within_a_kind(kb: KnowledgeBase) -> None:
    titles = Counter((entry.kind, entry.title.casefold()) for entry in kb.entries())
    assert [title for title, count in titles.items() if count > 1] == []


@pytest.mark.slow
def test_the_words_are_our_own(project: Path) -> None:
    tool = project.parent / "shared" / "tools" / "copied-sentences"
    if not tool.exists():
        pytest.skip("the source documents are not on this machine")
    result = subprocess.run([sys.executable, tool, project / "content"], capture_output=True, text=True, check=False)
    assert re.search(r"^0 shared runs", result.stdout, re.M), result.stdout
