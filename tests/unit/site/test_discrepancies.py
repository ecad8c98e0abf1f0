"""The weight of a contradiction: computed from what hangs on it, never typed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kb.check import Checked
from kb.model import Discrepancy, Study
from kb.site.lists import discrepancies_page
from kb.view.catalog import Catalog
from kb.view.evidence import Weight, discrepancies

COACHING = "physician-peer-coaching"
BEHIND = "pfi-burnout-3-months"
TEXT = {
    "place": "Table 1",
    "issue": "The table and the text do not agree here.",
    "resolution": "What the table says is recorded.",
}


@pytest.fixture(scope="module")
def catalog(real: Checked) -> Catalog:
    return Catalog(real.knowledge.public())


def _study(catalog: Catalog, *concerned: tuple[str, ...]) -> Study:
    """The trial of peer coaching with a contradiction for each group of findings."""
    found = tuple(Discrepancy.model_validate({**TEXT, "findings": names}) for names in concerned)
    return catalog.knowledge.studies["kiser-2024"].model_copy(update={"discrepancies": found})


def test_what_touches_a_verdict_comes_first_and_names_it(catalog: Catalog) -> None:
    verdict = catalog.knowledge.assessments[COACHING].headline
    assert verdict is not None
    assert f"kiser-2024/{BEHIND}" in [result.path for result in verdict.counted]
    beside = next(f.id for f in catalog.knowledge.studies["kiser-2024"].findings if not f.arms and f.id != BEHIND)
    rows = discrepancies(catalog, [_study(catalog, (), (beside,), (beside, BEHIND), (BEHIND,))])
    assert [row.weight for row in rows] == [Weight.VERDICT, Weight.VERDICT, Weight.RESULT, Weight.TEXT]
    assert [len(row.findings) for row in rows] == [2, 1, 1, 0]
    assert COACHING in [entry.slug for entry in rows[0].verdicts]
    assert not rows[2].verdicts


def test_every_contradiction_of_the_content_has_the_weight_of_its_results(catalog: Catalog) -> None:
    behind = {
        result.path
        for entry in catalog.relations.interventions
        if (body := catalog.knowledge.assessments[entry.slug].headline)
        for result in body.counted
    }
    rows = discrepancies(catalog, catalog.relations.studies)
    assert len(rows) == sum(len(study.discrepancies) for study in catalog.relations.studies)
    for row in rows:
        paths = {f"{row.study.slug}/{name}" for name in row.discrepancy.findings}
        expected = Weight.VERDICT if paths & behind else Weight.RESULT if paths else Weight.TEXT
        assert row.weight is expected
        assert bool(row.verdicts) == (row.weight is Weight.VERDICT)


def test_without_any_contradiction_there_is_no_group_and_no_filter_to_choose(catalog: Catalog) -> None:
    knowledge = catalog.knowledge
    bare = {slug: study.model_copy(update={"discrepancies": ()}) for slug, study in knowledge.studies.items()}
    page = discrepancies_page(Catalog(replace(knowledge, studies=bare)))
    assert page.groups == []
    assert not any(choices for _, _, choices in page.filters)
    assert page.total == "0 contradictions in 0 sources"
