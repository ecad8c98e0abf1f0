"""Citations are found in text as [@key], [@key, place] and [@a; @b], with their lines; code is left alone."""

import pytest

from kb.read.citations import Citation, cited_keys, find, keys, keys_in_fields, parse


@pytest.mark.parametrize(
    ("inside", "citations"),
    [
        ("@a", [("a", None)]),
        ("@west-2014, Table 3", [("west-2014", "Table 3")]),
        ("@a; @b", [("a", None), ("b", None)]),
        ("@a, page 3;@b, Table 1, row 2", [("a", "page 3"), ("b", "Table 1, row 2")]),
        ("@a,\n  page\n  3", [("a", "page 3")]),
    ],
)
def test_brackets_name_works_and_places_in_them(inside, citations):
    assert parse(inside) == tuple(Citation(*citation) for citation in citations)


@pytest.mark.parametrize(
    "inside", ["@", "@ a", "@A", "@a b", "@a,", "@a, ", "@a;", "@a; b", "@a_b", "@a-", "@a, x; @", "@-a", "a"]
)
def test_anything_else_is_no_citation(inside):
    assert parse(inside) is None


def test_citations_are_found_in_order_with_their_lines():
    text = "One [@a].\n\nTwo [@b, Table 3] and [@c; @a].\nThree [@broken key]."
    groups = list(find(text))
    assert [(group.line, [c.key for c in group.citations]) for group in groups] == [
        (1, ["a"]),
        (3, ["b"]),
        (3, ["c", "a"]),
        (4, []),
    ]
    assert [group.malformed for group in groups] == [None, None, None, "[@broken key]"]
    assert keys(text) == ("a", "b", "c")


@pytest.mark.parametrize(
    "text",
    [
        "Write `[@a]` to cite.",
        "Write ``[@a] `x` `` to cite.",
        "```\n[@a]\n```\n",
        "```markdown\n[@a]\n```",
        "~~~\n[@a]\n~~~\n",
        "````\n```\n[@a]\n```\n````\n",
    ],
)
def test_what_is_in_code_is_not_cited(text):
    assert list(find(text)) == []


@pytest.mark.parametrize(
    "text",
    ["```\n[@a]\nnever closed", "``` of two words\n\n[@a]\n\n```", "a ` b\n\n[@a]\n\nc ` d", "a ` b\n# [@a] ` c"],
)
def test_what_a_page_does_not_show_as_code_is_cited(text):
    assert keys(text) == ("a",)


def test_lines_are_counted_through_code():
    assert [group.line for group in find("```\nx\n\ny\n```\n[@a]\n`\nx` [@b]")] == [6, 8]


def test_plain_brackets_and_addresses_are_left_alone():
    assert list(find("[link](https://example.org) [x] moss@example.org [mail me @ noon]")) == []


def test_works_of_the_text_come_before_those_of_the_fields(real):
    entry = real.knowledge.interventions["physician-peer-coaching"]
    cited = cited_keys(entry)
    assert cited[: len(keys(entry.body))] == keys(entry.body)
    assert len(cited) == len(set(cited))
    assert {key for _, key in keys_in_fields(entry)} <= set(cited)


def test_every_key_of_the_front_matter_has_its_place_there(real):
    entry = real.knowledge.interventions["physician-peer-coaching"]
    for loc, key in keys_in_fields(entry):
        value = entry
        for part in loc:
            value = value[part] if isinstance(part, int) else getattr(value, part)
        assert value == key


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It fell [@a, Table 3 and rose.", "[@a"),
        ("It fell, @moss-2024.", "@moss-2024"),
        ("It fell [see @moss-2024].", "@moss-2024"),
        ("It fell [@a, Table [3]].", "[@a"),
    ],
)
def test_what_looks_like_a_citation_outside_of_its_brackets_is_malformed(text, found):
    (group,) = find(text)
    assert (group.citations, group.malformed) == ((), found)
