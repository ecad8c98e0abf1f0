"""What the knowledge base promised to hold: every planned entry, with nothing left thin or unaccounted for."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from kb.check import Checked, check
from kb.grading import EFFECT
from kb.model import Comparison, KnowledgeBase, StudyDesign
from kb.problems import Severity
from kb.read.citations import cited_keys

PLANNED = {
    "interventions": """
        manage-workload whole-person-policies disconnect-off-duty recalibrate-expectations-and-pay clinician-voice
        support-professionalism foster-community advocate-external-reform resilience-training
        getting-rid-of-stupid-stuff ehr-optimization-sprints inbox-reduction verbal-orders-team-entry
        prior-authorization-support family-friendly-meeting-hours advanced-team-based-care annual-prescription-renewal
        bookend-virtual-visits buddy-system collegial-dinners small-group-curricula physician-peer-coaching
        external-professional-coaching group-coaching-high-risk peer-support-after-adverse-events
        organizational-commitment measurement-and-feedback shared-accountability distributed-leadership
        standardization-customization-balance chief-wellness-officer policy-deimplementation culture-of-connection
        schwartz-rounds mindfulness-training cognitive-behavioral-training deep-breathing-and-gratitude
        gratitude-letter-writing activity-prompts stress-management-training ai-documentation-support
        information-displays documentation-assistance leadership-and-change-training learning-health-system
        wellbeing-task-force resident-wellness-program adaptive-coping-training mental-health-literacy-training
        anti-discrimination-programs living-wage legal-protection-from-harassment safety-regulation-enforcement""",
    "instruments": """
        mbi mbi-two-item pfi uwes-9 self-valuation-scale iwpr quality-of-life-vas mini-z well-being-index miss-hp
        ahrq-sops-medical-office leader-behavior-survey practice-assessment burnout-cost-estimate intention-to-leave
        ahrq-sops-nursing-home ehr-core-measures vendor-ehr-measures""",
    "studies": """
        agarwal-2020 sinsky-2020-practices rotenstein-2022 kiser-2024 adler-milstein-2020 sinsky-2020-ehr-metrics
        melnyk-2020 west-2014 west-2016 panagioti-2017 dyrbye-2019 dyrbye-2023 sieja-2019 ashton-2018 lyon-2018
        faatz-2019 arndt-2017 steps-forward-refills-2019 carr-1998 linzer-2015 han-2019 shanafelt-goh-sinsky-2017
        discrimination-physicians-of-color ehr-optimization-roadmap essential-but-undervalued cwo-position-module
        resident-wellness-review rcmp-cadets-mental-health gratitude-at-work hrsa-workforce-survey-review
        investing-in-public-health miss-hp-validation legal-protections-public-health making-care-work-pay
        hcp-mental-health-covid multidisciplinary-wellbeing-task-force nursing-home-turnover osha-covid-safety""",
    "drivers": """
        workload administrative-burden ehr-technology workflow-efficiency staffing-teamwork autonomy-control
        role-boundaries leadership-voice values-alignment recognition-reward community-support fairness-inclusion
        work-life-integration safety-mental-health meaning-growth external-environment demoralization undervaluation
        internal-conflict""",
    "frameworks": """
        agarwal-2020 nam-demands-resources nam-six-domains areas-of-worklife wcc-actionable-strategies stanford-wellmd
        rotenstein-2022""",
    "pages": "how-to-choose how-to-measure how-we-grade about protocol for-developers for-assistants for-curators",
    "questions": """
        ai-scribes human-scribes coaching-for-residents coaching-for-attendings mindfulness-for-nurses small-groups
        peer-support-after-errors shorter-shifts more-nurses team-based-care ai-inbox-replies yoga-exercise-massage
        schwartz-rounds booked-mental-health-visits measure-every-year""",
}
TRIALS = {StudyDesign.RCT, StudyDesign.CLUSTER_RCT, StudyDesign.NON_RANDOMIZED_CONTROLLED, StudyDesign.BEFORE_AFTER}


@pytest.fixture
def kb(real: Checked) -> KnowledgeBase:
    """The published knowledge base."""
    return real.knowledge.public()


@pytest.mark.parametrize("folder", PLANNED)
def test_every_planned_entry_is_published(kb: KnowledgeBase, folder: str) -> None:
    assert set(PLANNED[folder].split()) - set(getattr(kb, folder)) == set()


def test_every_study_that_tests_an_effect_has_such_findings_or_says_why_not(kb: KnowledgeBase) -> None:
    for study in kb.studies.values():
        if study.design in TRIALS and study.findings:
            assert any(f.comparison in EFFECT for f in study.findings), study.slug


def test_every_intervention_says_what_is_not_known(kb: KnowledgeBase) -> None:
    for intervention in kb.interventions.values():
        unknown = intervention.body.partition("## What is not known")[2]
        assert len(unknown.split()) >= 15, intervention.slug


def test_every_section_of_an_entry_has_text(kb: KnowledgeBase) -> None:
    for entry in kb.entries():
        parts = re.split(r"^## .*$", entry.body, flags=re.M)[1:]
        assert all(part.strip() for part in parts), entry.path


def test_every_reference_is_cited_or_listed(kb: KnowledgeBase) -> None:
    cited = {key for entry in kb.entries() for key in cited_keys(entry)} | {item.key for item in kb.screening}
    cited |= {key for study in kb.studies.values() for key in study.reports}
    assert [r.key for r in kb.references.values() if r.key not in cited and not r.listed] == []


def test_every_discrepancy_says_what_disagrees_and_what_is_recorded(kb: KnowledgeBase) -> None:
    found = [item for study in kb.studies.values() for item in study.discrepancies]
    assert len(found) >= 36
    assert all(item.issue != item.resolution for item in found)


def test_psychometric_findings_name_their_instrument(kb: KnowledgeBase) -> None:
    for study in kb.studies.values():
        for finding in study.findings:
            assert finding.comparison is not Comparison.PSYCHOMETRIC or finding.instrument, f"{study.slug}/{finding.id}"


@pytest.mark.slow
def test_a_review_that_is_overdue_is_a_warning_and_not_an_error(project: Path) -> None:
    later = check(project / "content", date(2035, 1, 1))
    overdue = [problem for problem in later.problems if problem.code == "KB404"]
    assert overdue
    assert all(problem.severity is Severity.WARNING for problem in overdue)
    assert later.ok
