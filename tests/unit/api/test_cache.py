"""Caches: what is kept, how much of it, and that nothing kept outlives the content it was made of."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

from graphql import OperationType

from kb.api import ApiContext
from kb.api.answers import Answers, Question, reply
from kb.api.caches import Cache

QUERY = "query Titles($slug: String!) { study(slug: $slug) { title } }"


def replied(question: Question, context: ApiContext) -> Any:
    return reply(question, context, {OperationType.QUERY})


def test_the_least_recently_used_goes_first() -> None:
    """Reading is using."""
    cache: Cache[str, int] = Cache(entries=2, weight=1000)
    cache.put("a", 1, 1)
    cache.put("b", 2, 1)
    assert cache.get("a") == 1
    cache.put("c", 3, 1)
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (1, None, 3)


def test_what_is_kept_weighs_no_more_than_it_may() -> None:
    """However many values come, and whatever they weigh; a value that is put again is weighed anew."""
    cache: Cache[int, str] = Cache(entries=1_000, weight=100)
    for number in range(10_000):
        cache.put(number % 70, "x", number % 12)
        assert cache.weight <= 100
    cache.put(1, "y", 3)
    before = cache.weight
    cache.put(1, "y", 5)
    assert cache.weight <= before + 2
    assert len(cache) <= 70


def test_one_value_cannot_drive_out_all_others() -> None:
    """What weighs more than a tenth of all is not kept."""
    cache: Cache[str, str] = Cache(entries=10, weight=100)
    cache.put("small", "a", 10)
    cache.put("large", "b", 11)
    assert (cache.get("small"), cache.get("large")) == ("a", None)


def test_threads_may_use_a_cache_at_once() -> None:
    """Its weight adds up afterwards."""
    cache: Cache[int, int] = Cache(entries=50, weight=500)

    def use(start: int) -> None:
        for number in range(5_000):
            cache.put((number * start) % 97, number, number % 9)
            cache.get(number % 89)

    threads = [threading.Thread(target=use, args=(start,)) for start in (3, 5, 7, 11)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(cache) <= 50
    assert cache.weight == sum(weight for _, weight in cache._kept.values())


def test_an_answer_is_known_by_document_operation_variables_and_content(real_context: ApiContext) -> None:
    """The order of variables does not matter; everything else does."""
    answers = Answers()
    question = Question(QUERY, {"slug": "a", "more": 1})
    key = answers.key(question, real_context)
    assert answers.key(replace(question, variables={"more": 1, "slug": "a"}), real_context) == key
    newer = replace(real_context, knowledge=replace(real_context.knowledge, version="newer"))
    others = [
        answers.key(replace(question, variables={"slug": "a"}), real_context),
        answers.key(replace(question, variables={"slug": "a", "more": 1.0}), real_context),
        answers.key(replace(question, variables={"slug": "a", "more": True}), real_context),
        answers.key(replace(question, operation="Titles"), real_context),
        answers.key(replace(question, query=QUERY + " "), real_context),
        answers.key(question, newer),
    ]
    assert len({key, *others}) == 7


def test_an_answer_is_kept_and_is_the_same(real_context: ApiContext) -> None:
    """Byte for byte."""
    answers, question = Answers(), Question(QUERY, {"slug": "kiser-2024"})
    key = answers.key(question, real_context)
    assert answers.kept(key) is None
    given = replied(question, real_context)
    answers.keep(key, given)
    assert answers.kept(key) is given
    assert given.body == replied(question, real_context).body
    assert (given.operation, given.errors, given.refused) == ("Titles", 0, False)


def test_a_failure_is_not_kept(real_context: ApiContext) -> None:
    """What failed inside may go well the next time; so may a search once there is an index."""
    answers = Answers()
    broken = replace(real_context, knowledge=replace(real_context.knowledge, assessments={}))
    for question, context in (
        (Question('{ intervention(slug: "manage-workload") { title verdict } }', {}), broken),
        (Question('{ search(query: "burnout") { totalCount } }', {}), real_context),
    ):
        given = replied(question, context)
        assert given.errors == 1
        answers.keep(answers.key(question, context), given)
        assert answers.kept(answers.key(question, context)) is None


def test_a_mistake_of_the_client_is_kept(real_context: ApiContext) -> None:
    """It is one every time."""
    answers, question = Answers(), Question('{ node(id: "x") { id } }', {})
    given = replied(question, real_context)
    answers.keep(answers.key(question, real_context), given)
    assert given.errors == 1
    assert answers.kept(answers.key(question, real_context)) is given


def test_a_refusal_does_not_fill_the_cache(real_context: ApiContext) -> None:
    """Nothing was executed, so that nothing is saved by keeping it."""
    answers, question = Answers(), Question("{ nothing }", {})
    given = replied(question, real_context)
    assert given.refused
    answers.keep(answers.key(question, real_context), given)
    assert answers.kept(answers.key(question, real_context)) is None
