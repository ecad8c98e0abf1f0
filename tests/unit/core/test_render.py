"""Markdown to sanitized HTML with numbered citations, their bibliography, and the links back."""

import re
from datetime import date

import pytest
from jinja2 import Environment, meta

from kb.model import KINDS, Page, Study
from kb.read.bibliography import parse
from kb.view.render import OF_PAGES, OURS, Renderer, at_depth


@pytest.fixture(scope="module")
def renderer():
    """A renderer over four works: a, b, c and d."""
    records = "".join(
        f"@article{{{key}, title = {{Work {key.upper()}}}, publisher = {{P}}, verified = {{seed}}}}\n" for key in "abcd"
    )
    return Renderer(parse(records, "references.bib")[0])


@pytest.fixture
def rendered(renderer):
    """Renders a text as the body of a page."""
    fields = {"slug": "a", "title": "A", "summary": "A.", "status": "draft", "reviewed": date(2026, 11, 1)}
    return lambda text: renderer.render(Page(body=text, **fields))


def shown(html):
    """The words of some HTML."""
    return re.sub(r"<[^>]+>", "", html).strip()


def test_works_are_numbered_in_the_order_of_first_use(rendered):
    result = rendered("One [@c]. Two [@a]. Three [@c; @b].")
    assert shown(result.html) == "One1. Two2. Three1,3."
    assert [(cited.number, cited.reference.key) for cited in result.bibliography] == [(1, "c"), (2, "a"), (3, "b")]


def test_each_entry_is_numbered_anew(rendered):
    first, second = rendered("[@b] [@a]"), rendered("[@a]")
    assert [cited.reference.key for cited in first.bibliography] == ["b", "a"]
    assert [(cited.number, cited.reference.key) for cited in second.bibliography] == [(1, "a")]


def test_every_link_to_the_bibliography_and_back_leads_somewhere(rendered):
    result = rendered("One [@a]. Two [@b, Table 3]. Three [@a; @c].\n\n## Four [@a]\n\n- Five [@b]")
    page = result.html + result.bibliography_html
    targets = re.findall(r'href="#([^"]+)"', page)
    ids = re.findall(r'id="([^"]+)"', page)
    assert set(targets) <= set(ids)
    assert len(ids) == len(set(ids))
    assert [len(cited.anchors) for cited in result.bibliography] == [3, 2, 1]


def test_the_place_stands_beside_the_number(rendered):
    assert "(Table 3, row 2)" in shown(rendered("It fell [@a, Table 3, row 2].").html)


def test_a_place_is_sanitized_too(rendered):
    html = rendered("It fell [@a, Table 3 & <script>alert(1)</script>].").html
    assert "<script" not in html


def test_unknown_works_stay_as_the_brackets_that_name_them(rendered):
    result = rendered("It fell [@nobody-2024] and [@a; @nobody-2024].")
    assert "[@nobody-2024]" in result.html
    assert "[@a; @nobody-2024]" in result.html


def test_citations_in_code_stay_as_written(rendered):
    result = rendered("Write `[@a]`.\n\n```\n[@b]\n```\n")
    assert "[@a]" in result.html
    assert "[@b]" in result.html
    assert result.bibliography == ()
    assert result.bibliography_html == ""


def test_works_named_in_fields_follow_those_of_the_text_without_links_back(renderer):
    study = Study(
        slug="a",
        body="It fell [@b].",
        title="A",
        summary="A.",
        status="draft",
        reviewed=date(2026, 11, 1),
        reference="d",
        design="rct",
        reading_basis="abstract",
    )
    result = renderer.render(study)
    assert [(cited.reference.key, len(cited.anchors)) for cited in result.bibliography] == [("b", 1), ("d", 0)]
    assert "Work D" in result.bibliography_html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<p onclick="alert(1)">x</p>',
        '<p style="position:fixed">x</p>',
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:alert(1))",
        "[x][1]\n\n[1]: javascript:alert(1)",
        "<javascript:alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        "<iframe src=https://example.org></iframe>",
        "<svg onload=alert(1)></svg>",
        "<form action=https://example.org><input></form>",
        "<style>p {color: red}</style>",
        "<meta http-equiv=refresh content=0>",
        "<math><mi xlink:href=javascript:alert(1)>x</mi></math>",
    ],
)
def test_nothing_that_acts_gets_through(rendered, text):
    html = rendered(f"Before.\n\n{text}\n\nAfter.").html
    assert not re.search(r"<(script|img|iframe|svg|form|input|style|meta|math)|\son\w+=|style=", html, re.I)
    assert not re.search(r"(href|src)\s*=\s*[\"']?\s*(javascript|data|vbscript):", html, re.I)
    assert "Before." in html
    assert "After." in html


@pytest.mark.parametrize(
    "text",
    [
        '<span class="badge evidence-based" id="main" title="x" role="alert" style="color:red">Evidence-based</span>',
        '<sup class="citation"><a href="#ref-1" id="cite-1-1">1</a><span class="place">(p)</span></sup>',
        '<h2 id="section-findings" class="title" tabindex="1" name="x" aria-label="x" data-x="x">x</h2>',
        '``` {#main .badge title="x"}\nx\n```',
        '```{ .python hl_lines="1" }\nx\n```',
        '[x](/y/ "Title") and [x][r]\n\n[r]: /y/ "Title"',
        pytest.param(f'<b id="{OURS[:-1]}main" class="text-x">x</b>', id="the start of the secret word"),
    ],
)
def test_no_text_gives_itself_a_look_or_an_anchor(rendered, text):
    html = rendered(text).html
    assert "x" in html or "Evidence-based" in html or "1" in html
    assert not re.search(r"\s(?:id|class|title|role|style|name|tabindex|aria-\w+|data-\w+|hl_lines)=", html)


def test_anchors_of_headings_are_none_of_the_page(rendered):
    html = rendered("## Main\n\n## Main\n\n## Ref 1\n\n## Cite 1 1\n\n## Does it work\n\n## !\n\nIt fell [@a].").html
    assert re.findall(r'id="([^"]*)"', html) == [
        *("text-main", "text-main_1", "text-ref-1", "text-cite-1-1", "does-it-work", "text-", "cite-1-1")
    ]


def test_every_anchor_that_the_templates_of_entries_give_is_kept_for_them(project):
    folder = project / "theme" / "templates"
    names, asked = (
        set(),
        {f"{kind.kind}.html" for kind in KINDS},
    )
    while asked:
        names |= asked
        sources = [Environment().parse((folder / name).read_text(encoding="utf-8")) for name in asked]
        asked = {name for source in sources for name in meta.find_referenced_templates(source) if name} - names
    text = "".join((folder / name).read_text(encoding="utf-8") for name in sorted(names))
    # A section of the text, and what is folded, are named where they are laid out.
    named = re.findall(r'\sid="(?!\{\{ (?:name|section\.anchor) )([^"]*)"', text)
    folded = re.findall(r'(?<!un)fold\("([^"]*)"( ~)?', text)
    given = {re.sub(r"\{\{.*?\}\}", "x", anchor) for anchor in named}
    given |= {f"{name}x" if more else name for name, more in folded}
    assert {"main", "section-x", "section-evidence", "verdict", "finding-x"} <= given
    assert not {anchor for anchor in given if not OF_PAGES.fullmatch(anchor)}


def test_a_text_comes_apart_at_its_own_headings_and_nothing_of_it_is_lost(rendered):
    first = "## What *it* is & was\n\nOne [@a].\n\n### Less\n\n> ## Quoted"
    result = rendered(f"Before.\n\n{first}\n\n## Two\n\n- A<br>B\n\n## Three")
    assert [(s.anchor, s.title) for s in result.sections] == [
        *(("what-it-is-was", "What it is & was"), ("two", "Two"), ("three", "Three"))
    ]
    assert result.opening == "<p>Before.</p>"
    assert "Quoted" in result.sections[0].html
    parts = (result.opening, *(section.title + section.html for section in result.sections))
    assert "".join(map(shown, parts)).replace("\n", "") == shown(result.html).replace("&amp;", "&").replace("\n", "")


@pytest.mark.parametrize("text", ["", "Only words.", "<div>\n\n## In\n\n</div>", "<b>x\n\n## In\n\nmore</b>"])
def test_a_text_without_a_heading_of_its_own_is_all_opening(rendered, text):
    result = rendered(text)
    whole = result.opening + "".join(f"{s.title}{s.html}" for s in result.sections)
    assert shown(whole) == shown(result.html)
    for section in result.sections:
        assert len(re.findall(r"<(?!/|br|hr)", section.html)) == section.html.count("</")


@pytest.mark.parametrize("entity", ["&#x202e;", "&rlm;", "&shy;", "&#xE000;", "&ZeroWidthSpace;", "&#2;", "&#917569;"])
def test_no_hidden_character_gets_through_as_an_entity(rendered, entity):
    """Within what is code for one reader of Markdown and none for another too."""
    for text in (f"a{entity}b", f"a ` b\n\na{entity}b\n\nc ` d", f"```\na{entity}b\n"):
        assert "ab" in rendered(text).html


def test_ordinary_markdown_is_kept(rendered):
    html = rendered(
        "## Heading\n\n*a* **b** [c](https://example.org/?a=1&b=2)\n\n- d\n\n1. e\n\n| f |\n|---|\n| g |\n\n> h"
    ).html
    for tag in ("<h2", "<em>", "<strong>", 'href="https://example.org/?a=1&amp;b=2"', "<ul>", "<ol>", "<td>"):
        assert tag in html
    assert "<blockquote>" in html


@pytest.mark.parametrize(("depth", "root"), [(0, "./"), (1, "../"), (2, "../../")])
def test_links_from_the_root_become_relative_to_the_page_and_name_a_file(depth, root):
    links = {
        "/": f"{root}index.html",
        "/#a": f"{root}index.html#a",
        "/drivers/a/": f"{root}drivers/a/index.html",
        "/drivers/a/#b/": f"{root}drivers/a/index.html#b/",
        "/drivers/#a?b": f"{root}drivers/index.html#a?b",
        "/drivers/?a=/": f"{root}drivers/?a=/",
        "/feeds/all.atom": f"{root}feeds/all.atom",
        "https://example.org/": "https://example.org/",
        "#ref-1": "#ref-1",
    }
    html = "".join(f'<a href="{link}" id="x">/</a>' for link in links)
    assert at_depth(html, depth) == "".join(f'<a href="{link}" id="x">/</a>' for link in links.values())


def test_a_text_with_other_numbers_is_rendered_anew():
    """The same text may stand before another bibliography."""
    fields = {"slug": "a", "title": "A", "summary": "A.", "status": "draft", "reviewed": date(2026, 11, 1)}
    page = Page(body="It fell [@b] and rose [@a].", **fields)
    known = parse(
        "".join(f"@misc{{{key}, title = {{Work}}, publisher = {{P}}, verified = {{seed}}}}\n" for key in "ab"), "a.bib"
    )[0]
    both, one = Renderer(known).render(page), Renderer({"a": known["a"]}).render(page)
    assert shown(both.html) == "It fell1 and rose2."
    assert shown(one.html) == "It fell [@b] and rose1."
    assert Renderer(known).render(page) == both
