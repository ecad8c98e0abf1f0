"""Who points at whom: strongest evidence first, and nothing that was withdrawn or is a draft."""

import pytest

from kb.check import check
from kb.grading import strength
from kb.view.relations import relate


@pytest.fixture
def relations(content, today):
    """The relations of the small valid content with some files added or replaced."""
    return lambda files=None: relate(check(content(files), today).knowledge)


def intervention(title, evidence="", status="published", more=""):
    return (
        f"---\ntitle: {title}\nsummary: A way.\nstatus: {status}\nreviewed: 2026-11-01\n"
        "category: workflow\nlevel: team\n"
        "drivers:\n  - {driver: workload, basis: inferred, source: trial-2024, place: Box 1}\n"
        f"{more}evidence: [{evidence}]\n---\n"
    )


BODY = "{{id: burnout, outcome: burnout, comparator: Usual work, follow_up: 3 months, findings: [{0}]}}"


def slugs(entries):
    return [entry.slug for entry in entries]


def test_the_interventions_of_a_driver_stand_strongest_first(relations):
    found = relations(
        {
            "interventions/b-proposed.md": intervention("B"),
            "interventions/a-proposed.md": intervention("C"),
            "interventions/tested.md": intervention("Z", BODY.format("trial-2024/fell-in-many")),
            "interventions/promising.md": intervention("A", BODY.format("trial-2024/before-after")),
        }
    )
    order = ["tested", "quiet-hours", "promising", "b-proposed", "a-proposed"]
    assert slugs(found.interventions_of_driver["workload"]) == order
    assert slugs(found.interventions) == order


def test_drafts_and_withdrawn_entries_are_in_no_list(relations):
    gone = "withdrawn: {date: 2026-11-01, reason: It was retracted.}\n"
    found = relations(
        {
            "interventions/draft.md": intervention("Draft", status="draft"),
            "interventions/gone.md": intervention("Gone", status="withdrawn", more=gone),
        }
    )
    assert slugs(found.interventions) == ["quiet-hours"]
    assert slugs(found.interventions_of_driver["workload"]) == ["quiet-hours"]
    assert "retracted-2019" not in slugs(found.studies)
    assert "unfinished" not in slugs(found.drivers)
    assert "retracted-2019" not in slugs(found.studies_of_instrument["pfi"])
    assert "retracted-2019" not in slugs(found.cited_by["trial-2024"])


def test_a_slug_without_relations_is_missing(relations):
    assert "nobody" not in relations().interventions_of_driver


def test_studies_and_interventions_point_at_each_other(relations):
    found = relations()
    assert slugs(found.interventions_of_study["trial-2024"]) == ["quiet-hours"]
    assert slugs(found.studies_of_intervention["quiet-hours"]) == ["trial-2024"]
    assert slugs(found.interventions_of_instrument["pfi"]) == ["quiet-hours"]
    assert slugs(found.instruments_of_driver["workload"]) == ["pfi"]


def test_an_entry_stands_once_in_a_list_however_often_it_points_there(relations):
    assert slugs(relations().interventions_of_term["themes/kind-of-work"]) == ["quiet-hours"]


def test_the_crosswalk_is_read_from_the_drivers_side(relations):
    found = relations().crosswalk_of_driver["paperwork"]
    told = [(framework.slug, term.slug, str(mapping.relation)) for framework, term, mapping in found]
    assert told == [("themes", "kind-of-work", "narrowMatch"), ("themes", "too-much-work", "relatedMatch")]


def test_everyone_who_cites_a_work_is_listed(relations):
    assert {"workload", "pfi", "quiet-hours"} <= set(slugs(relations().cited_by["trial-2024"]))


def test_the_real_interventions_of_every_driver_stand_strongest_first(real):
    knowledge = real.knowledge
    for group in relate(knowledge).interventions_of_driver.values():
        keys = [strength(item, knowledge.assessments[item.slug]) for item in group]
        assert keys == sorted(keys)
