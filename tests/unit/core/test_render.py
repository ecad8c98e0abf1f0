"""Markdown to sanitized HTML with numbered citations, their bibliography, and the links back."""

import re
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jinja2 import Environment, meta
from markdown import Markdown

from kb.bibliography import parse
from kb.model import Page, Study
from kb.render import Renderer, at_depth, sanitized
from kb.render.conversion import CitationExtension, Converter
from kb.render.numbering import OF_PAGES, OURS, Numbering, heading_id
from kb.render.plain import close, html_of


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
        f'<b id="{OURS[:-1]}main" class="text-x">x</b>',
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
        {"prose.html", "driver.html", "framework.html", "instrument.html", "intervention.html", "study.html"},
    )
    while asked:
        names |= asked
        sources = [Environment().parse((folder / name).read_text(encoding="utf-8")) for name in asked]
        asked = {name for source in sources for name in meta.find_referenced_templates(source) if name} - names
    text = "".join((folder / name).read_text(encoding="utf-8") for name in sorted(names))
    given = {re.sub(r"\{\{.*?\}\}", "x", anchor) for anchor in re.findall(r'\sid="([^"]*)"', text)}
    assert {"main", "section-x", "verdict", "finding-x"} <= given
    assert not {anchor for anchor in given if not OF_PAGES.fullmatch(anchor)}


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


SNIPPETS = [
    *(
        "word",
        "a_b_c",
        "*em*",
        "**strong**",
        "***both***",
        "_em_",
        "__strong *and em*__",
        "*open",
        "*",
        "_",
        "\\*no\\*",
    ),
    *("`code`", "``co`de``", "`open", "\\`", "\\\\`x`", "[text](/path/)", '[t](<a b> "Title")', "[t](", "[text][ref]"),
    *("[ref][]", "[ref]", "[nowhere]", "[^1]", "[a [b] c](d)", "![alt](a.png)", "![alt][ref]", "![ref]", "!", "[", "]"),
    *("<https://a.example/?b=1&c=2>", "<a@b.example>", "<b>x</b>", "<br>", "<!-- c -->", "<", ">", "1 < 2 & 3 > 2"),
    *("&amp;", "&#38;", "&nbsp;", "&", "&copy", "[@a]", "[@b, Table *3* & `x`]", "[@a; @b, page 2]", "[@nobody]", "[@"),
    *(
        "*[@a]*",
        "[x [@a]](y)",
        "`[@a]`",
        "two  \nlines",
        "[ref]: /there/ 'Title'",
        "[TOC",
        "<div>*x*</div>",
        "é ß 東京",
    ),
    *("| a | b |\n|---|:-:|\n| *c* | [@a] |", "```\n*x* [@a]\n```", "    *indented*", "Heading\n===", "Heading\n---"),
    *(
        "# One",
        "## Two",
        "## Two",
        "### *Three* & [@b] #",
        "## `Four` <b>x</b>",
        "## Five \\* &amp; é",
        "##",
        "###### Six",
    ),
    *("- a\n- *b*\n    - c [@a]\n\n        more", "1. a\n2. b\n\n- c", "* a\n\n* b", "> quote\n> *em*", "---", "<div>"),
]
"""Markdown of every kind, whole and broken."""


def plainly(text, keys):
    """The text as Python-Markdown converts it without our shortcuts."""
    citing, numbering = CitationExtension(), Numbering(keys)
    citing.numbering = numbering
    extensions = ["tables", "fenced_code", "sane_lists", "toc", citing]
    ids = {"marker": "", "slugify": lambda value, _mark: f"{OURS}{heading_id(value)}"}
    html = Markdown(extensions=extensions, extension_configs={"toc": ids}).convert(text)
    return html, numbering.anchors


@pytest.fixture(scope="module")
def converter():
    return Converter()


@given(st.lists(st.tuples(st.sampled_from(SNIPPETS), st.sampled_from([" ", "", "\n", "\n\n"]))))
@example([(snippet, "\n\n") for snippet in SNIPPETS])
@example([(snippet, " ") for snippet in SNIPPETS])
def test_shortcuts_give_the_html_of_python_markdown(converter, parts):
    text = "".join(snippet + space for snippet, space in parts)
    assert tuple(converter.convert(text, ("b", "a"))) == plainly(text, ("b", "a"))


def cleanly(text, keys):
    """The text as Python-Markdown converts it, sanitized."""
    html, anchors = plainly(text, keys)
    return close(sanitized(html)), anchors


def test_the_texts_of_all_entries_are_converted_as_by_python_markdown(real, converter):
    keys = tuple(real.knowledge.references)
    for entry in real.knowledge.entries():
        assert tuple(converter.convert(entry.body, keys)) == plainly(entry.body, keys)
        numbering = Numbering(keys)
        html = html_of(entry.body, numbering)
        assert html is None or (html, numbering.anchors) == cleanly(entry.body, keys)


PLAIN = [
    *("One word", "Two\nlines", "138 people (95% CI 1 to 2; P < .001).", "“Quoted” > 3", "It fell [@a].", "Cite 1 1"),
    *(
        "[text](https://a.example/b_c?d=e)",
        "[two words](/path/#part) and [@b, Table 3; @a]",
        "[@nobody]",
        "1. b",
        "12.",
    ),
    *(
        "## Two",
        "## Two",
        "### Three",
        "## Cite 1 1",
        "**strong words** here",
        "| a | b |\n|---|---|\n| 1 | **c** d |\n|  | < 2 |",
        "| a |\n|---|\n| b |",
        "|---|\n| 1 |",
        "|",
        "- **a:** b_c 1_2",
        "**",
        "_",
        "- a\n- [@a] b",
        "1. a\n2. b [@b]",
        "#",
        "- ",
        "  ",
        "]:",
        "\u2028",
        "\xa0",
        "\0",
    ),
]
"""Texts, and what may make of plain ones something else."""
ADDRESSES = st.sampled_from(
    [
        *("", "/", "//", "#", "https://", "http://a.example", "https://a.example/", "https://xn--a.example/", "https:"),
        *(
            "https://1.2",
            "https://a_b.example/",
            "https://a.example:",
            "javascript:",
            "mailto:",
            "data:",
            "HTTPS://a.b/",
        ),
    ]
)


TEXTS = st.lists(
    st.tuples(
        st.one_of(st.sampled_from(PLAIN), st.text(max_size=5), st.builds("[x]({}{})".format, ADDRESSES, st.text())),
        st.sampled_from(["\n\n", "\n\n", "\n", " ", ""]),
    ),
    max_size=8,
)


@given(TEXTS)
@example([("- a\n- [@a] b", "\n\n"), ("It fell [@a].", "\n\n"), ("1. a\n2. b [@b]", "\n"), ("One word", "")])
@example([("[x](https://xn--a.example/)", "\n\n")])
@example([("[x](https://1.2.3.4.5/)", "\n\n")])
def test_plain_texts_need_no_markdown_parser_and_no_sanitizer_and_come_out_the_same(parts):
    text, numbering = "".join(piece + space for piece, space in parts), Numbering(("b", "a"))
    html = html_of(text, numbering)
    assert html is None or (html, numbering.anchors) == cleanly(text, ("b", "a"))
    assert html is None or without_ours(html) == sanitized(html)


def without_ours(html):
    """The HTML without the ids and classes that we give."""
    return re.sub(r'(?<=<h[2-4]) id="[^"]*"| id="cite-[^"]*"| class="(?:citation|place)"', "", html)


@given(ADDRESSES, st.text())
def test_a_plain_link_leads_where_the_sanitizer_lets_it(start, rest):
    html = html_of(f"[x]({start}{rest})", Numbering(()))
    assert html is None or html == sanitized(html)


def test_most_entries_are_plain_texts(real):
    """Else the second way of converting them is not worth its lines."""
    entries = list(real.knowledge.entries())
    plain = [entry for entry in entries if html_of(entry.body, Numbering(tuple(real.knowledge.references))) is not None]
    assert len(plain) > 0.75 * len(entries)


def test_an_inline_pattern_that_is_not_known_is_tried_on_every_text(converter, monkeypatch):
    """Words alone are no reason to leave out a pattern of an extension that is added some day."""
    monkeypatch.setattr("kb.render.conversion._NEEDED", {})
    assert tuple(converter.convert("*a* `b` [@a]", ("a",))) == plainly("*a* `b` [@a]", ("a",))


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
