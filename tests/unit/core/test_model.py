"""The model is frozen, and documents itself."""

import json
import pickle
from dataclasses import FrozenInstanceError

import orjson
import pytest
from pydantic import BaseModel, ValidationError

from kb import model
from kb.model import KINDS, Certainty, Outcome, OutcomeGroup, Word
from kb.model.fields import meaning

RECORDS = [item for item in vars(model).values() if isinstance(item, type) and issubclass(item, BaseModel)]


def test_an_entry_cannot_be_changed(real):
    study = real.knowledge.studies["kiser-2024"]
    with pytest.raises(ValidationError):
        study.title = "Another"
    with pytest.raises(ValidationError):
        study.findings[0].estimate = 0
    with pytest.raises(AttributeError):
        study.findings.append(study.findings[0])


def test_the_knowledge_base_and_its_assessments_cannot_be_changed(real):
    with pytest.raises(FrozenInstanceError):
        real.knowledge.version = "another"
    with pytest.raises(FrozenInstanceError):
        real.knowledge.assessments["physician-peer-coaching"].verdict = "proposed"


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_every_record_is_frozen_refuses_unknown_fields_and_says_what_it_is(record):
    assert record.model_config["frozen"]
    assert record.model_config["extra"] == "forbid"
    assert record.__doc__


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_every_field_of_an_entry_is_described(kind):
    assert [name for name in kind.model_fields if not meaning(kind, name)] == []


def test_every_kind_has_a_folder_of_its_own():
    assert len({kind.folder for kind in KINDS}) == len({kind.kind for kind in KINDS}) == 7


@pytest.mark.parametrize("word", [*Certainty, *(word for kind in Word.__subclasses__() for word in kind)], ids=repr)
def test_a_value_of_a_vocabulary_has_a_label_and_goes_anywhere_as_its_value(word):
    """Label and meaning are no part of the value: it is pickled, compared and written as the value alone."""
    assert word.label
    assert pickle.loads(pickle.dumps(word)) is word is type(word)(word.value)
    assert word == word.value
    assert json.loads(json.dumps(word)) == word.value == json.loads(orjson.dumps(word))
    assert f"{word}" == str(word.value)


def test_outcomes_that_count_towards_a_verdict_say_which_way_is_good():
    for word in Outcome:
        assert (word.better is None) is (word.group is OutcomeGroup.OTHER), word


def test_an_entry_is_due_a_year_after_its_review_unless_it_says_when(real):
    from datetime import date

    study = real.knowledge.studies["kiser-2024"].model_copy(update={"reviewed": date(2026, 1, 10), "review_by": None})
    assert study.due == date(2027, 1, 10)
    assert not study.stale(date(2027, 1, 10))
    assert study.stale(date(2027, 1, 11))
    assert study.model_copy(update={"review_by": date(2026, 6, 1)}).stale(date(2026, 6, 2))


def test_a_finding_is_found_with_its_study_by_slug_and_id(real):
    study, finding = real.knowledge.evidence("kiser-2024/pfi-burnout-3-months")
    assert (study.slug, finding.id, finding.outcome) == ("kiser-2024", "pfi-burnout-3-months", "burnout")
    assert real.knowledge.evidence("kiser-2024/nothing") is None
    assert real.knowledge.evidence("nobody/nothing") is None


def test_a_scale_and_a_term_are_found_by_their_slugs(real):
    mbi, framework = real.knowledge.instruments["mbi"], real.knowledge.frameworks["agarwal-2020"]
    assert [mbi.scale(scale.slug) for scale in mbi.scales] == list(mbi.scales)
    assert [framework.term(term.slug) for term in framework.terms] == list(framework.terms)
    assert (mbi.scale("nothing"), mbi.scale(None), framework.term("nothing")) == (None, None, None)


def test_the_kinds_that_can_be_found_keep_their_order():
    """Cursors that clients hold name a kind by its place in it."""
    assert [kind.kind for kind in KINDS] == [
        *("intervention", "instrument", "study", "driver", "question", "framework", "page")
    ]
