"""The bundle of a release: one zip file with content, data, schema, site and what changed, with a checksum of each.

Its bytes depend on the content, this package and the packages below it alone: on no clock, folder, address or git.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

from kb import __version__, site
from kb.check import read
from kb.export import FORMATS
from kb.export.data import BULK, DESCRIPTIONS, PACKAGE
from kb.export.deposit import CITATION, CRATE, ZENODO, as_crate, repository_files
from kb.export.identity import LICENSE, NAME, ROOT, citation_of_all
from kb.folders import short
from kb.model import KnowledgeBase, Release
from kb.read import releases
from kb.read.inventory import BESIDE, survey
from kb.site.files import API_ROOT
from kb.view import moves
from kb.view.catalog import Catalog
from kb.view.parts import day

HOLDS = "a release"
"""What the folder of a bundle holds."""
SUMS, CHANGES = "SHA256SUMS", "CHANGES.md"
_NOTHING = "Nothing yet."
"""What the changelog of the schema says where nothing changed."""


class ReleaseError(Exception):
    """Raised where the content is no release, or would be one twice; says why and what to do."""


def next_release(knowledge: KnowledgeBase) -> Release:
    """The release that the content would be: named after its day, the second of a month with .2 and so on.

    Raises ReleaseError where it is one already, or where its day is before that of the last one.
    """
    if knowledge.release:
        raise ReleaseError(f"the content is release {knowledge.release.name} already: there is nothing new to record")
    last, month = next(reversed(knowledge.releases), None), f"{knowledge.today:%Y.%m}"
    if last and last.date > knowledge.today:
        raise ReleaseError(f"release {last.name} is of {last.date}, after {knowledge.today}: give a later --today")
    before = sum(release.name[:7] == month for release in knowledge.releases)
    return Release(f"{month}.{before + 1}" if before else month, knowledge.today, knowledge.digest)


def make_bundle(content: Path, report: Callable[[str], None], name: str | None = None) -> Mapping[str, bytes]:
    """The bundle of the release that a content folder holds, its checksum and what changed, by their names.

    With a ``name``, the content must be that release. Raises ReleaseError where it is none, and ContentError where it
    has errors.
    """
    report("Reading and checking the content")
    path = content / releases.RELEASES
    known, _ = releases.parse(path.read_text(encoding="utf-8") if path.is_file() else "", short(path))
    if not known:
        raise ReleaseError(f"{short(path)} lists no release: record one with kb release --record")
    knowledge = read(content, known[-1].date)
    release = knowledge.release
    if release is None:
        raise ReleaseError(
            f"the content changed since release {known[-1].name}: check out its tag, or record a new release with "
            "kb release --record"
        )
    if name and name != release.name:
        raise ReleaseError(f"the content is release {release.name}, not {name}: check out the tag {name}")
    report("Writing the pages")
    files = dict(sorted(_files(knowledge, release, content)))
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {path}\n" for path, data in files.items())
    whole = f"burnout-kb-{release.name}"
    packed = _pack({f"{whole}/{path}": data for path, data in {**files, SUMS: sums.encode()}.items()})
    checksum = f"{hashlib.sha256(packed).hexdigest()}  {whole}.zip\n".encode()
    return {f"{whole}.zip": packed, f"{whole}.zip.sha256": checksum, CHANGES: files[CHANGES]}


def _files(knowledge: KnowledgeBase, release: Release, content: Path) -> Iterator[tuple[str, bytes]]:
    """The files by path, but for the checksums. The site has no address, so that it works from any folder."""
    made = site.build_site(knowledge, content)
    yield from repository_files(release).items()
    entries = (f"{folder}/{name}" for folder, names in survey(content)[0].items() for name in names)
    for path in (*entries, *(name for name in BESIDE if (content / name).is_file())):
        yield f"content/{path}", (content / path).read_bytes()
    data = {f"data/{path}": held for make in FORMATS.values() for path, held in make(knowledge).items()}
    data[f"data/{PACKAGE}"] = made[f"{ROOT}{PACKAGE}"]
    yield from data.items()
    schema = {f"schema/{path.removeprefix(API_ROOT)}": held for path, held in made.items() if path.startswith(API_ROOT)}
    yield from schema.items()
    yield from ((f"site/{path}", held) for path, held in made.items())
    yield CHANGES, _changes(knowledge, release, schema["schema/CHANGELOG.md"].decode()).encode()
    yield "README.md", _readme(release).encode()
    known = {f"data/{file.path.removeprefix(ROOT)}": file.holds for file in (*DESCRIPTIONS, *BULK)}
    listed = [*_FILES, *((path, known.get(path, "The content in another format")) for path in sorted(data))]
    yield CRATE, as_crate(release, [item for item in listed if item[0] != CRATE], _FOLDERS)


_FOLDERS = (
    ("content/", "The entries in Markdown, with references.bib and the other lists: what all else is made of"),
    (
        "data/",
        "Everything as JSON, JSON-LD, CSV, SKOS, BibTeX, Atom and iCalendar; datapackage.json describes every column",
    ),
    ("schema/", "The schema of the GraphQL API, its guide, its changes and worked queries"),
    ("site/", "The website; open site/index.html"),
)
_FILES = (
    (CHANGES, "What changed since the release before"),
    (CITATION, "How to cite it, for GitHub, Zotero and others"),
    (ZENODO, "The same for Zenodo"),
    (CRATE, "The same as a Research Object Crate"),
    (SUMS, "A checksum of each file; check them with sha256sum -c SHA256SUMS"),
)


def _readme(release: Release) -> str:
    address = f"https://doi.org/{release.doi}" if release.doi else ""
    lines = [f"- `{path}`: {holds}." for path, holds in (*_FOLDERS, *_FILES)]
    return "\n".join(
        (
            f"# {NAME}, release {release.name}",
            "",
            f"Built for {day(release.date)} with burnout-kb {__version__}. Its files never change; what is found later "
            "is in a later release.",
            "",
            *lines,
            "",
            f"To make the same bytes again, check out the tag {release.name} of the repository, install the packages "
            f"of requirements.lock with CPython 3.11, and run kb release {release.name}.",
            "",
            f"Cite it as: {citation_of_all(release.date, f'Release {release.name}', address)}",
            "",
            f"License of the content: CC BY 4.0, {LICENSE}. The works cited belong to their publishers.",
            "",
        )
    )


def _changes(knowledge: KnowledgeBase, release: Release, changelog: str) -> str:
    """What changed since the release before, in the evidence and in the schema, as Markdown."""
    before = next((other for other in reversed(knowledge.releases) if other.date < release.date), None)
    since = before.date if before else date.min
    found = moves.between(moves.events(Catalog(knowledge)), since, release.date)
    begins = f"Since release {before.name} of {day(before.date)}." if before else "The first release."
    lines = [f"# Release {release.name}", "", begins, "", "## Evidence", "", moves.digest(found) or "Nothing moved."]
    for kind in moves.ChangeKind if before else ():  # the first one would list every entry
        some = [event for event in found if event.kind is kind]
        if some and kind is not moves.ChangeKind.READ:
            lines += ["", f"### {kind.heading}", ""]
            lines += [f"- {e.date}: {e.about.title} {e.text}.{f' {e.why}' if e.why else ''}" for e in some]
    parts = re.split(r"^## ", changelog, flags=re.M)[1:]
    told = [part for part in parts if _is_new(part.partition("\n")[0].strip(), since) and _NOTHING not in part]
    lines += ["", "## Schema of the API", ""]
    lines += [f"### {part.strip()}\n" for part in told] or ["No change."]
    return "\n".join(lines).rstrip() + "\n"


def _is_new(heading: str, since: date) -> bool:
    """Whether a part of the changelog of the schema, by its heading, is not released or later than a day."""
    try:
        return date.fromisoformat(heading) > since
    except ValueError:
        return True


def _pack(files: Mapping[str, bytes]) -> bytes:
    """A zip file that says nothing of when and where it was made."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as parts:
        for path, data in files.items():
            entry = zipfile.ZipInfo(path)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            parts.writestr(entry, data, zipfile.ZIP_DEFLATED, 9)
    return packed.getvalue()
