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
    """The peer-coaching body on burnout is LOW, the verdict promising, and every step says why."""
    query = """{ intervention(slug: "physician-peer-coaching") { verdict verdictLabel verdictOutcome certainty
      provisional grade { scheme code rationale } evidence { key outcome headline certainty start
        adjustments { domain steps reason } asked { domain steps } statement sampleSize
        notGradedReason findings { study { slug } } } } }"""
    found = ask(query)["intervention"]
    assert (found["verdict"], found["verdictLabel"], found["certainty"]) == ("PROMISING", "Promising", "LOW")
    assert (found["verdictOutcome"], found["provisional"]) == ("burnout", False)
    assert (found["grade"]["scheme"], found["grade"]["code"]) == ("GRADE", "LOW")
    (body,) = [body for body in found["evidence"] if body["headline"]]
    assert body["key"] == "burnout/inactive/short/randomized"
    assert (body["outcome"], body["start"], body["certainty"], body["sampleSize"]) == ("burnout", "HIGH", "LOW", 123)
    assert [(step["domain"], step["steps"]) for step in body["adjustments"]] == [
        ("risk_of_bias", -1),
        ("imprecision", -1),
    ]
    assert body["asked"] == [{"domain": "risk_of_bias", "steps": -1}, {"domain": "imprecision", "steps": -1}]
    assert all(len(step["reason"]) >= 20 for step in body["adjustments"])
    assert {"study": {"slug": "kiser-2024"}} in body["findings"]
    assert body["notGradedReason"] is None


def test_an_estimate_shows_how_it_was_got(ask: Any) -> None:
    """Weights add up to 1, each contribution names its finding and way, and the estimate lies inside its interval."""
    query = """{ interventions(first: 25) { nodes { evidence { certainty size provisional synthesis {
      studies participants measure estimate ciLow ciHigh interval iSquared size threshold thresholdReason perHundred
      contributions { finding { id } weight way estimate people riskOfBias } } } } } }"""
    nodes = ask(query)["interventions"]["nodes"]
    made = [body["synthesis"] for node in nodes for body in node["evidence"] if body["synthesis"]]
    assert len(made) > 10
    for each in made:
        assert each["ciLow"] <= each["estimate"] <= each["ciHigh"]
        assert sum(part["weight"] for part in each["contributions"]) == pytest.approx(1)
        assert all(part["way"] for part in each["contributions"])
        assert (each["interval"] is None) == (len(each["contributions"]) == 1)
        assert (each["threshold"] is None) == (each["thresholdReason"] is None)
        assert each["perHundred"] is None or each["size"] != "UNCLEAR"


def test_a_review_is_appraised_in_the_words_of_its_tool(make: Any, ask: Any) -> None:
    """What AMSTAR 2 calls low says how far to trust a review: it is no low risk of bias."""
    domain = {"domain": "Protocol", "judgement": "high", "reason": "There is one."}
    context = make.context(
        make.study("trial", appraisals=({"tool": "RoB 2", "overall": "some-concerns", "domains": (domain,)},)),
        make.study("review", appraisals=({"tool": "AMSTAR 2", "overall": "low", "domains": (domain,)},)),
    )
    asked = "{ studies { nodes { appraisals { overall overallAsWritten domains { judgement judgementAsWritten } } } } }"
    review, trial = [node["appraisals"][0] for node in ask(asked, context=context)["studies"]["nodes"]]
    assert (trial["overall"], trial["overallAsWritten"]) == ("SOME_CONCERNS", "Some concerns")
    assert trial["domains"] == [{"judgement": "HIGH", "judgementAsWritten": "High"}]
    assert (review["overall"], review["overallAsWritten"]) == (None, "Low")
    assert review["domains"] == [{"judgement": "NO_INFORMATION", "judgementAsWritten": "High"}]


def test_a_study_tells_how_people_were_assigned_and_what_was_not_read(make: Any, ask: Any) -> None:
    """Allocation is said in words; funding that was not read is null."""
    allocation = {"unit": "cluster", "clusters": 12, "design": "crossover", "clustering": "ignored"}
    context = make.context(
        make.study("a", allocation=allocation, funding="A foundation.", reports=("work",)), make.study("b")
    )
    asked = "{ studies { nodes { allocation allocationDetail { clusters } funding conflicts reports { key } } } }"
    first, second = ask(asked, context=context)["studies"]["nodes"]
    assert first == {
        "allocation": "By cluster (12), crossover, clusters not accounted for",
        "allocationDetail": {"clusters": 12},
        "funding": "A foundation.",
        "conflicts": None,
        "reports": [{"key": "work"}],
    }
    assert second == {"allocation": None, "allocationDetail": None, "funding": None, "conflicts": None, "reports": []}


ARMS = (
    {"slug": "quiet", "label": "Quiet hours", "role": "intervention", "intervention": "quiet"},
    {"slug": "usual", "label": "Usual care", "role": "control", "comparator_class": "inactive"},
)
RESULT = {
    "id": "fell",
    "outcome": "exhaustion",
    "comparison": "randomized",
    "measure": "mean-difference",
    "estimate": -2,
    "ci": (-3, -1),
    "n": 200,
    "weeks_after_start": 10,
    "place": "Table 1",
}


def test_arms_say_their_role_and_a_finding_its_time_and_direction(make: Any, ask: Any) -> None:
    """A comparison with the control first is turned; a figure that is disputed decides nothing."""
    both = ({"arm": "quiet"}, {"arm": "usual"})
    findings = (
        {**RESULT, "arms": both, "se": 0.5, "primary": True},
        {**RESULT, "id": "turned", "arms": both[::-1]},
        {**RESULT, "id": "disputed", "arms": both},
    )
    wrong = {
        "place": "Table 1",
        "issue": "The interval does not fit the P value.",
        "findings": ("disputed",),
        "resolution": "Neither is used for a direction.",
        "disputed": ("estimate",),
    }
    context = make.context(
        make.intervention("quiet"), make.study("s", arms=ARMS, findings=findings, discrepancies=(wrong,))
    )
    asked = """{ findings { nodes { slug direction standardError weeksAfterEnd primary
      arms { label role comparatorClass intervention { slug } } } } }"""
    disputed, fell, turned = ask(asked, context=context)["findings"]["nodes"]
    assert (fell["direction"], turned["direction"]) == ("FAVORS_INTERVENTION", "FAVORS_COMPARATOR")
    assert (disputed["slug"], disputed["direction"]) == ("disputed", "NOT_APPLICABLE")
    assert (fell["standardError"], fell["weeksAfterEnd"], fell["primary"], turned["primary"]) == (0.5, 10, True, None)
    assert fell["arms"] == [
        {"label": "Quiet hours", "role": "INTERVENTION", "comparatorClass": None, "intervention": {"slug": "quiet"}},
        {"label": "Usual care", "role": "CONTROL", "comparatorClass": "INACTIVE", "intervention": None},
    ]


def test_a_body_says_with_what_and_when_it_was_compared(make: Any, ask: Any) -> None:
    """By rule and in the words of its studies; a time that no source says is null."""
    findings = (
        {**RESULT, "arms": ({"arm": "quiet"}, {"arm": "usual"}), "timepoint": "10 weeks"},
        {**RESULT, "id": "s", "outcome": "stress", "weeks_after_start": None, "arms": ({"arm": "quiet"},)}
        | {"comparison": "uncontrolled", "measure": "mean-change"},
    )
    context = make.context(make.intervention("quiet"), make.study("s", arms=ARMS, findings=findings))
    asked = (
        "{ interventions { nodes { evidence { key comparator comparatorClass followUp followUpBand comparison } } } }"
    )
    first, second = ask(asked, context=context)["interventions"]["nodes"][0]["evidence"]
    assert first == {
        "key": "exhaustion/inactive/short/randomized",
        "comparator": "Usual care",
        "comparatorClass": "INACTIVE",
        "followUp": "10 weeks",
        "followUpBand": "SHORT",
        "comparison": "RANDOMIZED",
    }
    assert second == {
        "key": "stress/none/unstated/uncontrolled",
        "comparator": None,
        "comparatorClass": None,
        "followUp": None,
        "followUpBand": None,
        "comparison": "UNCONTROLLED",
    }


def test_the_register_tells_what_was_considered_and_is_no_entry(real_context: ApiContext, ask: Any) -> None:
    """All of it, and by decision; works that wait are counted on their interventions."""
    asked = """query ($d: ScreeningDecision) { screening(decision: $d, first: 100) { totalCount nodes {
      reference { key } decision reason screened interventions { slug waitingStudies } } } }"""
    register = real_context.knowledge.screening
    assert ask(asked)["screening"]["totalCount"] == len(register) > 0
    for decision in ("EXCLUDED", "WAITING"):
        found = ask(asked, {"d": decision})["screening"]
        wanted = sorted(item.key for item in register if item.decision.name == decision)
        assert [node["reference"]["key"] for node in found["nodes"]] == wanted
        assert {node["decision"] for node in found["nodes"]} <= {decision}
    controlled = {
        slug
        for item in register
        if (item.decision, item.kind) == ("waiting", "controlled")
        for slug in item.interventions
    }
    waiting = {entry["slug"] for node in found["nodes"] for entry in node["interventions"] if entry["waitingStudies"]}
    assert waiting == controlled


def test_guide_pages_are_entries(real_context: ApiContext, ask: Any) -> None:
    found = ask('{ pages { slug kind } page(slug: "about") { title html path } none: page(slug: "x") { slug } }')
    assert found["pages"] == [{"slug": slug, "kind": "PAGE"} for slug in real_context.knowledge.pages]
    assert (found["page"]["path"], found["none"]) == ("about/", None)
    assert found["page"]["html"]


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
    found = ask("""{ content { version builtOn release entryCount interventionCount instrumentCount studyCount
      driverCount referenceCount licence } interventions { totalCount } instruments { totalCount }
      studies { totalCount } references { totalCount } drivers { slug } }""")
    content = found["content"]
    assert content["version"] == real.knowledge.version
    assert content["licence"] == "CC BY 4.0"
    release = real.knowledge.release
    assert (content["builtOn"], content["release"]) == (real.knowledge.today.isoformat(), release and release.name)
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
