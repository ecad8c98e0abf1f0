"""What a query finds, in which order, and what is told beside it."""

from __future__ import annotations

import itertools
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.check import Checked
from kb.model import KINDS, Certainty, Entry, EntryStatus, Intervention, KnowledgeBase, Study, Synonyms
from kb.read import synonyms
from kb.search import Highlight, Hit, Results, SearchEngine, SearchFilter, WhooshEngine
from kb.search.documents import Document, documents
from kb.search.embedded.store import index_documents
from kb.search.lexicon import Lexicon
from kb.search.query import MAX_ALTERNATIVES, MAX_QUOTED, MAX_WORDS, ParsedQuery
from kb.search.query import parse as parse_query
from kb.search.spelling import MAX_CORRECTIONS, Speller, english
from kb.search.synonyms import Thesaurus
from kb.search.weights import IDENTIFIED
from kb.search.words import LONGEST, spellings

SYNONYMS = synonyms.parse((Path(__file__).parents[3] / "content/synonyms.yml").read_text(), "synonyms.yml")[0]
GROUPS = SYNONYMS.groups


def parse(text: str, synonyms: Synonyms = SYNONYMS) -> ParsedQuery:
    """A query as an index without entries understands it."""
    values = {field: dict[str, str]() for field in ("kind", "driver", "verdict", "certainty", "year")}
    return parse_query(
        text, Lexicon(Thesaurus(synonyms), Speller({}), set[str]().__contains__, lambda _term: 1.0, values)
    )


def found(results: Results) -> list[str]:
    return [f"{hit.kind}/{hit.slug}" for hit in results.hits]


def joined(hit: Hit, field: str) -> str:
    return next("".join(part.text for part in h.parts) for h in hit.highlights if h.field == field)


def published(knowledge: KnowledgeBase) -> list[Entry]:
    entries = [entry for kind in KINDS for entry in knowledge.of_kind(kind).values()]
    return [entry for entry in entries if entry.status is EntryStatus.PUBLISHED]


def test_any_word_of_a_question_may_match_and_the_best_match_stands_first(index: SearchEngine) -> None:
    assert found(index.search("What can coaches do for my unheard-of zeppelin?"))[0] == "intervention/coaching"


@pytest.mark.parametrize("query", ["mindfulness", "meditation", "Balint", "yoga", "violence prevention"])
def test_a_word_for_interventions_brings_one_of_them_before_studies(real_index: SearchEngine, query: str) -> None:
    assert found(real_index.search(query))[0].startswith("intervention/")


@pytest.mark.parametrize(
    ("query", "title"),
    [("mindfulness", "Mindfulness"), ("exercise", "Exercise"), ("app", "apps"), ("workplace violence", "violence")],
)
def test_a_title_with_the_word_as_typed_comes_before_one_with_another_spelling(
    real_index: SearchEngine, real: Checked, query: str, title: str
) -> None:
    hit = real_index.search(query, limit=1).hits[0]
    assert hit.kind == "intervention"
    assert title in real.knowledge.interventions[hit.slug].title


def _pages(synonyms: Synonyms, **titles: str) -> SearchEngine:
    """An index of pages that differ in their titles alone, with as many others that share no word with them."""
    pages = [Document("page", slug, title) for slug, title in titles.items()]
    others = [Document("page", f"other-{n}", f"Filler {n}") for n in range(20)]
    return WhooshEngine(index_documents([*pages, *others]), "", {}, synonyms)


def test_everyday_words_find_those_of_the_field_and_not_the_other_way_around() -> None:
    index = _pages(Synonyms(everyday={"docs": ("physician",)}), field="Physician lounge", everyday="Docs lounge")
    assert found(index.search("docs")) == ["page/everyday", "page/field"]
    assert found(index.search("physician")) == ["page/field"]


def test_another_spelling_counts_less_than_what_was_typed_and_the_less_the_rarer_it_is() -> None:
    """Rare words score high; a page found by one in the place of a common word must not come before all of that."""
    of_own = []
    for common in (1, 12):
        titles = {f"typed-{n}": "Physician lounge" for n in range(common)}
        index = _pages(Synonyms(groups=(("physician", "medic"),)), rare="Medic lounge", **titles)
        other, own = ({hit.slug: hit.score for hit in index.search(q, limit=99).hits} for q in ("physician", "medic"))
        of_own.append(other["rare"] / own["rare"])
    assert 1 > of_own[0] > of_own[1] > 0


def test_a_name_of_several_words_counts_once_as_its_words_or_as_another_spelling() -> None:
    index = _pages(
        Synonyms(abbreviations={"CWO": ("chief wellness officer",)}),
        words="Chief wellness officer lounge",
        short="CWO lounge",
        both="Chief wellness officer CWO",
    )
    scores = {hit.slug: hit.score for hit in index.search("chief wellness officer").hits}
    assert scores["words"] == pytest.approx(scores["both"])
    assert 0 < scores["short"] < scores["words"]


def test_a_short_form_in_capitals_finds_what_it_stands_for_and_the_word_in_small_letters_does_not() -> None:
    synonyms = Synonyms(capitals={"APP": ("nurse practitioner",)}, groups=(("app", "application"),))
    index = _pages(synonyms, app="An app", application="An application", nurse="A nurse practitioner")
    assert set(found(index.search("APP"))) == {"page/app", "page/application", "page/nurse"}
    assert found(index.search("app")) == ["page/app", "page/application"]


def test_a_word_finds_its_other_forms(index: SearchEngine) -> None:
    assert "intervention/scribes" in found(index.search("scribing"))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("EMR", "driver/ehr"),
        ("electronic health records", "driver/ehr"),
        ("documentation", "intervention/scribes"),
        ("burned out", "instrument/mini"),
        ("burned-out", "instrument/mini"),
        ("Quantity", "driver/workload"),
        ("PFI", "instrument/pfi"),
        ("waitlist", "study/coaching-trial"),
    ],
)
def test_an_entry_is_found_by_other_names(index: SearchEngine, query: str, expected: str) -> None:
    assert expected in found(index.search(query))


def test_drafts_and_withdrawn_entries_are_not_found(index: SearchEngine) -> None:
    assert index.search("zebra sketched").total == 0


def test_a_quoted_phrase_must_stand_as_quoted(index: SearchEngine) -> None:
    assert found(index.search('"moral injury"')) == ["study/survey"]
    assert found(index.search("“moral injury”")) == ["study/survey"]
    assert found(index.search('huddle "moral injury"')) == ["study/survey"]
    assert index.search('"injury moral"').total == 0


def test_a_phrase_does_not_reach_from_one_part_of_an_entry_into_the_next(index: SearchEngine) -> None:
    assert index.search("surgeons felt better").total
    assert index.search('"better alpha"').total == 0


@pytest.mark.parametrize(
    "query",
    ["hudd*", "huddl?", "title:huddle", "[a TO z]", "kind:nothing", "year:huddle", "huddle OR work", "huddle - work"],
)
def test_what_is_no_operator_is_words(index: SearchEngine, query: str) -> None:
    words = "".join(character if character.isalnum() else " " for character in query)
    assert (index.search(query).hits, index.search(query).total) == (
        index.search(words).hits,
        index.search(words).total,
    )


@pytest.mark.parametrize("query", ["*", "?!", "the of and", '""', '"the"', "AND OR NOT", "\ud800", "\0"])
def test_a_query_without_a_word_to_look_for_finds_nothing(index: SearchEngine, query: str) -> None:
    assert index.search(query).total == 0


@pytest.mark.parametrize("query", ["", "  \n", "\u2029"])
def test_a_blank_query_finds_all_that_passes_the_filter_in_order_of_kind_and_slug(
    index: SearchEngine, knowledge: KnowledgeBase, query: str
) -> None:
    results = index.search(query, SearchFilter(kinds=("study", "instrument")), limit=100)
    assert found(results) == ["instrument/mini", "instrument/pfi", "study/coaching-trial", "study/survey"]
    assert {hit.score for hit in results.hits} == {0.0}
    assert index.search(query).total == len(published(knowledge))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.text(st.characters(), max_size=60)
    | st.lists(st.sampled_from([*'"*?[]{}():^~-+\\&|!', " TO ", " AND ", "NOT ", "huddle", "coach", "é", "倦怠"])).map(
        "".join
    )
)
def test_any_text_is_a_query(index: SearchEngine, query: str) -> None:
    results = index.search(query)
    assert results.total >= len(results.hits)


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"word{number} " for number in range(2_000)),
        "".join(f'"word{number} other{number}" ' for number in range(500)),
        '"' + "huddle " * 1_000 + '"',
        " ".join(spelling for group in GROUPS for spelling in group),
        " ".join(f'"{spelling}"' for group in GROUPS for spelling in group) + " huddle" * 100,
    ],
)
def test_only_so_much_of_a_query_is_looked_for(text: str) -> None:
    """Whatever its length: the cost of a search grows with the terms that are looked for."""
    question = parse(text)
    assert len(question.words) <= MAX_WORDS
    assert sum(map(len, question.phrases)) <= MAX_QUOTED
    assert sum(map(len, question.alternatives.values())) <= MAX_ALTERNATIVES
    assert question.words or question.phrases


def test_what_comes_first_in_a_long_query_counts(index: SearchEngine) -> None:
    """The rest is passed over, in a phrase too."""
    others = "".join(f" word{number}" for number in range(100))
    assert found(index.search("moral" + others)) == found(index.search("moral"))
    assert index.search(others + " moral").total == 0
    assert index.search('"moral injury"' + "".join(f' "word{n} {n}"' for n in range(9))).total == 0


def test_what_is_too_long_to_be_a_word_is_not_looked_for() -> None:
    assert parse("a" * LONGEST).words
    assert not parse("a" * (LONGEST + 1)).words


def test_only_the_first_unknown_words_are_corrected(index: SearchEngine) -> None:
    """Each costs a walk through all words of the index."""
    assert index.search("hudle " * 20).suggestion == "huddle " * 20
    unknown = [f"qqqqqq{letter}" for letter in "abcdefghi"]
    assert index.search(" ".join([*unknown[: MAX_CORRECTIONS - 1], "hudle"])).suggestion
    assert index.search(" ".join([*unknown[:MAX_CORRECTIONS], "hudle"])).suggestion is None


def test_hits_stand_by_score_then_by_kind_and_slug(index: SearchEngine) -> None:
    hits = index.search("daily huddle or coaching of surgeons", limit=100).hits
    places = [(-hit.score, f"{hit.kind}/{hit.slug}") for hit in hits]
    assert places == sorted(places)
    assert len({hit.score for hit in hits}) < len(hits), "there must be ties for this test to say anything"


@pytest.mark.parametrize("query", ["huddle work", ""])
@pytest.mark.parametrize("limit", [1, 3, 7])
def test_going_on_after_the_last_hit_visits_each_once(index: SearchEngine, query: str, limit: int) -> None:
    whole = index.search(query, limit=1000)
    seen: list[Hit] = []
    after = None
    for _ in range(whole.total + 1):
        page = index.search(query, limit=limit, after=after)
        assert (page.total, page.facets) == (whole.total, whole.facets)
        seen += page.hits
        if not page.has_next:
            break
        after = page.hits[-1].place
    assert seen == list(whole.hits)


def test_results_go_on_after_a_place_whose_entry_is_gone(index: SearchEngine) -> None:
    hits = index.search("huddle", limit=100).hits
    after = (hits[4].score, f"{hits[4].kind}/{hits[4].slug}-gone")
    page = index.search("huddle", limit=100, after=after)
    assert page.hits == hits[5:]
    assert (page.has_next, page.has_previous) == (False, True)


def test_results_say_whether_anything_stands_before_them(index: SearchEngine) -> None:
    """Also where the place after which they begin was never that of a hit."""
    first = index.search("huddle", limit=1)
    assert (first.has_next, first.has_previous) == (True, False)
    assert not index.search("huddle", after=(first.hits[0].score + 1, "study/any")).has_previous
    assert index.search("huddle", after=first.hits[0].place).has_previous
    assert index.search("huddle", after=(0.0, "study/any")).has_previous


def test_a_limit_of_none_or_less_shows_no_hits(index: SearchEngine) -> None:
    results = index.search("huddle", limit=0)
    assert (results.hits, results.total, results.has_next) == ((), 20, True)
    assert index.search("huddle", limit=-5).hits == ()


def _drivers(entry: Entry) -> set[str]:
    if isinstance(entry, Intervention):
        return {claim.driver for claim in entry.drivers}
    return {entry.slug} if entry.kind == "driver" else set(getattr(entry, "drivers", ()))


def _passes(entry: Entry, knowledge: KnowledgeBase, wanted: SearchFilter) -> bool:
    assessment = knowledge.assessments.get(entry.slug) if isinstance(entry, Intervention) else None
    certainty = (assessment.certainty if assessment else None) or 0
    return (
        (not wanted.kinds or entry.kind in wanted.kinds)
        and (not wanted.drivers or bool(_drivers(entry) & set(wanted.drivers)))
        and (not wanted.verdicts or (assessment is not None and assessment.verdict in wanted.verdicts))
        and (not wanted.designs or (isinstance(entry, Study) and entry.design in wanted.designs))
        and (not wanted.outcomes or (assessment is not None and assessment.outcome in wanted.outcomes))
        and (wanted.min_certainty is None or certainty >= wanted.min_certainty)
        and (not wanted.certainties or certainty in wanted.certainties)
        and wanted.graded in (None, certainty > 0)
    )


@pytest.mark.slow
def test_filters_pass_what_a_look_at_every_entry_passes(index: SearchEngine, knowledge: KnowledgeBase) -> None:
    some = 0
    for kinds, drivers, verdicts, certainty, designs, (outcomes, certainties, graded) in itertools.product(
        [(), ("study",), ("intervention", "driver"), ("nothing",)],
        [(), ("ehr", "workload"), ("\ud800",)],
        [(), ("evidence-based",), ("untested", "evidence-based"), ("harmful",)],
        [None, Certainty.VERY_LOW, Certainty.HIGH],
        [(), ("rct", "cross-sectional")],
        [
            *(((), (), None), (("burnout", "stress"), (), None), ((), (Certainty.HIGH, Certainty.LOW), None)),
            *(((), (), True), ((), (), False), ((), (Certainty.HIGH,), False), (("stress",), (), True)),
        ],
    ):
        wanted = SearchFilter(kinds, drivers, verdicts, certainty, designs, outcomes, certainties, graded)
        expected = sorted(f"{e.kind}/{e.slug}" for e in published(knowledge) if _passes(e, knowledge, wanted))
        assert found(index.search("", wanted, limit=1000)) == expected, wanted
        among = set(found(index.search("huddle work surgeons coaching", limit=1000)))
        asked = index.search("huddle work surgeons coaching", wanted, limit=1000)
        assert sorted(found(asked)) == sorted(among & set(expected)), wanted
        some += 0 < len(expected) < len(among)
    assert some > 20


def test_a_filter_does_not_change_scores(index: SearchEngine) -> None:
    free = {(hit.kind, hit.slug): hit.score for hit in index.search("workload", limit=100).hits}
    narrowed = index.search("workload", SearchFilter(kinds=("driver",)), limit=100).hits
    assert narrowed
    assert all(free[hit.kind, hit.slug] == hit.score for hit in narrowed)


def test_facets_count_the_whole_result_with_labels_for_people(index: SearchEngine) -> None:
    results = index.search("", SearchFilter(drivers=("workload",)), limit=1)
    facets = {facet.field: [(v.value, v.label, v.count) for v in facet.values] for facet in results.facets}
    assert facets == {
        "kind": [
            ("study", "Study", 2),
            ("driver", "Driver", 1),
            ("instrument", "Instrument", 1),
            ("intervention", "Intervention", 1),
        ],
        "driver": [("workload", "Workload", 5), ("ehr", "EHR and technology", 1)],
        "verdict": [("evidence-based", "Evidence-based", 1)],
        "outcome": [("burnout", "Burnout", 1)],
        "certainty": [("high", "High", 1)],
        "design": [("cross-sectional", "Cross-sectional study", 1), ("rct", "Randomized controlled trial", 1)],
    }


def test_highlights_are_plain_text_in_parts(index: SearchEngine) -> None:
    hit = next(hit for hit in index.search("coach colleagues").hits if hit.slug == "coaching")
    assert joined(hit, "title") == "Peer coaching"
    assert joined(hit, "summary") == "Peer coaching in a sentence."
    assert joined(hit, "body") == "Colleagues coach each other."
    body = next(h for h in hit.highlights if h.field == "body")
    assert [part.text for part in body.parts if part.matched] == ["Colleagues", "coach"]


def test_words_of_a_phrase_are_marked_only_where_they_stand_together(index: SearchEngine) -> None:
    (hit,) = index.search('"moral injury"').hits
    body = next(h for h in hit.highlights if h.field == "body")
    assert [part.text for part in body.parts if part.matched] == ["Moral", "injury"]


def test_a_field_without_a_match_has_no_highlight(index: SearchEngine) -> None:
    (hit,) = index.search("chaos").hits
    assert [highlight.field for highlight in hit.highlights] == ["body"]


def test_a_misspelled_query_that_finds_nothing_is_corrected(index: SearchEngine) -> None:
    results = index.search("Daily hudle!", SearchFilter(kinds=("study",)))
    assert (results.total, results.suggestion) == (0, None), "the correction must find more under the same filter"
    assert index.search("hudle").suggestion == "huddle"
    assert index.search('"suvrey of surgoens"').suggestion == '"survey of surgeons"'


def test_a_word_that_is_right_or_has_no_near_spelling_is_not_corrected(index: SearchEngine) -> None:
    assert index.search("xylophone").suggestion is None
    assert index.search("zzqxv").suggestion is None
    assert index.search("chaos").suggestion is None
    assert index.search("hurdle").suggestion is None, "an English word that no entry has"
    assert index.search("huddling").suggestion is None, "another form of a word that an entry has"


def test_a_misspelt_word_among_right_ones_is_corrected_and_its_results_are_shown(index: SearchEngine) -> None:
    results = index.search("daily hudle of surgeons")
    assert results.suggestion == "daily huddle of surgeons"
    assert results.hits == index.search("daily huddle of surgeons").hits


@pytest.fixture(scope="module")
def written(real: Checked) -> Counter[str]:
    """In how many published entries each word of the content is."""
    return Counter(
        word
        for document in documents(real.knowledge)
        for word in {token.term for texts in document.parts.values() for text in texts for token in spellings(text)}
        if word.isalpha() and word.isascii()
    )


def test_none_of_2000_right_words_is_corrected(real_index: SearchEngine, written: Counter[str]) -> None:
    right = [*sorted(english())[::63], *sorted(written)[:: len(written) // 1000]]
    assert len(right) >= 2_000
    assert [word for word in right if real_index.search(f"{word} burnout", limit=0).suggestion] == []


def test_180_of_200_misspelt_words_beside_a_right_one_are_corrected(
    real_index: SearchEngine, written: Counter[str]
) -> None:
    """A letter is left out, doubled, replaced or swapped with the next, at random with a fixed seed."""
    chance = Random(16)
    words = sorted(word for word, entries in written.items() if 6 <= len(word) <= 14 and entries >= 10)
    wrong: dict[str, str] = {}
    while len(wrong) < 200:
        word = chance.choice(words)
        at = chance.randrange(1, len(word) - 1)
        first, letter, after, rest = word[:at], word[at], word[at + 1], word[at + 2 :]
        new = chance.choice("abcdefghijklmnopqrstuvwxyz")
        slip = first + chance.choice([after, letter + letter + after, new + after, after + letter]) + rest
        if slip not in written and slip not in english():
            wrong[slip] = word
    asked = {f"burnout {slip} of nurses": f"burnout {word} of nurses" for slip, word in wrong.items()}
    assert sum(real_index.search(query, limit=0).suggestion == right for query, right in asked.items()) >= 180


@pytest.mark.parametrize(
    ("query", "without"),
    [
        ("surgeons -waitlist", "coaching-trial"),
        ("surgeons NOT waitlist", "coaching-trial"),
        ('surgeons -"moral injury"', "survey"),
        ("surgeons −waitlist", "coaching-trial"),
    ],
)
def test_what_must_not_be_there_is_not(index: SearchEngine, query: str, without: str) -> None:
    every, left = index.search("surgeons", limit=100), index.search(query, limit=100)
    assert left.total < every.total
    assert without in {hit.slug for hit in every.hits}
    assert without not in {hit.slug for hit in left.hits}


def test_without_other_words_everything_else_is_found(index: SearchEngine, knowledge: KnowledgeBase) -> None:
    assert index.search("-huddle").total == len(published(knowledge)) - index.search("huddle").total


def test_a_small_not_is_a_word(index: SearchEngine) -> None:
    assert index.search("not huddle").hits == index.search("huddle").hits


@pytest.mark.parametrize(
    ("query", "filter"),
    [
        ("huddle kind:intervention", SearchFilter(kinds=("intervention",))),
        ("huddle kind:Interventions kind:study", SearchFilter(kinds=("intervention", "study"))),
        ("driver:workload surgeons", SearchFilter(drivers=("workload",))),
        ('surgeons Driver:"EHR and technology"', SearchFilter(drivers=("ehr",))),
        ("verdict:evidence-based", SearchFilter(verdicts=("evidence-based",))),
        ("certainty:HIGH", SearchFilter(certainties=(Certainty.HIGH,))),
    ],
)
def test_a_field_and_a_value_narrow_as_a_filter_does(index: SearchEngine, query: str, filter: SearchFilter) -> None:
    word = next((word for word in ("huddle", "surgeons") if word in query), "")
    assert found(index.search(query, limit=100)) == found(index.search(word, filter, limit=100)) != []


def test_a_value_after_a_minus_is_left_out(index: SearchEngine) -> None:
    assert {hit.kind for hit in index.search("-kind:intervention -kind:driver", limit=100).hits} == {
        "instrument",
        "study",
    }


@pytest.mark.parametrize(
    "query", ["author:west", "author:West year:2016", "https://doi.org/10.1016/S0140-6736(16)31279-X"]
)
def test_a_study_is_found_by_its_author_year_and_doi(real_index: SearchEngine, real: Checked, query: str) -> None:
    results = real_index.search(query, limit=5)
    assert 0 < results.total < 30


def test_every_doi_and_registration_finds_its_study_first(real_index: SearchEngine, real: Checked) -> None:
    for study in real.knowledge.studies.values():
        reference = real.knowledge.references[study.reference]
        for typed in filter(None, (reference.doi, study.registration)):
            for form in (typed, f"https://doi.org/{typed.upper()}"):
                if study.status is EntryStatus.PUBLISHED:
                    hits = [hit for hit in real_index.search(form, limit=3).hits if hit.score > IDENTIFIED / 2]
                    assert study.slug in {hit.slug for hit in hits}, form


def test_threads_get_the_answers_that_one_alone_gets(index: SearchEngine) -> None:
    queries = ["huddle", "coaching of surgeons", "hudle", '"moral injury"', "EMR", ""] * 8

    def answer(query: str) -> tuple[Results, list[tuple[Highlight, ...]]]:
        results = index.search(query)
        return results, [hit.highlights for hit in results.hits]

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(answer, queries))
    assert together == [answer(query) for query in queries]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("mini z", "instrument/mini-z"),
        ("is the maslach free", "instrument/mbi"),
        ("losing doctors to other jobs", "instrument/intention-to-leave"),
        ("docs drowning in messages", "intervention/inbox-reduction"),
        ("AI scribe", "question/ai-scribes"),
        ("CBT", "intervention/cognitive-behavioral-training"),
        ("PPE", "intervention/safety-regulation-enforcement"),
        ("telehealth", "intervention/bookend-virtual-visits"),
        ("GROSS", "intervention/getting-rid-of-stupid-stuff"),
        ("kiser jama 2024", "study/kiser-2024"),
        ("how do we grade evidence", "page/how-we-grade"),
        ("NAM six domains", "framework/nam-six-domains"),
        ("notes at night", "driver/ehr-technology"),
        ("ROI", "study/shanafelt-goh-sinsky-2017"),
        ("second victims", "intervention/peer-support-after-adverse-events"),
        ("chief wellness officer", "intervention/chief-wellness-officer"),
        ("work-life balance", "driver/work-life-integration"),
    ],
)
def test_what_people_type_brings_the_right_page_first(real_index: SearchEngine, query: str, expected: str) -> None:
    assert found(real_index.search(query, limit=1)) == [expected]


def test_the_abbreviation_of_an_instrument_brings_it_first(real_index: SearchEngine, real: Checked) -> None:
    for slug, instrument in real.knowledge.instruments.items():
        if instrument.abbreviation:
            assert found(real_index.search(instrument.abbreviation, limit=1)) == [f"instrument/{slug}"]


@pytest.mark.parametrize(
    "spelled",
    [
        ("e-mail", "email", "e mail"),
        ("well-being", "wellbeing", "well being"),
        ("covid-19", "covid19", "COVID 19"),
        ("U.S.", "US"),
        ("mindfulness", "mindfullness"),
    ],
)
def test_however_it_is_spelled_the_same_is_among_the_first_found(
    real_index: SearchEngine, spelled: tuple[str, ...]
) -> None:
    of_each = [found(real_index.search(query)) for query in spelled]
    assert all(best[0] in others for best in of_each for others in of_each)


def test_every_hit_shows_why_it_was_found(real_index: SearchEngine) -> None:
    queries = [
        "docs drowning in messages",
        "covid19",
        "U.S.",
        "PFI",
        "shanafelt 2017",
        "41497288",
        "NCT05036993",
        "EMR",
    ]
    for query in queries:
        hits = real_index.search(query, limit=30).hits
        assert hits, query
        assert all(any(part.matched for mark in hit.highlights for part in mark.parts) for hit in hits), query


def test_fragments_of_the_real_content_stand_in_it_word_for_word_and_without_markup(real_index: SearchEngine) -> None:
    for query in ("burnout", "EHR inbox time after hours", '"moral injury"', "95% confidence interval"):
        for hit in real_index.search(query, limit=100).hits:
            for highlight in hit.highlights:
                assert any(part.matched for part in highlight.parts)
                assert all(part.text for part in highlight.parts)
                text = "".join(part.text for part in highlight.parts)
                assert "[@" not in text
                assert "](" not in text
                assert "**" not in text
                assert "\n" not in text
