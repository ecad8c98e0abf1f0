"""How text becomes terms, and which words stand for others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.check import Checked
from kb.model import Synonyms
from kb.search.synonyms import Thesaurus, contains
from kb.search.words import places, terms, tokens


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Coaches coached in coaching", ["coach", "coach", "coach"]),
        ("the physician's, the physicians\u2019 and Physicians", ["physician"] * 3),
        ("U.S. and u.s", ["us", "us"]),
        ("the US told us", ["us", "told"]),
        ("WHO CAN HELP US", ["help"]),
        ("e-mail or email", ["email", "email"]),
        ("well-being wellbeing", ["wellb", "wellb"]),
        ("in-basket", ["inbasket"]),
        ("COVID\u201119 covid19", ["covid", "covid19", "19", "covid19"]),
        ("M\xe9ni\xe8re Me\u0301nie\u0300re", ["menier", "menier"]),
        ("pays, paying, played; studies", ["pay", "pay", "play", "studi"]),
        ("ROI by Roy", ["roi", "roy"]),
        ("day-to-day", ["day", "day"]),
        ("0.60 1,200", ["0.60", "1", "200"]),
        ("https://burnout.org/x", ["http", "burnout", "org", "x"]),
        ("MBI-HSS", ["mbi", "mbihss", "hss"]),
        ("x" * 61, []),
        ("\u2029 \0 *", []),
        ("", []),
    ],
)
def test_words_become_terms(text: str, found: list[str]) -> None:
    assert [token.term for token in tokens(text)] == found


def test_tokens_say_which_characters_they_are_from() -> None:
    text = "After burn-out, a doctor's e-mail"
    assert [text[token.start : token.end] for token in tokens(text)] == [
        *("After", "burn", "burn-out", "out", "doctor's", "e-mail"),
    ]


@given(st.text() | st.text("aBé1-.'’\u0301\u2011 \x1f", max_size=20))
def test_what_is_indexed_of_a_line_is_what_is_looked_for(text: str) -> None:
    line = text.replace("\n", " ")
    assert [term for term, _ in places(line)] == [token.term for token in tokens(line)]


def test_every_spelling_of_a_group_leads_to_the_others(real: Checked) -> None:
    thesaurus = Thesaurus(real.knowledge.synonyms)
    assert real.knowledge.synonyms.groups
    for group in real.knowledge.synonyms.groups:
        spellings = {tuple(terms(spelling)) for spelling in group}
        assert () not in spellings, f"a spelling of {group} has only stop words"
        for spelling in spellings:
            others = {other for other in spellings if not contains(spelling, other)}
            assert others <= set(thesaurus.alternatives(spelling).get(spelling, ())), group


def test_words_of_everyday_find_those_of_the_field_but_not_the_other_way_around() -> None:
    thesaurus = Thesaurus(Synonyms(everyday={"docs": ("physicians", "primary care")}))
    assert thesaurus.alternatives(terms("drowning docs")) == {("doc",): (("physician",), ("primari", "care"))}
    assert thesaurus.alternatives(terms("physicians")) == {}


def test_words_that_do_not_stand_side_by_side_name_nothing() -> None:
    thesaurus = Thesaurus(Synonyms(groups=(("EHR", "electronic health record"),)))
    assert thesaurus.alternatives(terms("health of electronic sheep on record")) == {}
    assert thesaurus.alternatives(terms("the electronic health records")) == {
        ("electron", "health", "record"): (("ehr",),)
    }
