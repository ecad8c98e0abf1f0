"""Relay's conventions, for every connection and every type of the schema: pages, cursors, ids."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64decode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, get_named_type, is_required_argument

from kb.api import ApiContext, make_context
from kb.api.schema import SCHEMA
from kb.model import Assessment, KnowledgeBase
from kb.search import open_index

PAGE = """(ARGUMENTSfirst: $first, after: $after) { totalCount edges { cursor node { KEY } } nodes { KEY }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }"""
SEARCHES = ("workload of nurses", "burnout", "", "no such words xyzzy", '"peer coaching"')
HOLDERS = {
    "Driver": ("driver(slug: $of)", "{ drivers { slug } }"),
    "Intervention": ("intervention(slug: $of)", "{ interventions(first: 100) { nodes { slug } } }"),
    "Instrument": ("instrument(slug: $of)", "{ instruments(first: 100) { nodes { slug } } }"),
    "Study": ("study(slug: $of)", "{ studies(first: 100) { nodes { slug } } }"),
    "Reference": ("reference(key: $of)", "{ references(first: 100) { nodes { key } } }"),
    "Question": ("question(slug: $of)", "{ questions { slug } }"),
    "Term": ("term(path: $of)", "{ frameworks { terms { path } } }"),
}
"""How an object of each type that has connections is found, and how all are listed."""


@dataclass(frozen=True)
class Listing:
    """A list that the schema gives: how to ask for a page of it, and where in the answer that is."""

    document: str
    values: Mapping[str, Any]
    pick: Callable[[Any], Any]
    ask: Callable[..., Any]

    def page(self, context: ApiContext, **variables: Any) -> Any:
        return self.pick(self.ask(self.document, {**self.values, **variables}, context))


def _connections() -> list[tuple[str, str]]:
    """Every field of the schema that is a connection, after the type that has it."""
    return [
        (kind.name, name)
        for kind in SCHEMA.type_map.values()
        if isinstance(kind, GraphQLObjectType)
        for name, field in kind.fields.items()
        if get_named_type(field.type).name.endswith("Connection")
    ]


def leaves(value: Any) -> Iterator[str]:
    """All texts in an answer."""
    if isinstance(value, str):
        yield value
    elif value is not None:
        yield from chain.from_iterable(map(leaves, value.values() if isinstance(value, dict) else value))


def lists_of(kind: str, name: str, context: ApiContext, ask: Any) -> Iterator[Listing]:
    """The lists that a field gives on every object of its type."""
    field = SCHEMA.type_map[kind].fields[name]  # type: ignore[attr-defined]
    keys = {"ReferenceConnection": "key", "ScreeningConnection": "reference { key }"}
    keys["ChangeConnection"] = "date about text"
    key = keys.get(get_named_type(field.type).name, "id")
    page = PAGE.replace("KEY", key)
    head = "($first: Int, $after: String"
    required = [argument for argument, given in field.args.items() if is_required_argument(given)]
    if kind == "Query" and required == ["query"]:
        document = f"query {head}, $text: String!) {{ {name}{page.replace('ARGUMENTS', 'query: $text, ')} }}"
        for text in SEARCHES:
            yield Listing(document, {"text": text}, lambda data: data[name], ask)
        return
    assert required == [], "this test must learn what to give"
    page = name + page.replace("ARGUMENTS", "")
    if kind == "Query":
        yield Listing(f"query {head}) {{ {page} }}", {}, lambda data: data[name], ask)
        return
    holder, everything = HOLDERS[kind]
    document = f"query {head}, $of: {'ID' if 'key' in holder else 'String'}!) {{ {holder} {{ {page} }} }}"
    for each in leaves(ask(everything, context=context)):
        yield Listing(document, {"of": each}, lambda data: next(iter(data.values()))[name], ask)


def walk(listing: Listing, context: ApiContext, size: int) -> list[tuple[str, str]]:
    """Cursor and key of every node, collected page by page; all that a page says of itself is checked."""
    found: list[tuple[str, str]] = []
    after = None
    while True:
        page = listing.page(context, first=size, after=after)
        edges, info = page["edges"], page["pageInfo"]
        assert page["nodes"] == [edge["node"] for edge in edges]
        assert info["startCursor"] == (edges[0]["cursor"] if edges else None)
        assert info["endCursor"] == (edges[-1]["cursor"] if edges else None)
        assert info["hasPreviousPage"] == bool(found)
        found += [(edge["cursor"], "/".join(leaves(edge["node"]))) for edge in edges]
        assert info["hasNextPage"] == (len(found) < page["totalCount"])
        assert len(edges) == size or not info["hasNextPage"]
        if not info["hasNextPage"]:
            assert len(found) == page["totalCount"]
            return found
        after = info["endCursor"]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "name"), _connections())
def test_paging_forward_visits_each_node_once_in_the_same_order(
    searching_context: ApiContext, ask: Any, kind: str, name: str
) -> None:
    """Whatever the size of a page; the pages themselves say rightly where they lie."""
    longest = 0
    for listing in lists_of(kind, name, searching_context, ask):
        whole = walk(listing, searching_context, 100)
        assert len({cursor for cursor, _ in whole}) == len(whole)
        assert len({key for _, key in whole}) == len(whole) or name == "changes", "two changes may read the same"
        for size in (1, 2, 7) if len(whole) < 40 else (7, 31):
            assert walk(listing, searching_context, size) == whole
        longest = max(longest, len(whole))
    assert longest > 0, "no object has such a list, so that nothing was tested"


@pytest.mark.parametrize(("kind", "name"), _connections())
def test_a_page_behind_any_cursor_knows_what_stands_before_and_after_it(
    searching_context: ApiContext, ask: Any, kind: str, name: str
) -> None:
    """Behind the last there is nothing, and nothing comes next."""
    for listing in sorted(lists_of(kind, name, searching_context, ask), key=lambda item: str(item.values))[:8]:
        whole = walk(listing, searching_context, 100)
        for place in sorted({0, len(whole) // 2, len(whole) - 1} & set(range(len(whole)))):
            page = listing.page(searching_context, first=2, after=whole[place][0])
            assert [edge["cursor"] for edge in page["edges"]] == [cursor for cursor, _ in whole[place + 1 : place + 3]]
            assert page["pageInfo"]["hasPreviousPage"] is True
            assert page["pageInfo"]["hasNextPage"] is (place + 3 < len(whole))
            assert page["totalCount"] == len(whole)


def test_a_search_knows_that_nothing_stands_before_a_place_from_which_all_is_gone(
    searching_context: ApiContext, ask: Any, tmp_path: Path
) -> None:
    """It counts what is there, and does not go by there having been a cursor."""
    knowledge = searching_context.knowledge
    document = """query ($after: String, $first: Int) { search(query: "", after: $after, first: $first) {
      totalCount edges { cursor node { kind slug } } pageInfo { hasNextPage hasPreviousPage } } }"""
    (first, second, *_) = ask(document, {"first": 3}, searching_context)["search"]["edges"]
    assert first["node"]["kind"] == "DRIVER"
    drivers = {slug: driver for slug, driver in knowledge.drivers.items() if slug != first["node"]["slug"]}
    without = replace(knowledge, drivers=drivers, version="without")
    context = make_context(without, open_index(without, tmp_path / "index", lambda _message: None))
    for edge, before in ((first, False), (second, True)):
        page = ask(document, {"after": edge["cursor"], "first": 2}, context)["search"]
        assert page["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": before}


# Cursors over changes --------------------------------------------------------------------------------------------


def changed(knowledge: KnowledgeBase, random: Random) -> KnowledgeBase:
    """The same with about a third of entries and works gone, and a third of the entries there twice."""
    folders: dict[str, Any] = {}
    for folder in ("interventions", "instruments", "studies"):
        entries: dict[str, Any] = {}
        for slug, entry in getattr(knowledge, folder).items():
            fate = random.randrange(3)
            if fate:
                entries[slug] = entry
            if fate == 2:
                entries[f"{slug}-too"] = entry.model_copy(update={"slug": f"{slug}-too"})
        folders[folder] = entries
    assessments = {
        slug: knowledge.assessments[slug if slug in knowledge.assessments else slug.removesuffix("-too")]
        for slug in folders["interventions"]
    }
    works = {key: work for key, work in knowledge.references.items() if random.randrange(3)}
    return replace(knowledge, assessments=assessments, references=works, **folders)


@pytest.mark.slow
@pytest.mark.parametrize("field", ["interventions", "instruments", "studies", "references"])
@pytest.mark.parametrize("seed", range(5))
def test_a_cursor_keeps_its_place_whatever_comes_or_goes(
    real_context: ApiContext, ask: Any, field: str, seed: int
) -> None:
    """Behind it comes all that stands behind its place now; what stayed is on the side on which it was."""
    (listing,) = lists_of("Query", field, real_context, ask)
    context = make_context(changed(real_context.knowledge, Random(seed)))
    old = walk(listing, real_context, 100)
    now = [slug for _, slug in walk(listing, context, 100)]
    assert {slug for _, slug in old} - set(now), "nothing has gone"
    for place, (cursor, _) in enumerate(old):
        page = listing.page(context, first=10, after=cursor)
        shown = list(leaves(page["nodes"]))
        before, after = now[: len(now) - len(shown)], now[len(now) - len(shown) :]
        if page["pageInfo"]["hasNextPage"]:
            start = now.index(shown[0])
            before, after = now[:start], now[start : start + 10]
        assert shown == after
        assert page["pageInfo"]["hasPreviousPage"] is bool(before)
        assert not {slug for _, slug in old[: place + 1]} & set(shown)
        assert not {slug for _, slug in old[place + 1 :]} & set(before)


# Ids -------------------------------------------------------------------------------------------------------------


def test_every_type_with_a_global_id_is_listed_below(ids: dict[str, list[str]]) -> None:
    """Else the next test would not see its objects."""
    node = SCHEMA.type_map["Node"]
    assert isinstance(node, GraphQLInterfaceType)
    assert {kind.name for kind in SCHEMA.get_possible_types(node)} == {kind for kind, found in ids.items() if found}


@pytest.fixture
def ids(real_context: ApiContext, ask: Any) -> dict[str, list[str]]:
    """The ids of all objects that have a global one, by type."""
    found: dict[str, list[str]] = {"Driver": list(leaves(ask("{ drivers { id } }")))}
    for kind, field in (("Intervention", "interventions"), ("Instrument", "instruments"), ("Study", "studies")):
        found[kind] = list(_all(ask, field, "id"))
    found["Finding"] = list(_all(ask, "studies", "findings { id }"))
    assert len(found["Finding"]) == sum(len(study.findings) for study in real_context.knowledge.studies.values())
    found["EvidenceBody"] = list(_all(ask, "interventions", "evidence { id }"))
    bodies = sum(len(item.bodies) for item in real_context.knowledge.assessments.values())
    assert len(found["EvidenceBody"]) == bodies
    found |= {"Page": list(leaves(ask("{ pages { id } }"))), "Framework": list(leaves(ask("{ frameworks { id } }")))}
    found["Question"] = list(leaves(ask("{ questions { id } }")))
    found["Term"] = list(leaves(ask("{ frameworks { terms { id } } }")))
    found["Reference"] = list(_all(ask, "references", "id"))
    return found


def _all(ask: Any, field: str, wanted: str) -> Iterator[str]:
    """What is wanted of every object of a list, page by page."""
    after = "null"
    while after:
        page = ask(
            f"{{ {field}(first: 100, after: {after}) {{ nodes {{ {wanted} }} pageInfo {{ endCursor hasNextPage }} }} }}"
        )
        yield from leaves(page[field]["nodes"])
        info = page[field]["pageInfo"]
        after = f'"{info["endCursor"]}"' if info["hasNextPage"] else ""


NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"


@pytest.mark.slow
def test_node_finds_every_object_of_every_type_by_its_id(ask: Any, ids: dict[str, list[str]]) -> None:
    """No two share one."""
    everything = [(kind, each) for kind, found in ids.items() for each in found]
    assert len({each for _, each in everything}) == len(everything) > 200
    for kind, each in everything:
        assert ask(NODE, {"id": each})["node"] == {"__typename": kind, "id": each}


def test_an_id_with_the_name_of_another_kind_finds_nothing(ask: Any, ids: dict[str, list[str]]) -> None:
    """A study is no intervention, even by the same slug."""
    for kind, found in ids.items():
        slug = urlsafe_b64decode(found[0]).decode().partition(":")[2]
        for other in {"Entry", "Claim", *ids} - {kind}:
            answer = ask(NODE, {"id": b64encode(f"{other}:{slug}".encode()).decode()})["node"]
            assert answer is None or answer["__typename"] == other


def _renamed(assessment: Assessment, slug: str) -> Assessment:
    """The assessment of the same intervention under another slug."""
    return replace(assessment, bodies=tuple(replace(body, intervention=slug) for body in assessment.bodies))


def test_an_entry_that_was_renamed_is_found_by_its_former_ids_and_those_of_its_parts(
    real_context: ApiContext, ask: Any
) -> None:
    """A client may keep an id for as long as it likes; the answer has the id of now."""
    knowledge = real_context.knowledge
    study = next(study for study in knowledge.studies.values() if study.findings)
    entry = next(entry for slug, entry in knowledge.interventions.items() if knowledge.assessments[slug].bodies)
    renamed = replace(
        knowledge,
        studies={"now": study.model_copy(update={"slug": "now", "formerly": (study.slug,)})},
        interventions={"now": entry.model_copy(update={"slug": "now", "formerly": ("then", entry.slug)})},
        assessments={"now": _renamed(knowledge.assessments[entry.slug], "now")},
    )
    context = make_context(renamed)
    for kind, slug, rest in (
        ("Study", study.slug, ""),
        ("Finding", study.slug, f"/{study.findings[0].id}"),
        ("Intervention", "then", ""),
        ("EvidenceBody", entry.slug, f"/{knowledge.assessments[entry.slug].bodies[0].key}"),
    ):
        old, new = (b64encode(f"{kind}:{each}{rest}".encode()).decode() for each in (slug, "now"))
        assert ask(NODE, {"id": old}, context)["node"] == {"__typename": kind, "id": new}
    assert ask(NODE, {"id": b64encode(b"Driver:then").decode()}, context)["node"] is None


@pytest.mark.parametrize("spoil", ["{}=", "{}\n", " {}", "{}!", "{}.", "!{}", "{}A==="])
def test_an_id_is_taken_as_it_was_given_or_not_at_all(refused: Any, ids: dict[str, list[str]], spoil: str) -> None:
    """What names an object has one spelling, so that a client may compare ids."""
    for found in ids.values():
        assert refused(NODE, {"id": spoil.format(found[0])})[0] == "BAD_ID"
