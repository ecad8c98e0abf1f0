"""The contract of search engines: what holds for the embedded one holds for a real cluster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.model import Certainty
from kb.search import ForeignPlaceError, Hit, Place, Results, SearchEngine, SearchFilter
from kb.search.documents import Document

QUERIES = [
    "docs drowning in messages",
    "losing doctors to other jobs",
    "is the maslach free",
    "AI scribe",
    "mini z",
    "EMR inbox after hours",
    "documantation burden",
    '"moral injury"',
    '"peer support" nurses',
    "coaching -executive",
    "surgeons NOT residents",
    "kind:instrument burnout",
    "kind:study year:2020 mindfulness",
    "verdict:promising certainty:low",
    "author:west",
    "-kind:study",
    "covid-19",
    "burn out",
    "well being of residents",
    "PPE",
    "ICU nurses sleep",
    "what lowers exhaustion of physicians",
    "WHO",
    "the of and",
    "10.1016/S0140-6736(16)31279-X",
    'shorter shifts "intensive care"',
    "mindfullness",
    "leadership behavior and turnover",
    "zzqxv",
    "",
]


def found(results: Results) -> list[str]:
    return [f"{hit.kind}/{hit.slug}" for hit in results.hits]


def walk(engine: SearchEngine, query: str, limit: int) -> list[Hit]:
    """All hits, page by page; each page says the truth about its place."""
    seen: list[Hit] = []
    after = None
    while True:
        page = engine.search(query, limit=limit, after=after)
        seen += page.hits
        assert page.has_previous == (after is not None)
        assert page.has_next == (len(seen) < page.total)
        if not page.has_next:
            return seen
        after = page.hits[-1].place


def test_any_word_may_match_and_a_phrase_must(few: SearchEngine) -> None:
    assert found(few.search("injuries zeppelin")) == ["study/injury"]
    assert found(few.search('"moral injury"')) == ["study/injury"]
    assert found(few.search('huddle "moral injury"')) == ["study/injury"]
    assert few.search('"injury moral"').total == 0
    assert few.search("the of and").total == 0


def test_no_phrase_reaches_over_the_end_of_a_line(few: SearchEngine) -> None:
    assert few.search('"felt better"').total == 1
    assert few.search('"better alpha"').total == 0
    assert few.search('"surgeons felt"').total == 0


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("covid19", {"study/virus", "study/letters"}),
        ("covid-19", {"study/virus", "study/letters"}),
        ('"covid 19 wards"', {"study/virus"}),
        ("burnout", {"study/letters"}),
        ('"burn out"', {"study/letters"}),
        ("US", {"study/virus"}),
        ("email wellbeing", {"study/virus"}),
        ("arzte", {"study/letters"}),
        ("倦怠", {"study/letters"}),
        ("https://doi.org/10.1/X-Y", {"study/letters"}),
        ("author:west", {"study/lines"}),
        ("year:2016", {"study/injury"}),
        ("2016", {"study/injury"}),
        ("surgeons -better", set()),
        ('survey -"moral injury"', set()),
    ],
)
def test_words_are_understood_alike(few: SearchEngine, query: str, expected: set[str]) -> None:
    assert set(found(few.search(query))) == expected


def test_a_misspelt_word_is_corrected_where_that_finds_more(few: SearchEngine) -> None:
    results = few.search("daily hudle")
    assert (results.suggestion, results.total) == ("daily huddle", 20)
    assert results.hits == few.search("daily huddle").hits
    assert few.search("hudle", SearchFilter(kinds=("study",))).suggestion is None
    assert few.search("huddling").suggestion is None


def test_equal_scores_stand_by_kind_and_slug_and_places_outlive_their_entry(few: SearchEngine) -> None:
    hits = few.search("huddle", limit=100).hits
    assert [hit.slug for hit in hits] == [f"huddle-{n:02}" for n in range(20)]
    assert len({hit.score for hit in hits}) == 1
    gone = hits[4].place._replace(key=f"{hits[4].place.key}-gone")
    page = few.search("huddle", limit=100, after=gone)
    assert page.hits == hits[5:]
    assert (page.total, page.has_next, page.has_previous) == (20, False, True)
    before = hits[0].place._replace(score=hits[0].score + 1)
    assert not few.search("huddle", after=before).has_previous
    beyond = hits[0].place._replace(score=-1e300, key="\ud800")
    assert (few.search("huddle", after=beyond).hits, few.search("huddle", after=beyond).has_previous) == ((), True)


def test_a_place_of_another_engine_is_refused(few: SearchEngine) -> None:
    place = few.search("huddle").hits[0].place
    with pytest.raises(ForeignPlaceError):
        few.search("huddle", after=Place(place.score, place.key, f"{place.engine}other"))


def test_a_limit_of_none_or_less_shows_no_hits(few: SearchEngine) -> None:
    results = few.search("huddle", limit=0)
    assert (results.hits, results.total, results.has_next) == ((), 20, True)
    assert few.search("huddle", limit=-5).hits == ()


@pytest.mark.parametrize("query", ["", "burnout of physicians", "-kind:study", 'nurses "peer support"'])
@pytest.mark.parametrize("limit", [7, 50])
def test_pages_show_each_hit_once_in_order(engine: SearchEngine, query: str, limit: int) -> None:
    hits = walk(engine, query, limit)
    places = [(-hit.score, hit.place.key) for hit in hits]
    assert places == sorted(places)
    assert len({key for _, key in places}) == len(places) == engine.search(query).total > 7


def _passes(entry: Document, wanted: SearchFilter) -> bool:
    level = next((level for level in Certainty if level.word == entry.certainty), None)
    return (
        (not wanted.kinds or entry.kind in wanted.kinds)
        and (not wanted.drivers or bool(set(entry.drivers) & set(wanted.drivers)))
        and (not wanted.verdicts or entry.verdict in wanted.verdicts)
        and (not wanted.designs or entry.design in wanted.designs)
        and (wanted.min_certainty is None or (level is not None and level >= wanted.min_certainty))
        and wanted.graded in (None, level is not None)
    )


def test_filters_pass_what_a_look_at_every_entry_passes(engine: SearchEngine, entries: list[Document]) -> None:
    some = 0
    for kinds, drivers, verdicts, designs, (certainty, graded) in product(
        [(), ("study",), ("intervention", "driver"), ("nothing",)],
        [(), ("workload", "ehr-technology"), ("\ud800",)],
        [(), ("promising", "early-signs")],
        [(), ("rct",)],
        [(None, None), (Certainty.LOW, None), (None, False)],
    ):
        wanted = SearchFilter(kinds, drivers, verdicts, certainty, designs, graded=graded)
        expected = sorted(entry.key for entry in entries if _passes(entry, wanted))
        assert found(engine.search("", wanted, limit=1000)) == expected, wanted
        some += bool(expected)
    assert some > 20


def test_facets_count_all_pages(engine: SearchEngine, entries: list[Document]) -> None:
    results = engine.search("", limit=1)
    for facet in results.facets:
        counted = Counter(value for entry in entries for value in entry.values[facet.field])
        assert {value.value: value.count for value in facet.values} == counted
        assert [value.count for value in facet.values] == sorted(counted.values(), reverse=True)


def test_a_filter_does_not_change_scores(engine: SearchEngine) -> None:
    free = {hit.place.key: hit.score for hit in engine.search("workload", limit=1000).hits}
    narrowed = engine.search("workload", SearchFilter(kinds=("driver",)), limit=100).hits
    assert narrowed
    assert all(free[hit.place.key] == hit.score for hit in narrowed)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.text(st.characters(), max_size=60)
    | st.lists(
        st.sampled_from([*'"*?[]{}():^~-+\\&|!/', " TO ", "NOT ", "kind:", "year:", "huddle", "covid-19", "é", "ﷺ"])
    ).map("".join)
)
def test_any_text_is_a_query(few: SearchEngine, query: str) -> None:
    results = few.search(query)
    assert results.total >= len(results.hits)


@pytest.mark.parametrize(
    "query", ["".join(f"word{n} " for n in range(2_000)), '"' + "huddle " * 1_000 + '"', "a" * 10_000, "burnout " * 999]
)
def test_a_long_text_is_a_query(few: SearchEngine, query: str) -> None:
    assert few.search(query).total >= 0


def test_threads_get_the_answers_that_one_alone_gets(engine: SearchEngine) -> None:
    queries = QUERIES[:10] * 4
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(engine.search, queries))
    assert together == [engine.search(query) for query in queries]


def test_both_engines_find_and_show_the_same(of_real: Callable[[str], SearchEngine]) -> None:
    """All but scores: Lucene judges rarity by another formula, and rounds the lengths of texts."""
    ours, cluster = of_real("embedded"), of_real("opensearch")
    assert ours.version == cluster.version
    same_first, overlap, asked = 0, 0.0, 0
    for query in QUERIES:
        one, other = ours.search(query, limit=1000), cluster.search(query, limit=1000)
        assert sorted(found(one)) == sorted(found(other)), query
        assert (one.total, one.facets, one.suggestion) == (other.total, other.facets, other.suggestion), query
        shown = {hit.place.key: hit.highlights for hit in one.hits[:20]}
        assert shown == {hit.place.key: hit.highlights for hit in other.hits if hit.place.key in shown}, query
        if one.total:
            best, others = found(one)[:10], found(other)[:10]
            asked += 1
            same_first += best[0] == others[0]
            overlap += len(set(best) & set(others)) / len(set(best) | set(others))
    assert same_first >= 0.8 * asked
    assert overlap >= 0.75 * asked
    assert ours.documents == cluster.documents
