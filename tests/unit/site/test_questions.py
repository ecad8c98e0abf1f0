"""The questions that leaders ask: each is answered by the verdicts of its interventions, and by nothing written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kb.check import Checked
from kb.grading import statements


@pytest.mark.slow
def test_each_answer_is_what_the_card_of_the_intervention_says(real: Checked, built: Path) -> None:
    knowledge = real.knowledge
    assert knowledge.questions
    for question in knowledge.questions.values():
        text = (built / question.path / "index.html").read_text(encoding="utf-8")
        answers = re.findall(r'<section class="verdict [^"]*" aria-labelledby="answer-.*?</section>', text, re.S)
        assert len(answers) == len(question.interventions)
        for slug, answer in zip(question.interventions, answers, strict=True):
            assessment = knowledge.assessments[slug]
            assert f"../../interventions/{slug}/index.html" in answer
            assert statements.verdict(assessment) in answer
            if assessment.headline:
                assert statements.statement(assessment.headline) in answer


@pytest.mark.slow
def test_home_and_the_list_lead_to_every_question(real: Checked, built: Path) -> None:
    home = (built / "index.html").read_text(encoding="utf-8")
    listed = (built / "questions" / "index.html").read_text(encoding="utf-8")
    for question in real.knowledge.questions.values():
        assert f'<a href="./{question.path}index.html">{question.title}</a>' in home
        assert f'<a href="../{question.path}index.html">{question.title}</a>' in listed
