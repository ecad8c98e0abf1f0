"""The HTML that the text of an entry may hold; a page leaves out all other."""

from __future__ import annotations

from collections.abc import Mapping

ELEMENTS = frozenset(
    (
        *("a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "dfn", "div", "dl", "dt", "em"),
        *("figcaption", "figure", "h2", "h3", "h4", "hr", "i", "kbd", "li", "mark", "ol", "p", "pre", "q", "s"),
        *("small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    )
)
ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "a": frozenset({"href"}),
    "th": frozenset({"scope", "colspan", "rowspan"}),
    "td": frozenset({"colspan", "rowspan"}),
    "ol": frozenset({"start"}),
}
"""By element. None of them changes how a text looks, names it, or speaks of it to a screen reader."""
SCHEMES = frozenset({"http", "https", "mailto"})
"""How an address of a link may start, beside those within the site."""
