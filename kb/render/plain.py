"""Plain texts to HTML: headings, paragraphs, lists of lines, tables, links, citations, strong words, nothing else.

Almost all entries hold no more, and Python-Markdown takes ten times as long to find that out. What is made here is
what Python-Markdown and the sanitizer after it make; of any other text nothing is made. It is safe by itself: no tag
and no entity of a text gets through, and a link leads to a place of this site or to a plain web address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from markdown.extensions.toc import unique

from kb.characters import hidden
from kb.render.numbering import Mark, Numbering, heading_id

CITATION = '<sup class="citation">'
_MARKS = ("`", "\\", "&", "![", " \n", "\t", "\r", "\0", "\x02", "\x03", "\xa0")
"""What might be other Markdown wherever it stands, or what the sanitizer would write otherwise."""
_TAG = re.compile(r"<(?![ .\d])")
_LEFT = ("[", "]", "*")
"""What might be, outside of what is marked as below; and so might an underscore, but within a word."""
_UNDERSCORE = re.compile(r"_(?<![^\W_]_)|_(?![^\W_])")
_TOKEN = re.compile(
    r"\[(?P<cited>@[^][<>*_]*)\]"
    r"|\[(?P<words>[^][<*_]+)\]\((?P<address>[^][()<>*\"'\s]+)\)"
    r"|\*\*(?P<strong>[^][<>*_\s](?:[^][<>*_\n]*[^][<>*_\s])?)\*\*"
)
_BLANK = re.compile(r"\n\n+")
_HEADING = re.compile(r"(#{2,4}) ([^][<>#*|\s](?:[^][<>#*|\n]*[^][<>#*|\s])?)(?:\n|\Z)")
_START = r"(?:(?!\d+\. )[^\W_]|[\"'“‘(]|\*\*[^\s*]|\[[^]]*\](?!:))"
"""How a line starts that can only be one of text."""
_ROW = r"\|[^][\n]+\|(?:\n|\Z)"
_BLOCKS = {
    "table": re.compile(rf"{_ROW}\|(?:-{{3,}}\|)+\n(?:{_ROW})+\Z"),
    "p": re.compile(rf"(?:{_START}[^\n]*(?:\n|\Z))+\Z"),
    "ul": re.compile(rf"(?:- {_START}[^\n]*(?:\n|\Z))+\Z"),
    "ol": re.compile(rf"(?=1\.)(?:\d+\. {_START}[^\n]*(?:\n|\Z))+\Z"),
}
_LISTS = frozenset({"ul", "ol"})
_ADDRESS = re.compile(r"[/#]|https?://(?:(?!xn--)[a-z0-9-]+\.)+[a-z]+(?:[/?#]|\Z)")
"""How an address starts that every parser of addresses reads alike."""


class _OtherError(Exception):
    """Raised where a text is not plain."""


def html_of(text: str, numbering: Numbering) -> str | None:
    """The text as HTML, citations close to their words; None where it is not plain."""
    text = text.strip("\n")
    if any(mark in text for mark in _MARKS) or text.endswith(" ") or _TAG.search(text) or next(hidden(text), None):
        return None
    left = _TOKEN.sub(" ", text)
    if any(mark in left for mark in _LEFT) or _UNDERSCORE.search(left):
        return None
    try:
        return close(_document(list(_blocks(text)), numbering))
    except _OtherError:
        return None


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Tags with the text of each. Raises _OtherError."""
    last = ""
    for block in filter(None, _BLANK.split(text)):
        while heading := _HEADING.match(block):
            last, block = f"h{len(heading[1])}", block[heading.end() :]
            yield last, heading[2]
        if block:
            tag = next((tag for tag, form in _BLOCKS.items() if form.match(block)), "")
            if not tag or ("|" in block and tag != "table"):
                raise _OtherError
            if tag in _LISTS and last in _LISTS:  # they may be one with paragraphs
                raise _OtherError
            yield tag, block
            last = tag


def _document(blocks: list[tuple[str, str]], numbering: Numbering) -> str:
    """Lists are made after paragraphs and headings last: in this order Python-Markdown gives out anchors."""
    html = {place: f"<p>{_inline(text, numbering)}</p>" for place, (tag, text) in enumerate(blocks) if tag == "p"}
    for place, (tag, text) in enumerate(blocks):
        if tag == "table":
            html[place] = _table(text, numbering)
        elif tag in _LISTS:
            items = (f"<li>{_inline(line.partition(' ')[2], numbering)}</li>\n" for line in text.split("\n"))
            html[place] = f"<{tag}>\n{''.join(items)}</{tag}>"
    used: set[str] = set()
    for place, (tag, text) in enumerate(blocks):
        if place not in html:
            anchor = unique(heading_id(text), used)
            html[place] = f'<{tag} id="{anchor}">{text}</{tag}>'
    return "\n".join(html[place] for place in range(len(blocks)))


def _table(text: str, numbering: Numbering) -> str:
    """A table, in which no work is cited. Raises _OtherError where a row has more cells than the first, or fewer."""
    rows = [[_inline(cell.strip(), numbering) for cell in line[1:-1].split("|")] for line in text.split("\n")]
    if len(set(map(len, rows))) > 1:
        raise _OtherError
    body = "".join(_row("td", row) for row in rows[2:])
    return f"<table>\n<thead>\n{_row('th', rows[0])}</thead>\n<tbody>\n{body}</tbody>\n</table>"


def _row(tag: str, cells: Iterable[str]) -> str:
    return "".join(["<tr>\n", *(f"<{tag}>{cell}</{tag}>\n" for cell in cells), "</tr>\n"])


def _inline(text: str, numbering: Numbering) -> str:
    """A text with what is marked in it. Raises _OtherError for a citation that is none, or an odd address."""

    def replaced(match: re.Match[str]) -> str:
        cited, words, address, strong = match.groups()
        if strong:
            return f"<strong>{strong}</strong>"
        if cited is None:
            if not _ADDRESS.match(address):
                raise _OtherError
            return f'<a href="{address}" rel="noopener">{words}</a>'
        marks = numbering.cited(cited)
        if marks is None:
            raise _OtherError
        return f"{CITATION}{','.join(map(_cited, marks))}</sup>"

    return _TOKEN.sub(replaced, text.replace("<", "&lt;").replace(">", "&gt;"))


def close(html: str) -> str:
    """The HTML without the spaces before citations, which make a text easier to read: a superscript needs none."""
    *before, last = html.split(CITATION)
    return CITATION.join([*map(str.rstrip, before), last])


def _cited(mark: Mark) -> str:
    place = f'<span class="place">{mark.place}</span>' if mark.place else ""
    return f'<a href="#ref-{mark.number}" id="{mark.anchor}" rel="noopener">{mark.number}</a>{place}'
