"""Who points at whom: strongest evidence first, and nothing that was withdrawn or is a draft."""

import pytest

from kb.check import check
from kb.grading import strength
from kb.model import ClaimBasis
from kb.view.relations import relate


@pytest.fixture
def relations(content, today):
    """The relations of the small valid content with some files added or replaced."""
    return lambda files=None: relate(check(content(files), today).knowledge)


def intervention(title, basis="inferred", status="published", more=""):
    return (
        f"---\ntitle: {title}\nsummary: A way.\nstatus: {status}\nreviewed: 2026-11-01\n"
        "category: workflow\nlevel: team\n"
        f"drivers:\n  - {{driver: workload, basis: {basis}, source: trial-2024, place: Box 1}}\n{more}---\n"
    )


def slugs(entries):
    return [entry.slug for entry in entries]


def test_the_interventions_of_a_driver_stand_strongest_first(relations):
    """By what ties them to it, then by their verdict; a theme that only came up is no tie."""
    found = relations(
        {
            "interventions/b-proposed.md": intervention("B"),
            "interventions/a-proposed.md": intervention("C"),
            "interventions/said.md": intervention("D", "stated"),
            "interventions/talked-about.md": intervention("A", "discussed"),
        }
    )
    order = ["quiet-hours", "said", "b-proposed", "a-proposed"]
    assert slugs(found.interventions_of_driver["workload"]) == order
    assert slugs(found.interventions) == ["quiet-hours", "talked-about", "b-proposed", "a-proposed", "said"]


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
    """Those that are tied to it in the same way; a measured gain comes first, and a theme that came up last."""
    knowledge = real.knowledge
    bases = list(ClaimBasis)
    for ties in relate(knowledge).ties_of_driver.values():
        keys = [
            (
                bases.index(tie.basis),
                not tie.favors,
                strength(tie.intervention, knowledge.assessments[tie.intervention.slug]),
            )
            for tie in ties
        ]
        assert keys == sorted(keys)
