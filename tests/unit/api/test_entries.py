"""Single entries: what they show is what the model holds."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type, is_leaf_type, parse

from kb.api import ApiContext, make_context
from kb.api.answers import Execution, answer
from kb.api.schema import SCHEMA
from kb.check import Checked
from kb.model import Reference
from kb.view.render import Renderer

KINDS = ("intervention", "instrument", "study", "driver")
WITHDRAWN = {"status": "withdrawn", "withdrawn": {"date": date(2026, 7, 1), "reason": "It was retracted."}}


def test_the_box_of_the_focus_groups_comes_back_by_term(ask: Any) -> None:
    """Each theme of the qualitative study leads to the solutions that its Box lists for it."""
    found = ask('{ framework(slug: "agarwal-2020") { terms { slug interventions { nodes { slug } } } } }')
    box = {
        term["slug"]: {node["slug"] for node in term["interventions"]["nodes"]} for term in found["framework"]["terms"]
    }
    assert box["quantity-of-work"] >= {"manage-workload", "disconnect-off-duty"}
    assert box["content-of-work"] >= {"manage-workload", "support-professionalism", "advocate-external-reform"}


def test_findings_come_back_as_printed(ask: Any) -> None:
    """The ten rows of the coaching trial, with both arms, in their order."""
    query = """{ study(slug: "kiser-2024") { findings {
      id outcome estimate ciLow ciHigh ciLevel p n place direction comparison measure
      instrument { slug } scale { slug } arms { label n change ciLow ciHigh } study { slug } } } }"""
    rows = ask(query)["study"]["findings"]
    randomized = [row for row in rows if row["comparison"] == "RANDOMIZED"]
    assert len(randomized) == 10
    burnout = next(row for row in randomized if row["outcome"] == "burnout")
    assert (burnout["estimate"], burnout["ciLow"], burnout["ciHigh"], burnout["ciLevel"]) == (-0.79, -1.27, -0.32, 95)
    assert (burnout["p"], burnout["direction"]) == (".001", "FAVORS_INTERVENTION")
    assert (burnout["instrument"]["slug"], burnout["scale"]["slug"]) == ("pfi", "burnout")
    assert [arm["change"] for arm in burnout["arms"]] == [-0.71, 0.09]
    assert burnout["study"] == {"slug": "kiser-2024"}


def test_a_grade_carries_its_reasons(ask: Any) -> None:
    """The peer-coaching body on burnout is LOW, the verdict evidence-based, and every step says why."""
    query = """{ intervention(slug: "physician-peer-coaching") { verdict certainty grade { scheme code rationale }
      evidence { outcome headline certainty start adjustments { domain steps reason } statement sampleSize
        notGradedReason findings { study { slug } } } } }"""
    found = ask(query)["intervention"]
    assert (found["verdict"], found["certainty"]) == ("EVIDENCE_BASED", "LOW")
    assert (found["grade"]["scheme"], found["grade"]["code"]) == ("GRADE", "LOW")
    headline = [body for body in found["evidence"] if body["headline"]]
    assert len(headline) == 1
    body = headline[0]
    assert (body["outcome"], body["start"], body["certainty"], body["sampleSize"]) == ("burnout", "HIGH", "LOW", 123)
    assert [(step["domain"], step["steps"]) for step in body["adjustments"]] == [
        ("risk_of_bias", -1),
        ("imprecision", -1),
    ]
    assert all(len(step["reason"]) >= 20 for step in body["adjustments"])
    assert body["findings"] == [{"study": {"slug": "kiser-2024"}}]
    assert body["notGradedReason"] is None


def test_what_is_not_graded_says_why(ask: Any) -> None:
    """A certainty of null always comes with a reason, and never otherwise."""
    found = ask("{ interventions(first: 100) { nodes { evidence { certainty notGradedReason start } } } }")
    bodies = [body for node in found["interventions"]["nodes"] for body in node["evidence"]]
    assert any(body["certainty"] for body in bodies)
    assert any(body["certainty"] is None for body in bodies)
    for body in bodies:
        assert (body["certainty"] is None) == bool(body["notGradedReason"])
        assert (body["certainty"] is None) == (body["start"] is None)


def test_html_is_the_page_with_its_bibliography_and_citations_are_in_its_order(
    real_context: ApiContext, ask: Any
) -> None:
    """The citation numbers in the text are the places in the list of citations."""
    renderer = Renderer(real_context.knowledge.references)
    query = "query ($slug: String!) { study(slug: $slug) { html citations { key } } }"
    for study in real_context.relations.studies[:5]:
        rendered = renderer.render(study)
        found = ask(query, {"slug": study.slug})["study"]
        assert found["html"] == rendered.html + rendered.bibliography_html
        assert [work["key"] for work in found["citations"]] == [cited.reference.key for cited in rendered.bibliography]
        assert found["citations"]


@pytest.mark.parametrize("kind", [*KINDS, "framework"])
def test_a_slug_that_does_not_exist_is_null(ask: Any, kind: str) -> None:
    """A look-up is no error."""
    assert ask(f'{{ {kind}(slug: "no-such-thing") {{ title }} }}') == {kind: None}
    assert ask('{ reference(key: "no-such-work") { title } }') == {"reference": None}


def test_every_object_is_found_again_by_its_id(ask: Any) -> None:
    """node gives back the object whose id it was, of every kind that has one."""
    listed = ask("""{ drivers { __typename id } instruments(first: 5) { nodes { __typename id } }
      interventions(first: 5) { nodes { __typename id } } studies(first: 5) { nodes { __typename id findings {
        __typename id } } } }""")
    objects = [
        *listed["drivers"],
        *(node for name in ("instruments", "interventions") for node in listed[name]["nodes"]),
    ]
    objects += [item for node in listed["studies"]["nodes"] for item in (node, *node["findings"])]
    ids = [item["id"] for item in objects]
    assert len(set(ids)) == len(ids)
    assert {item["__typename"] for item in objects} == {"Driver", "Instrument", "Intervention", "Study", "Finding"}
    for item in objects:
        found = ask("query ($id: ID!) { node(id: $id) { __typename id } }", {"id": item["id"]})["node"]
        assert found == {"__typename": item["__typename"], "id": item["id"]}


@pytest.mark.parametrize(
    "text", ["Study:no-such-study", "Finding:kiser-2024/no-such", "Finding:x", "Nothing:kiser-2024", "Study:"]
)
def test_an_id_of_nothing_is_null(ask: Any, text: str) -> None:
    """What an id named may be gone."""
    assert ask("query ($id: ID!) { node(id: $id) { id } }", {"id": b64encode(text.encode()).decode()}) == {"node": None}


@pytest.mark.parametrize("identity", ["", "kiser-2024", "é", "////", "a", b64encode(b"no colon").decode()])
def test_what_is_no_id_is_an_error(refused: Any, identity: str) -> None:
    """A slug in place of an id is a slip, and the hint says what to do."""
    code, hint = refused("query ($id: ID!) { node(id: $id) { id } }", {"id": identity})
    assert (code, "slug" in hint) == ("BAD_ID", True)


def test_a_withdrawn_entry_is_found_by_slug_and_id_but_not_listed(make: Any, ask: Any) -> None:
    """It is a tombstone: its status and the reason are told, and no list or relation shows it."""
    context = make.context(
        make.intervention("gone", related=("gone-too",), **WITHDRAWN),
        make.intervention("gone-too", **WITHDRAWN),
        make.intervention("stays", related=("gone",)),
        make.study("gone-study", drivers=("workload",), interventions=("stays",), **WITHDRAWN),
    )
    query = '{ intervention(slug: "gone") { id status withdrawn { date reason replacedBy } } }'
    found = ask(query, context=context)["intervention"]
    assert found["status"] == "WITHDRAWN"
    assert found["withdrawn"] == {"date": "2026-07-01", "reason": "It was retracted.", "replacedBy": None}
    again = ask("query ($id: ID!) { node(id: $id) { ... on Entry { slug status } } }", {"id": found["id"]}, context)
    assert again["node"] == {"slug": "gone", "status": "WITHDRAWN"}
    lists = ask(
        """{ interventions { nodes { slug related { slug } studies { totalCount } } } studies { totalCount }
          driver(slug: "workload") { interventions { nodes { slug } } studies { totalCount } }
          reference(key: "work") { citedBy { nodes { slug } } }
          content { interventionCount studyCount entryCount } }""",
        context=context,
    )
    assert lists["interventions"]["nodes"] == [{"slug": "stays", "related": [], "studies": {"totalCount": 0}}]
    assert lists["studies"]["totalCount"] == 0
    assert lists["driver"]["interventions"]["nodes"] == [{"slug": "stays"}]
    assert lists["reference"]["citedBy"]["nodes"] == [{"slug": "stays"}]
    assert lists["content"] == {"interventionCount": 1, "studyCount": 0, "entryCount": 3}


def test_a_draft_is_never_shown(make: Any, ask: Any) -> None:
    """Not by slug, not by id, not in a list, even where the context is made of all entries."""
    draft = make.intervention("draft", status="draft")
    context = make.context(draft, make.intervention("shown", related=("draft",)))
    identity = b64encode(b"Intervention:draft").decode()
    found = ask(
        """query ($id: ID!) { intervention(slug: "draft") { id } node(id: $id) { id }
          interventions { nodes { slug related { slug } } } }""",
        {"id": identity},
        context,
    )
    assert (found["intervention"], found["node"]) == (None, None)
    assert found["interventions"]["nodes"] == [{"slug": "shown", "related": []}]


def test_an_entry_is_stale_the_day_after_its_review_date(make: Any, ask: Any) -> None:
    """On the day itself it is still fresh; the day is that of the knowledge base."""
    entry = make.intervention("aging", review_by=date(2026, 11, 22))
    for today, stale in ((date(2026, 11, 22), False), (date(2026, 11, 23), True)):
        found = ask('{ intervention(slug: "aging") { stale reviewed } }', context=make.context(entry, today=today))
        assert found["intervention"] == {"stale": stale, "reviewed": "2026-06-01"}


def test_cost_is_unknown_unless_a_source_states_it(make: Any, ask: Any) -> None:
    """The size and the statement behind it stand side by side."""
    context = make.context(make.intervention("dear", cost=make.extent("high")), make.intervention("unpriced"))
    found = ask("{ interventions { nodes { cost costDetail { level source { key } place } } } }", context=context)
    assert found["interventions"]["nodes"] == [
        {"cost": "HIGH", "costDetail": {"level": "HIGH", "source": {"key": "work"}, "place": "Page 1"}},
        {"cost": "UNKNOWN", "costDetail": {"level": "UNKNOWN", "source": None, "place": None}},
    ]


def test_the_crosswalk_reads_the_same_from_both_ends(ask: Any) -> None:
    """What a driver says of its terms is what the terms say of the driver."""
    found = ask("""{ drivers { slug crosswalk { relation basis place term { id } driver { slug } } }
      frameworks { terms { mappings { relation basis place term { id } driver { slug } } } } }""")
    by_driver = [mapping for driver in found["drivers"] for mapping in driver["crosswalk"]]
    by_term = [
        mapping for framework in found["frameworks"] for term in framework["terms"] for mapping in term["mappings"]
    ]
    assert by_driver
    assert sorted(map(str, by_driver)) == sorted(map(str, by_term))
    assert {m["relation"] for m in by_driver} <= {
        "exactMatch",
        "closeMatch",
        "broadMatch",
        "narrowMatch",
        "relatedMatch",
    }


def test_drivers_are_listed_by_kind(ask: Any) -> None:
    """The two kinds together are all drivers."""
    found = ask(
        """{ all: drivers { slug } d: drivers(kind: DRIVER) { slug }
          m: drivers(kind: MANIFESTATION) { slug driverKind } }"""
    )
    assert found["m"]
    assert {node["driverKind"] for node in found["m"]} == {"MANIFESTATION"}
    assert len(found["all"]) == len(found["d"]) + len(found["m"])


def test_counts_are_those_of_the_lists(ask: Any, real: Checked) -> None:
    """content says how much the lists hold, and the version of the knowledge base."""
    found = ask("""{ content { version entryCount interventionCount instrumentCount studyCount driverCount
      referenceCount licence } interventions { totalCount } instruments { totalCount } studies { totalCount }
      references { totalCount } drivers { slug } }""")
    content = found["content"]
    assert content["version"] == real.knowledge.version
    assert content["licence"] == "CC BY 4.0"
    lists = {
        "intervention": "interventions",
        "instrument": "instruments",
        "study": "studies",
        "reference": "references",
    }
    for kind, field in lists.items():
        assert content[f"{kind}Count"] == found[field]["totalCount"]
    assert content["driverCount"] == len(found["drivers"])
    assert content["entryCount"] == sum(content[f"{kind}Count"] for kind in KINDS)


@pytest.mark.slow
def test_every_field_of_every_entry_can_be_resolved(
    real_context: ApiContext, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No field of any object of the real content fails, a few levels deep."""
    monkeypatch.setattr(Execution, "left", 10**9)

    def selection(kind: Any, levels: int) -> str:
        parts = []
        for name, field in kind.fields.items():
            inner = get_named_type(field.type)
            if is_leaf_type(inner):
                parts.append(name)
            elif levels and isinstance(inner, GraphQLObjectType) and not inner.name.endswith("Connection"):
                parts.append(f"{name} {{ {selection(inner, levels - 1)} }}")
            elif levels and inner.name.endswith("Connection") and inner.name != "SearchConnection":
                parts.append(f"{name} {{ totalCount pageInfo {{ endCursor }} nodes {{ __typename }} }}")
        return " ".join(parts)

    for field, kind in (("interventions", "Intervention"), ("instruments", "Instrument"), ("studies", "Study")):
        query = f"{{ {field}(first: 100) {{ nodes {{ {selection(SCHEMA.type_map[kind], 2)} }} }} }}"
        result = answer(parse(query), real_context)
        assert not result.errors
        assert result.data
        assert result.data[field]["nodes"]
    result = answer(parse(f"{{ frameworks {{ {selection(SCHEMA.type_map['Framework'], 3)} }} }}"), real_context)
    assert not result.errors


def test_an_entry_is_found_by_a_slug_that_it_had_before(make: Any, ask: Any) -> None:
    """Of every kind; the answer tells its slug of now, and a slug that an entry has comes before one that it had."""
    context = make.context(
        make.intervention("now", formerly=("then", "once")),
        make.study("now", formerly=("then",)),
        make.driver("now", formerly=("then",)),
        make.framework("now", "term").model_copy(update={"formerly": ("then",)}),
    )
    for kind in ("intervention", "study", "driver", "framework"):
        document = f"query ($slug: String!) {{ {kind}(slug: $slug) {{ slug }} }}"
        for slug in ("now", "then"):
            assert ask(document, {"slug": slug}, context) == {kind: {"slug": "now"}}
        assert ask(document, {"slug": "never"}, context) == {kind: None}
    found = ask('{ intervention(slug: "once") { formerly } instrument(slug: "then") { slug } }', {}, context)
    assert found == {"intervention": {"formerly": ["then", "once"]}, "instrument": None}


def test_a_work_that_was_retracted_or_corrected_says_so_and_the_entries_that_rest_on_it_do(make: Any, ask: Any) -> None:
    """With the notice; a work that stands has none, and who cites only such works rests on none that is marked."""
    context = make.context(make.study("trial"), make.intervention("coaching"))
    work = context.knowledge.references["work"]
    document = """{ reference(key: "work") { retracted { date doi link } corrected { date doi link } }
      study(slug: "trial") { markedWorks { key } } intervention(slug: "coaching") { markedWorks { key } } }"""
    assert ask(document, {}, context) == {
        "reference": {"retracted": None, "corrected": None},
        "study": {"markedWorks": []},
        "intervention": {"markedWorks": []},
    }
    retracted = {"date": date(2026, 5, 18), "doi": "10.1000/notice"}
    corrected = {"date": date(2026, 4, 1), "url": "https://example.org/notice"}
    marked = Reference.model_validate({**work.model_dump(), "retracted": retracted, "corrected": corrected})
    context = make_context(replace(context.knowledge, references={"work": marked}))
    assert ask(document, {}, context) == {
        "reference": {
            "retracted": {"date": "2026-05-18", "doi": "10.1000/notice", "link": "https://doi.org/10.1000/notice"},
            "corrected": {"date": "2026-04-01", "doi": None, "link": "https://example.org/notice"},
        },
        "study": {"markedWorks": [{"key": "work"}]},
        "intervention": {"markedWorks": [{"key": "work"}]},
    }
