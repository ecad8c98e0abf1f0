"""The text of entries: sections, summaries, citations, links, review dates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb import citations
from kb.load import Content
from kb.model import KINDS, Entry, Page, Status
from kb.problems import Problem, did_you_mean, nearest

_HEADING = re.compile(r"^## +(.+?)\s*#*$", re.M)
# Inline links, definitions of reference links, addresses in angle brackets, and links written as HTML.
_LINK = re.compile(
    r"\]\(\s*<?([^)\s>]+)|^ {0,3}\[[^\]@]+\]:\s*<?([^\s>]+)|<([a-z]+:[^\s>]+)>|href\s*=\s*[\"']?([^\"'\s>]+)",
    re.I | re.M,
)
_SENTENCE_END = re.compile(r"(?<!\bDr)(?<!\bvs)(?<!\bal)(?<!\bU\.S)(?<!\be\.g)(?<!\bi\.e)[.!?](?=\s+[A-Z])")
SUMMARY_LENGTH = 200
FIXED_PAGES = ("references", "discrepancies", "search", "compare", "gap-map", "crosswalk", "downloads")
"""Pages that the site makes of the whole knowledge base, beside those of entries and the lists of each kind."""
_OTHER_PATHS = frozenset({"data", "feeds", "graphql", "health", "index", "pagefind", "theme"})
"""Further first parts of addresses that a page would take away from the site and its server."""
_NO_TEXT = re.compile(r"(?s:<!--.*?-->)|^#.*$", re.M)


def sections_in_order(content: Content) -> Iterator[Problem]:
    """A published body has the sections of its kind, in their order, each with text (KB401)."""
    for entry in content.knowledge.entries():
        if not entry.sections or entry.status is not Status.PUBLISHED:
            continue
        blanked = citations.without_code(entry.body)
        headings = list(_HEADING.finditer(blanked))
        found = [(match[1], blanked.count("\n", 0, match.start()) + 1) for match in headings]
        names = [name for name, _ in found]
        order = " · ".join(entry.sections)
        article = "an" if entry.kind[0] in "aeiou" else "a"
        for name, line in found:
            if name not in entry.sections:
                hint = did_you_mean(name, entry.sections, f"the sections are: {order}")
                yield content.body_problem(
                    entry, line, "KB401", f"there is no section {name!r} in {article} {entry.kind}", hint
                )
        misspelled = {nearest(name, entry.sections) for name in names if name not in entry.sections}
        for name in entry.sections:
            if name not in names and name not in misspelled:
                yield content.body_problem(
                    entry, 1, "KB401", f"the section {name!r} is missing", f"the sections are: {order}"
                )
        ends = [*(match.start() for match in headings[1:]), len(entry.body)]
        for heading, (name, line), end in zip(headings, found, ends, strict=False):
            if name in entry.sections and not _NO_TEXT.sub("", entry.body[heading.end() : end]).strip():
                hint = "write it, or that nothing is known; status: draft may wait"
                yield content.body_problem(entry, line, "KB401", f"the section {name!r} must have text", hint)
        kept = [name for name in names if name in entry.sections]
        if sorted(kept) == sorted(entry.sections) and tuple(kept) != entry.sections:
            yield content.body_problem(entry, found[0][1], "KB401", "the sections must stand in their order", order)
        for name, line in found:
            if names.count(name) > 1 and line != next(at for other, at in found if other == name):
                yield content.body_problem(
                    entry, line, "KB401", f"the section {name!r} must stand once", "join the two"
                )


def summaries_fit(content: Content) -> Iterator[Problem]:
    """A summary is one plain sentence of at most 200 characters (KB402)."""
    for entry in content.knowledge.entries():
        summary = entry.summary
        if len(summary) > SUMMARY_LENGTH:
            message = f"the summary must have at most {SUMMARY_LENGTH} characters, it has {len(summary)}"
            yield content.problem(entry, ("summary",), "KB402", message, "shorten it to what a reader must know")
        elif not summary.endswith((".", "?")) or _SENTENCE_END.search(summary[:-1]):
            message = "the summary must be one sentence that ends with a period"
            yield content.problem(entry, ("summary",), "KB402", message, "join or cut what is more than one sentence")


def citations_are_well_formed(content: Content) -> Iterator[Problem]:
    """A bracket that starts with @ is a citation, and an @ before a word stands in one (KB403)."""
    for entry in content.knowledge.entries():
        for group in citations.find(entry.body):
            if group.malformed:
                hint = "write [@key], [@key, Table 3] or [@a; @b]; a key is lower-case words joined by hyphens"
                yield content.body_problem(entry, group.line, "KB403", f"{group.malformed} is not a citation", hint)


def pages_have_addresses_of_their_own(content: Content) -> Iterator[Problem]:
    """A page is not named like what the site or its server puts at the same address (KB101)."""
    taken = {*FIXED_PAGES, *_OTHER_PATHS, *(kind.folder for kind in KINDS)}
    for page in content.knowledge.pages.values():
        if page.slug in taken:
            message = f"a page must have an address of its own, /{page.slug}/ is the site's"
            yield Problem(content.sources[page.folder, page.slug].path, 1, "KB101", message, "rename the file")


def links_are_safe(content: Content) -> Iterator[Problem]:
    """A link leads to http, https, mailto, a place on the page, or an entry that exists (KB403)."""
    for entry in content.knowledge.entries():
        for match in _LINK.finditer(citations.without_code(entry.body)):
            target = next(group for group in match.groups() if group)
            line = entry.body.count("\n", 0, match.start()) + 1
            if target.startswith("/") and not target.startswith("//"):
                yield from _site_link(content, entry, line, target)
            elif not target.startswith(("https://", "http://", "mailto:", "#")):
                hint = "write a full https:// address, or /interventions/slug/ for an entry"
                yield content.body_problem(entry, line, "KB403", f"the link {target!r} leads nowhere safe", hint)


def _site_link(content: Content, entry: Entry, line: int, target: str) -> Iterator[Problem]:
    path = target.partition("#")[0]
    parts = path.strip("/").split("/")
    folders = [kind.folder for kind in KINDS if kind is not Page]
    known = {*content.slugs["pages"], *folders, *FIXED_PAGES, ""}
    if parts[0] in folders and len(parts) == 2:
        known = {f"{parts[0]}/{slug}" for slug in content.slugs[parts[0]]}
    name = "/".join(parts)
    if name not in known:
        hint = did_you_mean(
            name, known, f"add content/{name}.md" if len(parts) == 2 else "name a page that stands there"
        )
        yield content.body_problem(entry, line, "KB403", f"there is no page {target}", hint)
    elif entry.status is Status.PUBLISHED and _is_draft(content, parts):
        message = f"a published entry must not link to a draft, {target} is one"
        yield content.body_problem(entry, line, "KB403", message, "publish it too, or leave the link out")
    elif not path.endswith("/"):
        yield content.body_problem(entry, line, "KB403", f"the link {target} must end with a slash", f"write {path}/")


def _is_draft(content: Content, parts: list[str]) -> bool:
    kind = next((kind for kind in KINDS if kind.folder == parts[0] and len(parts) == 2), Page)
    linked = content.knowledge.of_kind(kind).get(parts[-1])
    return linked is not None and linked.status is Status.DRAFT


def reviews_are_due(content: Content) -> Iterator[Problem]:
    """An entry is reviewed before its review date passes (KB404, a warning), which follows the review (KB103)."""
    for entry in content.knowledge.entries():
        if entry.review_by and entry.review_by < entry.reviewed:
            message = f"review_by must not lie before reviewed, {entry.reviewed}, got {entry.review_by}"
            yield content.problem(entry, ("review_by",), "KB103", message, "write the day when it is due again")
        elif entry.status is Status.PUBLISHED and entry.stale(content.knowledge.today):
            message = f"the entry was due for review on {entry.due}"
            hint = "check it against its sources, then set reviewed: to the day of the check"
            yield content.problem(entry, ("reviewed",), "KB404", message, hint)


RULES = (
    sections_in_order,
    summaries_fit,
    citations_are_well_formed,
    pages_have_addresses_of_their_own,
    links_are_safe,
    reviews_are_due,
)
