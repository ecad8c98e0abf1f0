"""The text of entries: sections, summaries, citations, links, and what its page can show."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from kb.check.rule import rule
from kb.model import KINDS, Entry, EntryStatus, Page, Study
from kb.problems import Problem, Speller
from kb.read import citations
from kb.read.content import Content
from kb.read.frontmatter import PLACEHOLDER, FrontMatter, texts
from kb.text import addresses
from kb.text.characters import as_latin, like, suspects
from kb.text.html import ATTRIBUTES, ELEMENTS

_HEADING = re.compile(r"^## +(\S.*)$", re.M)
_OTHER_HEADING = re.compile(r"^(?:(#|#{3,6}) +|(##)(?=[^#\s]))(\S.*)$", re.M)
# Inline links, definitions of reference links, addresses in angle brackets, and links written as HTML.
_LINK = re.compile(
    r"""\]\(\s*<?([^)\s>]+)
        | ^\ {0,3}\[[^][@]+\]:\s*<?([^\s>]+)
        | <((?i:[a-z]{2,}):[^\s<>]+)>
        | (?i:href)\s*=\s*["']?([^"'\s>]+)""",
    re.M | re.X,
)
_IMAGE = re.compile(r"!\[[^\]\n]*\]\([^)\n]*\)")
_FOLDERS = "|".join(kind.folder for kind in KINDS)
_OWN = re.compile(rf"(?:\.{{0,2}}/)*(?:content/)?((?:{_FOLDERS})/[a-z0-9-]+)(?:\.md|\.html|/)?")
_SENTENCE_END = re.compile(r"(?<!\bDr|\bvs|\bal)(?<!\bU\.S|\be\.g|\bi\.e)[.!?](?=\s+[A-Z])")
SUMMARY_LENGTH = 200
FIXED_PAGES = (
    *("references", "discrepancies", "search", "compare", "plan", "measure", "gap-map", "crosswalk", "downloads"),
    "changes",
)
"""Pages that the site makes of the whole knowledge base, beside those of entries and the lists of each kind."""
_OTHER_PATHS = frozenset({"data", "embed", "feeds", "graphiql", "graphql", "health", "index", "mcp", "oembed", "theme"})
"""Further first parts of addresses that a page would take away from the site and its server."""
# As browsers read it: <!--> is a whole comment, and what nothing closes is none.
_COMMENT = re.compile(r"<!--(?:-?>|.*?--!?>|(?P<open>.*))", re.S)
_CONFLICT = re.compile(r"^<{7} .*(?:\n[\s\S]*?^>{7} .*$)?|^>{7} .*$|^\|{7} .*$", re.M)
_NEARLY_CITED = re.compile(r"\[?@ *([A-Za-z]\w*(?:-\w+)*),? *([^@;\]]*)\]?")
_LONGEST_CITATION = 200
_OF_A_KEY = re.compile(r"(?:19|20)\d\d\b")
_APART = re.compile(r"\][ \t]+\((?=/|https?://)")
_TODO = re.compile(rf"\b{PLACEHOLDER}\b")
_CITATION_IN_A_FIELD = re.compile(citations.PATTERN)
# A word in brackets that is no link and defines none.
_BRACKETED = re.compile(r"(?<![\]!])\[([a-z0-9]+(?:-[a-z0-9]+)*)(,[^\[\]]*)?\](?![(\[:])")
# What is no comment and no heading, up to its first sign.
_ANY_TEXT = re.compile(r"(?:\s|<!--[\s\S]*?-->|^#.*)*+\S", re.M)


@rule(Entry)
def sections_in_order(entry: Entry, source: FrontMatter) -> Iterator[Problem]:
    """A published body has the sections of its kind, in their order, each with text (KB401)."""
    if not entry.sections or entry.status is not EntryStatus.PUBLISHED:
        return
    text = citations.without_code(entry.body)
    headings = list(_HEADING.finditer(text))
    names = [heading_words(match[1]) for match in headings]
    absent = [name for name in entry.sections if name not in names]
    others = {heading_words(match[3]): match for match in _OTHER_HEADING.finditer(text)}
    order = " · ".join(entry.sections)
    unknown = [name for name in names if name not in entry.sections]
    # One heading too many and one too few are most likely the same section.
    renamed = absent[0] if len(absent) == len(unknown) == 1 and absent[0] not in others else None
    speller = Speller()
    ends = [*(match.start() for match in headings[1:]), len(text)]
    for index, (name, match, end) in enumerate(zip(names, headings, ends, strict=False)):
        line = _line(text, match)
        if name in unknown:
            guess = speller.nearest(name, absent) or renamed
            hint = f"write ## {guess}" if guess else f"the sections are: {order}"
            article = "an" if entry.kind[0] in "aeiou" else "a"
            yield source.body_problem(line, "KB401", f"there is no section {name!r} in {article} {entry.kind}", hint)
            absent = [section for section in absent if section != guess]
        elif name in names[:index]:
            yield source.body_problem(line, "KB401", f"duplicate section {name!r}", "merge the two")
        elif not _ANY_TEXT.match(entry.body, match.end(), end):
            hint = "write it, or say that nothing is known; a draft may leave it out"
            yield source.body_problem(line, "KB401", f"the section {name!r} must have text", hint)
    for name in absent:
        if other := others.get(name):
            message = f"the section {name!r} must be a heading with ##, found {other[1] or 'no space after it'}"
            yield source.body_problem(_line(text, other), "KB401", message, f"write ## {name}")
        else:
            yield source.body_problem(1, "KB401", f"the section {name!r} is missing", f"the sections are: {order}")
    kept = [name for name in names if name in entry.sections]
    if sorted(kept) == sorted(entry.sections) and tuple(kept) != entry.sections:
        message, hint = "the sections must be in order", f"put them in this order: {order}"
        yield source.body_problem(_line(text, headings[0]), "KB401", message, hint)


@rule(Study)
def texts_cite_their_work(study: Study, source: FrontMatter) -> Iterator[Problem]:
    """The text of a published study cites at least one work (KB408, a warning), most often its own."""
    if study.status is EntryStatus.PUBLISHED and not any(group.citations for group in citations.find(study.body)):
        key = getattr(study, "reference", "key")
        message = "the text of a study must cite its work, it has no citation"
        hint = f"after what each figure is taken from write its place, e.g. [@{key}, Table 2]"
        yield source.body_problem(1, "KB408", message, hint)


def heading_words(written: str) -> str:
    """What a heading says, without the signs that may close it."""
    return written.rstrip().rstrip("#").rstrip() or written


@rule(Entry, {Entry: ("summary",)})
def summaries_fit(entry: Entry, source: FrontMatter) -> Iterator[Problem]:
    """A summary is one plain sentence of at most 200 characters (KB402)."""
    summary = entry.summary
    if len(summary) > SUMMARY_LENGTH:
        message = f"the summary must have at most {SUMMARY_LENGTH} characters, it has {len(summary)}"
        yield source.problem(("summary",), "KB402", message, "shorten it to what a reader must know")
    elif not summary.endswith((".", "?")) or _SENTENCE_END.search(summary[:-1]):
        message = "the summary must be one sentence that ends with a period"
        yield source.problem(("summary",), "KB402", message, "keep one sentence, and end it with a period")


@rule(Entry)
def citations_are_well_formed(entry: Entry, source: FrontMatter) -> Iterator[Problem]:
    """A bracket that starts with @ is a citation, and an @ before a word is in one (KB403)."""
    for group in citations.find(entry.body):
        if group.malformed:
            hint = "write [@key], [@key, Table 3] or [@a; @b]; a key is lower-case words joined by hyphens"
            if looks := like(group.malformed):
                hint = f"{looks}: write {as_latin(group.malformed)}"
            elif len(group.malformed) <= _LONGEST_CITATION and (near := _NEARLY_CITED.fullmatch(group.malformed)):
                sign = "-" if _OF_A_KEY.match(near[2]) else ", " if near[2] else ""
                hint = f"write [@{near[1].lower()}{sign}{near[2]}]"
            yield source.body_problem(group.line, "KB403", f"{group.malformed} is not a citation", hint)
    # A page shows a field as it is written, so a citation in it too.
    for loc, text in texts(source.values):
        if found := _CITATION_IN_A_FIELD.search(text):
            field = next((name for name in reversed(loc) if isinstance(name, str)), "")
            message = f"a citation must be in the text, found {found[0]} in {field}"
            hint = "cite the work in a section of the text, or name it under source:"
            yield source.problem(loc, "KB403", message, hint)


@rule(Entry)
def nothing_is_left_to_write(entry: Entry, source: FrontMatter) -> Iterator[Problem]:
    """No placeholder is left in the text of a published entry, and no mark of a conflict (KB401).

    A comment is no text.
    """
    for match in _CONFLICT.finditer(entry.body):
        line = _line(entry.body, match)
        hint = "keep one of the two versions, and delete the lines of <<<<<<<, ======= and >>>>>>>"
        message = "a merge conflict left two versions of the text here"
        if not (match[0].startswith("<") and ">>>>>>> " in match[0]):
            message, hint = (
                "a mark of a merge conflict is left here",
                "keep what is right around it, and delete this line",
            )
        yield source.body_problem(line, "KB401", message, hint)
    if entry.status is not EntryStatus.PUBLISHED:
        return
    text = meant(entry.body)
    for line in dict.fromkeys(_line(text, match) for match in _TODO.finditer(text)):
        message = f"the text still has {PLACEHOLDER}"
        yield source.body_problem(line, "KB401", message, "write it, or leave it out")


def section(body: str, title: str) -> tuple[int, str]:
    """The text below a heading of the second level, and the line on which it starts; empty if there is none."""
    match = re.search(rf"^## +{re.escape(title)} *\n(.*?)(?=^## |\Z)", body, re.M | re.S)
    return (body.count("\n", 0, match.start(1)) + 1, match[1]) if match else (1, "")


def meant(body: str) -> str:
    """A text with code and comments left out, each line where it was."""
    return _COMMENT.sub(_line_ends, citations.without_code(body))


def _line_ends(comment: re.Match[str]) -> str:
    return "\n" * comment[0].count("\n") if comment["open"] is None else comment[0]


@rule(Content)
def citations_have_their_sign(content: Content) -> Iterator[Problem]:
    """The key of a work in brackets has its @ (KB403)."""
    known = content.reference_lines or {}
    for entry in content.knowledge.entries():
        text = meant(entry.body)
        for match in _BRACKETED.finditer(text):
            if match[1] in known and f"[{match[1]}]:" not in text:
                hint = f"write [@{match[1]}{match[2] or ''}]"
                yield content.body_problem(entry, _line(text, match), "KB403", "a citation needs an @", hint)


@rule(Content)
def pages_have_addresses_of_their_own(content: Content) -> Iterator[Problem]:
    """A page does not take an address that the site or its server uses (KB101)."""
    taken = {*FIXED_PAGES, *_OTHER_PATHS, *(kind.folder for kind in KINDS)}
    for page in content.knowledge.pages.values():
        if page.slug in taken:
            message = f"a page must not use an address of the site, got /{page.slug}/"
            yield Problem(content.sources[page.folder, page.slug].path, 1, "KB101", message, "rename the file")


def _links(body: str) -> tuple[tuple[int, str], ...]:
    """The targets of all links of a text, with their lines."""
    text = _IMAGE.sub("", citations.without_code(body))
    return tuple(
        (_line(text, match), next(group for group in match.groups() if group)) for match in _LINK.finditer(text)
    )


def _on_site(target: str) -> bool:
    return target.startswith("/") and not target.startswith("//")


@rule(Entry)
def links_lead_out_safely(entry: Entry, source: FrontMatter) -> Iterator[Problem]:
    """A link leads to http, https, mailto, a place on the page, or an entry (KB403)."""
    for match in _APART.finditer(meant(entry.body)):
        message = "a link must have no space between ] and ("
        yield source.body_problem(_line(entry.body, match), "KB403", message, "remove the space")
    for line, target in _links(entry.body):
        if not _on_site(target) and not target.startswith(("https://", "http://", "mailto:", "#")):
            own = _OWN.fullmatch(target)
            message = f"a link must lead to a web address, an email address or a page of this site, got {target!r}"
            hint = f"write /{own[1]}/" if own else "write a full https:// address, or /interventions/slug/ for an entry"
            yield source.body_problem(line, "KB403", message, hint)


@rule(Content, {Entry: ("formerly",)})
def links_lead_to_entries(content: Content) -> Iterator[Problem]:
    """A link within the site leads to what exists, and from a published entry to no draft (KB403)."""
    folders = [kind.folder for kind in KINDS if kind is not Page]
    pages = {*content.slugs["pages"], *folders, *FIXED_PAGES, ""}
    former = {old: entry.path for entry in content.knowledge.entries() for old in entry.former_paths}
    speller = Speller()
    safe = {f"/{entry.path}" for entry in content.knowledge.entries() if entry.status is not EntryStatus.DRAFT}
    for entry in content.knowledge.entries():
        for line, target in _links(entry.body):
            if target in safe or not _on_site(target):
                continue
            path = target.partition("#")[0]
            name = path.strip("/")
            folder, _, slug = name.rpartition("/")
            of_entry = folder in folders
            if slug not in content.slugs[folder] if of_entry else name not in pages:
                renamed = former.get(f"{name}/")
                if renamed:
                    message = f"there is no page {target} anymore, its entry was renamed"
                    yield content.body_problem(entry, line, "KB403", message, f"write /{renamed}")
                    continue
                near = speller.nearest(slug if of_entry else name, content.slugs[folder] if of_entry else pages)
                otherwise = "name a page that exists" + (f", or add content/{name}.md" if of_entry else "")
                near_path = f"{folder}/{near}" if of_entry else near
                hint = f"did you mean {near_path!r}?" if near else otherwise
                if looks := like(name):
                    hint = f"{looks}: write /{as_latin(name)}/"
                yield content.body_problem(entry, line, "KB403", f"there is no page {target}", hint)
            elif entry.status is EntryStatus.PUBLISHED and (folder or Page.folder, slug) in content.drafts:
                message = f"a published entry must not link to a draft, {target} is one"
                yield content.body_problem(entry, line, "KB403", message, "publish it too, or leave the link out")
            elif not path.endswith("/"):
                message = f"the link {target} must end with a slash"
                yield content.body_problem(entry, line, "KB403", message, f"write {path}/")


@rule(Content, {Entry: ("reviewed", "review_by")})
def reviews_are_due(content: Content) -> Iterator[Problem]:
    """An entry is reviewed before its review date passes (KB404, a warning), which follows the review (KB103)."""
    for entry in content.knowledge.entries():
        if entry.review_by and entry.review_by < entry.reviewed:
            message = f"review_by must not be earlier than reviewed, {entry.reviewed}, got {entry.review_by}"
            yield content.problem(entry, ("review_by",), "KB103", message, "write the day when it is due again")
        elif entry.status is EntryStatus.PUBLISHED and entry.stale(content.knowledge.today):
            message = f"the entry was due for review on {entry.due}"
            hint = "check it against its sources, then set reviewed: to the day of the check"
            yield content.problem(entry, ("reviewed",), "KB404", message, hint)


_ANY_IMAGE = re.compile(r"!\[[^\]]*\][(\[]")
_TAG = re.compile(r"</?([a-z][\w.-]*(?:(?<=<\w)\:\w+|(?<=</\w)\:\w+)?)(?=[\s/>])([^<>]*)", re.I)
# Instructions, and sections of XML: a page holds nothing of them.
_UNSHOWN = re.compile(r"<\?|<!\[")
_PASTED = "paste it as plain text; a table has rows of | Group | Before |, and | --- | --- | below the first"
_ATTRIBUTE = re.compile(r"""([^\s"'>/=]+)(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))?""")
_BRACES = re.compile(r"^(?:`{3,}+|~{3,}+) *+\{", re.M)
_TITLE = re.compile(r"""\]\(\s*+<?[^\s<>()]*+>?\s++["'(]|^ {0,3}\[[^\]\n]++\]:\s*+\S++[ \t]++["'(]""", re.M)
# A link whose words are an address.
_NAMED_LINK = re.compile(
    r"\[((?:https?://|www\.)[^][\s]+|[\w.-]+\.(?:com|edu|gov|int|net|org)(?:/[^][\s]*)?)\]\(\s*<?(https?:[^\s)>]+)"
)
# What an emphasis, a comment or a tag may divide a word with.
_WITHIN_WORDS = re.compile(r"<[^<>]*>|[*_\\]")
_ANY_HEADING = re.compile(r"^(#{1,6}) +(\S.*)$", re.M)
_LEVELS = range(2, 5)


@rule(Entry)
def nothing_is_left_out(entry: Entry, source: FrontMatter) -> Iterator[Problem]:
    """A text has no image and no HTML that its page takes out, and its headings go from ## to #### (KB407)."""
    text = meant(entry.body)
    for match in _ANY_IMAGE.finditer(text):
        hint = "say in words what it shows; charts are drawn from the findings"
        yield source.body_problem(_line(text, match), "KB407", "a page shows no images", hint)
    seen: set[tuple[int, str]] = set()
    for match in _TAG.finditer(text):
        place = _line(text, match), match[1].lower()
        if place not in seen and place[1] not in ELEMENTS:
            seen.add(place)
            message = f"a page does not show the HTML <{place[1]}>"
            hint = _PASTED if ":" in place[1] else "leave it out, or write it in Markdown"
            yield source.body_problem(place[0], "KB407", message, hint)
        for name in _ATTRIBUTE.findall(match[2]) if place[1] in ELEMENTS else ():
            if name.lower() not in ATTRIBUTES.get(place[1], ()):
                message = f"a page does not keep {name.lower()} in the HTML <{place[1]}>"
                pasted = "mso" in match[2].lower() or place[1] in ("table", "tr", "td", "th")
                hint = _PASTED if pasted else "remove it: the site decides how a page looks"
                yield source.body_problem(place[0], "KB407", message, hint)
    for match in _UNSHOWN.finditer(text):
        message = f"a page does not show what follows {match[0]}"
        yield source.body_problem(_line(text, match), "KB407", message, "leave it out, or write it in backticks")
    for match in _BRACES.finditer(entry.body):
        message = "a page does not keep what is in {} above a block of code"
        yield source.body_problem(_line(entry.body, match), "KB407", message, "remove the braces and what is in them")
    for match in _TITLE.finditer(text):
        message = "a page does not show the title of a link"
        yield source.body_problem(_line(text, match), "KB407", message, "write it in the text")
    level = 1
    for match in _ANY_HEADING.finditer(text):
        before, level = level, len(match[1])
        words = heading_words(match[2])
        if words in entry.sections:
            level = 2  # its level is KB401
        elif level not in _LEVELS:
            message = f"a heading must have two to four #, found {match[1]}"
            hint = f"write ## {words}" if level < 2 else f"write #### {words}"
            yield source.body_problem(_line(text, match), "KB407", message, hint)
        elif level > before + 1:
            message = f"a heading with {match[1]} must come below one with {match[1][1:]}"
            yield source.body_problem(_line(text, match), "KB407", message, f"write {'#' * (before + 1)} {words}")


@rule(Entry)
def characters_are_what_they_seem(entry: Entry, source: FrontMatter) -> Iterator[Problem]:
    """A text holds no character that misleads, written as it is or as an entity such as &shy; (KB110)."""
    for line, written in enumerate(addresses.PATTERN.sub("", meant(entry.body)).split("\n"), 1):
        for suspect in suspects(_WITHIN_WORDS.sub("", html.unescape(written))):
            message = f"a text must contain only characters that are what they seem, found {suspect.what}"
            yield source.body_problem(line, "KB110", message, suspect.hint)


@rule(Entry)
def addresses_lead_where_they_seem_to(entry: Entry, source: FrontMatter) -> Iterator[Problem]:
    """A web address in the text leads where it seems to, and where the words of its link say (KB403)."""
    text = html.unescape(meant(entry.body))
    for match in addresses.PATTERN.finditer(text):
        if fault := addresses.fault(match[0]):
            message = f"an address must lead where it seems to, got {match[0][:80]}: {fault}"
            yield source.body_problem(
                _line(text, match), "KB403", message, "write the address as the site itself shows it"
            )
    for match in _NAMED_LINK.finditer(text):
        said, leads = addresses.host_of(match[1]), addresses.host_of(match[2])
        if said != leads:
            message = f"the words of the link name {said}, but it leads to {leads}"
            yield source.body_problem(_line(text, match), "KB403", message, "name the site that it leads to")


def _line(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start()) + 1
