"""Caches: what is kept, how much of it, and that nothing kept outlives the content it was made of."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

from graphql import OperationType

from kb.api import ApiContext
from kb.api.answers import Answer, Answers, Question, reply

QUERY = "query Titles($slug: String!) { study(slug: $slug) { title } }"


def replied(question: Question, context: ApiContext) -> Any:
    return reply(question, context, {OperationType.QUERY})


def answered(letters: int) -> Answer:
    """An answer of so many bytes."""
    return Answer(b"x" * letters, 0)


def test_the_least_recently_used_goes_first(real_context: ApiContext) -> None:
    """Reading is using; and all that is kept stays within so many bytes."""
    answers, asked = Answers(100_000), [Question(f"{{ q{number} }}", {}) for number in range(12)]
    for question in asked[:10]:
        answers.keep(question, real_context, answered(9_000))
    assert answers.get(asked[0], real_context)
    answers.keep(asked[10], real_context, answered(9_000))
    assert [bool(answers.get(question, real_context)) for question in asked] == [True, False, *[True] * 9, False]


def test_one_answer_cannot_drive_out_all_others(real_context: ApiContext) -> None:
    """What weighs more than a tenth of all is not kept."""
    answers, small, large = Answers(100_000), Question("{ small }", {}), Question("{ large }", {})
    answers.keep(small, real_context, answered(10))
    answers.keep(large, real_context, answered(10_000))
    assert answers.get(small, real_context)
    assert answers.get(large, real_context) is None


def test_threads_may_use_the_answers_at_once(real_context: ApiContext) -> None:
    """None of them fails, and each gets the answer to its own question."""
    answers, wrong = Answers(50_000), list[object]()

    def use(start: int) -> None:
        try:
            for number in range(2_000):
                asked = number * start % 97
                answers.keep(Question(str(asked), {}), real_context, answered(asked))
                found = answers.get(Question(str(number % 89), {}), real_context)
                if found and len(found.body) != number % 89:
                    wrong.append(number)
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=use, args=(start,)) for start in (3, 5, 7, 11)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_an_answer_is_known_by_document_operation_variables_and_content(make: Any, real_context: ApiContext) -> None:
    """The order of variables does not matter; everything else does."""
    answers, question = Answers(), Question(QUERY, {"slug": "a", "more": 1})
    answers.keep(question, real_context, answered(1))
    assert answers.get(replace(question, variables={"more": 1, "slug": "a"}), real_context)
    newer = make.changed(real_context, version="newer")
    assert answers.get(question, newer) is None
    for other in (
        replace(question, variables={"slug": "a"}),
        replace(question, variables={"slug": "a", "more": 1.0}),
        replace(question, variables={"slug": "a", "more": True}),
        replace(question, operation="Titles"),
        replace(question, query=QUERY + " "),
    ):
        assert answers.get(other, real_context) is None


def test_an_answer_is_kept_and_is_the_same(real_context: ApiContext) -> None:
    """Byte for byte."""
    answers, question = Answers(), Question(QUERY, {"slug": "kiser-2024"})
    assert answers.get(question, real_context) is None
    given = replied(question, real_context)
    answers.keep(question, real_context, given)
    assert answers.get(question, real_context) is given
    assert given.body == replied(question, real_context).body
    assert (given.operation, given.errors, given.refused) == ("Titles", 0, False)


def test_a_failure_is_not_kept(make: Any, real_context: ApiContext) -> None:
    """What failed inside may go well the next time; so may a search once there is an index."""
    answers = Answers()
    broken = make.changed(real_context, assessments={})
    for question, context in (
        (Question('{ intervention(slug: "manage-workload") { title verdict } }', {}), broken),
        (Question('{ search(query: "burnout") { totalCount } }', {}), real_context),
    ):
        given = replied(question, context)
        assert given.errors == 1
        answers.keep(question, context, given)
        assert answers.get(question, context) is None


def test_a_mistake_of_the_client_is_kept(real_context: ApiContext) -> None:
    """It is one every time."""
    answers, question = Answers(), Question('{ node(id: "x") { id } }', {})
    given = replied(question, real_context)
    answers.keep(question, real_context, given)
    assert given.errors == 1
    assert answers.get(question, real_context) is given


def test_a_refusal_does_not_fill_the_cache(real_context: ApiContext) -> None:
    """Nothing was executed, so that nothing is saved by keeping it."""
    answers, question = Answers(), Question("{ nothing }", {})
    given = replied(question, real_context)
    assert given.refused
    answers.keep(question, real_context, given)
    assert answers.get(question, real_context) is None
