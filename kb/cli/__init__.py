"""The command kb. A command imports what it needs when it runs, so that each starts fast."""

from __future__ import annotations

import json
import logging
import re
import sys
from contextlib import ExitStack
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from kb import __version__
from kb.cli.check import check
from kb.cli.cite import cite, new, retractions
from kb.cli.terminal import (
    Commands,
    content_option,
    count,
    folder_option,
    index_option,
    output_option,
    progress,
    rating,
    require_known,
    search_options,
    site_url_option,
    today_option,
)
from kb.folders import short

if TYPE_CHECKING:
    from kb.build import Source
    from kb.model import KnowledgeBase
    from kb.search import SearchSettings
    from kb.view.reviews import Due


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="kb")
def main() -> None:
    """Check, build, search and serve the evidence base on clinician burnout."""


for _command in (check, cite, new, retractions):
    main.add_command(_command)


@main.command()
@content_option
@output_option
@index_option
@today_option
@site_url_option
@search_options
def build(
    content: Path, output: Path, index: Path, today: date | None, site_url: str, settings: SearchSettings
) -> None:
    """Check the content, then build the site and the search index.

    An error in the content stops the build; the last good site and index stay in place. With --search-url the index is
    loaded into the cluster, where servers of older versions still find theirs.
    """
    from kb.build import Source
    from kb.build import build as run

    with progress() as report:
        knowledge = run(Source(content, output, index, today, site_url, settings), report).knowledge
    entries = sum(1 for _ in knowledge.entries())
    click.echo(f"Built {entries} entries, content version {knowledge.version}, into {short(output)}")


@main.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@content_option
@output_option
@index_option
@today_option
@site_url_option
@search_options
def snapshot(
    file: Path | None,
    content: Path,
    output: Path,
    index: Path,
    today: date | None,
    site_url: str,
    settings: SearchSettings,
) -> None:
    """Build, then write one FILE that kb serve --snapshot serves without building.

    FILE may be a folder; without it the file is put here. Its name tells the version of the content. With a key in
    KB_SNAPSHOT_KEY the file is signed. With --search-url the index is loaded into the cluster, and the file holds one
    only for a fallback.
    """
    from kb.build import Source
    from kb.build import build as run
    from kb.snapshot import SnapshotError, default_name, write_snapshot

    with progress() as report:
        made = run(Source(content, output, index, today, site_url, settings), report)
    target = file or Path()
    if target.is_dir():
        target /= default_name(made)
    try:
        write_snapshot(made, target)
    except SnapshotError as error:
        raise click.ClickException(str(error)) from None
    size = target.stat().st_size / 1e6
    click.echo(f"Wrote {short(target)}, content version {made.knowledge.version}, {size:.1f} MB")


_OF_CONTENT = ("content", "output", "index", "today", "site_url", "watch")
"""The options of kb serve that tell how content is built."""


@main.command()
@click.option(
    "--snapshot",
    type=click.Path(path_type=Path),
    envvar="KB_SNAPSHOT",
    is_eager=True,  # the other options depend on it
    help="Serve this file of kb snapshot; nothing is built.  [default: KB_SNAPSHOT]",
)
@content_option
@output_option
@index_option
@today_option
@site_url_option
@search_options
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="The port; 0 picks a free one."
)
@click.option("--watch/--no-watch", default=True, show_default=True, help="Publish each change of the content.")
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="How many processes answer requests. More than one do not watch the content.",
)
@click.option(
    "--access-log/--no-access-log", default=False, show_default=True, help="Print a line of JSON for each request."
)
@click.pass_context
def serve(
    context: click.Context,
    snapshot: Path | None,
    content: Path,
    output: Path,
    index: Path,
    today: date | None,
    site_url: str,
    settings: SearchSettings,
    host: str,
    port: int,
    watch: bool,
    workers: int,
    access_log: bool,
) -> None:
    """Build the site, then serve it with search and the API.

    Each change of the content is published; one with errors is reported, and the last good version stays. With
    --snapshot, or with several workers, one version is served as it is. SIGTERM and Ctrl+C stop the server after the
    requests in progress.
    """
    from kb.build import Source
    from kb.serve.server import AddressError, bind, serve_snapshot
    from kb.signals import stopping
    from kb.snapshot import SnapshotError, check_snapshot

    logging.getLogger("kb").setLevel(logging.INFO)
    given = {name for name in _OF_CONTENT if context.get_parameter_source(name) is ParameterSource.COMMANDLINE}
    if snapshot and given:
        option = min(given).replace("_", "-")
        raise click.UsageError(f"--snapshot serves a file as it is: leave out --{option}, or give it to kb snapshot")
    if workers > 1 and watch and "watch" in given:
        raise click.UsageError("only one process watches the content: leave out --watch, or --workers")
    source = Source(content, output, index, today, site_url, settings)
    with stopping(), ExitStack() as kept:
        try:
            listener = kept.enter_context(bind(host, port))
            file = snapshot or (_temporary(source, kept) if workers > 1 else None)
            version = check_snapshot(file) if file else ""
        except (AddressError, SnapshotError) as error:
            raise click.ClickException(str(error)) from None
        port = listener.getsockname()[1]
        base = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        places = f"Site      {base}/\nGraphQL   {base}/graphql\nGraphiQL  {base}/graphiql/\nHealth    {base}/health"
        if file:
            listener.close()  # uvicorn opens its own, for all workers
            click.echo(f"{places}\nServing content version {version}, without its changes. Press Ctrl+C to stop.")
            serve_snapshot(file, host, port, workers, access_log, settings)
        else:
            from kb.serve.publisher import Publisher, serve_content

            source.require_owned()
            with progress() as report:
                publisher = Publisher(source, report)
            listener.listen(2048)
            click.echo(f"{places}\nPress Ctrl+C to stop.")
            serve_content(publisher, listener, watch, access_log)


def _temporary(source: Source, kept: ExitStack) -> Path:
    """A snapshot of the content that lasts as long as the server."""
    from kb.build import build as run
    from kb.snapshot import write_snapshot

    file = Path(kept.enter_context(TemporaryDirectory(prefix="burnout-kb-"))) / "snapshot.zip"
    with progress() as report:
        write_snapshot(run(source, report), file)
    return file


@main.command()
@content_option
@index_option
@today_option
@site_url_option
def mcp(content: Path, index: Path, today: date | None, site_url: str) -> None:
    """Answer an assistant over MCP, on standard input and output.

    An assistant starts it; the page “Ask with an assistant” says how. It reads the content once, when it starts.
    kb serve answers at /mcp, too.
    """
    from importlib.util import find_spec

    if find_spec("mcp") is None:
        raise click.ClickException("MCP needs one more package: in a copy of the repository, run pip install '.[mcp]'")
    from kb.api import make_context
    from kb.check import read
    from kb.folders import require_owned
    from kb.mcp.lookup import Base
    from kb.mcp.server import serve_stdio
    from kb.search import HOLDS, open_index

    require_owned(index, HOLDS, [content])
    with progress() as report:
        knowledge = read(content, today)
        found = open_index(knowledge, index, report)
    serve_stdio(Base(make_context(knowledge, found), site_url))


@main.command()
@click.argument("query", nargs=-1, required=True)
@content_option
@index_option
@today_option
@search_options
@click.option("--kind", multiple=True, help="Only this kind of entry, e.g. study; may be repeated.")
@click.option("--driver", multiple=True, help="Only entries about the driver with this slug; may be repeated.")
@click.option("--verdict", multiple=True, help="Only interventions with this verdict, e.g. promising; may be repeated.")
@click.option(
    "--min-certainty", help="Only interventions with at least this certainty: very-low, low, moderate or high."
)
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 100), help="How many results to show.")
def search(
    query: tuple[str, ...],
    content: Path,
    index: Path,
    today: date | None,
    settings: SearchSettings,
    kind: tuple[str, ...],
    driver: tuple[str, ...],
    verdict: tuple[str, ...],
    min_certainty: str | None,
    limit: int,
) -> None:
    """Search all published entries for QUERY.

    QUERY is words, "a phrase" in quotes, -word for what must not be there, or field:value, where the field is kind,
    driver, verdict, certainty, year or author.
    """
    from kb.check import read
    from kb.folders import require_owned
    from kb.model import KINDS, Certainty, Verdict
    from kb.search import HOLDS, SearchFilter, embedded_files, open_engine

    require_owned(index, HOLDS, [content])
    knowledge = read(content, today)
    require_known("--kind", kind, [item.kind for item in KINDS])
    require_known("--driver", driver, knowledge.drivers)
    require_known("--verdict", verdict, Verdict)
    levels = {level.name.lower().replace("_", "-"): level for level in Certainty}
    require_known("--min-certainty", (min_certainty,) if min_certainty else (), levels)
    wanted = SearchFilter(kind, driver, verdict, levels[min_certainty] if min_certainty else None)
    with progress() as report:
        files = embedded_files(knowledge, index, report, partial(report, "Indexing the entries"), settings)
        found = open_engine(knowledge, files, settings).search(" ".join(query), wanted, limit)
    for hit in found.hits:
        entry = next(e for e in knowledge.entries() if (e.kind, e.slug) == (hit.kind, hit.slug))
        click.echo(f"{click.style(entry.title, bold=True)}  ({rating(knowledge, hit.kind, hit.slug)})")
        click.echo(f"    {entry.summary}\n    {entry.path}")
    if found.total:
        click.echo(f"{count(found.total, 'result')}, {len(found.hits)} shown")
    else:
        less = (
            "the options that narrow the search" if wanted != SearchFilter() else "quotes, minus signs and field:value"
        )
        click.echo(f"Nothing found for: {' '.join(query)}")
        click.echo(f"Try another word for the same thing, or leave out {less}. The site also lists what there is by")
        click.echo("problem (drivers/) and intervention (compare/), and what has not been entered (protocol/).")
    if found.suggestion:
        click.echo(f"Searched for: {found.suggestion}")


@main.command()
@click.argument("format")
@content_option
@today_option
@folder_option("export")
def export(format: str, content: Path, today: date | None, output: Path) -> None:
    """Write all published entries in another FORMAT.

    FORMAT is json, ndjson, jsonld, skos, csv, bibtex, feed or calendar.
    """
    from kb.check import read
    from kb.export import FORMATS, HOLDS
    from kb.folders import publish, require_owned

    require_known("FORMAT", (format,), FORMATS)
    require_owned(output, HOLDS, [content])
    files = FORMATS[format](read(content, today))
    publish(files, output, HOLDS, [content], add=True)
    for name in files:
        click.echo(f"Wrote {output / name}")


@main.command(epilog="Exit status: 0 written, 1 the content is no release, or has errors, 2 wrong usage.")
@click.argument("name", required=False)
@content_option
@today_option
@folder_option("dist")
@click.option("--record", is_flag=True, help="Make the content as it is a release, on --today; nothing is built.")
@click.option("--doi", help="With --record: the DOI that an archive has reserved for it.")
def release(name: str | None, content: Path, today: date | None, output: Path, record: bool, doi: str | None) -> None:
    """Write the bundle of a release: content, data, schema, site, and what changed.

    The same content and program give the same bytes, on any day and in any folder. A release begins with --record,
    which adds a line to releases.jsonl in the content, and writes CITATION.cff and .zenodo.json beside it: commit
    these, and tag the commit with the name of the release. With NAME, such as 2026.12, the content must be that
    release.
    """
    from kb.bundle import HOLDS, ReleaseError, make_bundle
    from kb.folders import publish

    if record and name:
        raise click.UsageError("a new release is named after its day: leave out NAME, or --record")
    if not record and (doi or today):
        raise click.UsageError("--doi and --today go with --record: a release keeps its own day")
    try:
        if record:
            _record_release(content, today, doi)
            return
        with progress() as report:
            files = make_bundle(content, report, name)
        for path, data in files.items():
            if path.endswith(".zip") and (output / path).exists() and (output / path).read_bytes() != data:
                raise ReleaseError(
                    f"{short(output / path)} has other bytes, and a release never changes: name another folder"
                )
    except ReleaseError as error:
        raise click.ClickException(str(error)) from None
    publish(files, output, HOLDS, [content], add=True)
    for path, data in files.items():
        click.echo(f"Wrote {short(output / path)}, {len(data):,} bytes")


def _record_release(content: Path, today: date | None, doi: str | None) -> None:
    """Add the content as it is to the list of releases. Raises ReleaseError where it is one already."""
    from dataclasses import replace

    from kb.bundle import ReleaseError, next_release
    from kb.check import read
    from kb.diff.changes import RecordError, unrecorded
    from kb.export.deposit import repository_files
    from kb.folders import write
    from kb.read.releases import RELEASES, is_doi, line

    if doi and not is_doi(doi):
        raise click.BadParameter(f"must be a DOI such as 10.5281/zenodo.1234567, got {doi!r}", param_hint="--doi")
    knowledge = read(content, today)
    try:
        missing = unrecorded(knowledge, knowledge.moves)
    except RecordError as error:
        raise ReleaseError(f"the record of changes has a gap, {error}") from None
    if missing:
        told = count(len(missing), "move")
        raise ReleaseError(f"the record of changes lacks {told} of the evidence: run kb changes --record first")
    made = replace(next_release(knowledge), doi=doi)
    path = content / RELEASES
    written = path.read_bytes() if path.exists() else b""
    write(path, written + line(made).encode(), written if path.exists() else None)
    click.echo(f"Recorded release {made.name} of {made.date} in {short(path)}")
    for name, data in repository_files(made).items():
        write(content.parent / name, data)
        click.echo(f"Wrote {short(content.parent / name)}")
    click.echo(f"Commit these files, and tag the commit {made.name}.")


@main.command()
@folder_option(".vscode/schemas")
def schema(output: Path) -> None:
    """Write a JSON Schema of each kind's front matter.

    Editors and other programs use them to check fields while you type.
    """
    from kb.export.json_schemas import HOLDS, files
    from kb.folders import publish

    made = files()
    publish(made, output, HOLDS, [Path("content")])
    for name in made:
        click.echo(f"Wrote {output / name}")


@main.command(epilog="Exit status: 0 compared, 1 a published page would be lost, 2 wrong usage.")
@click.argument("base")
@click.argument("head", required=False)
@content_option
@today_option
@click.option("--format", "form", default="text", show_default=True, help="text, markdown or json.")
def diff(base: str, head: str | None, content: Path, today: date | None, form: str) -> None:
    """Show what changed from BASE to HEAD.

    Compares ratings, figures, entries, references and problems. Both are git revisions or folders; without HEAD, the
    content folder as it is now. BASE may be A...B as in git: "main..." shows what this branch changed since it left
    main.
    """
    from kb.check import check
    from kb.diff import FORMATS, compare
    from kb.diff.revisions import opened, parts
    from kb.git import GitError

    require_known("--format", (form,), FORMATS)
    if head and "..." in base:
        raise click.UsageError("BASE already names both sides: leave out HEAD")
    try:
        left, right = parts(base, content)
        with opened(left, content) as folder:
            before = check(folder, today)
        if name := head or right:
            with opened(name, content) as folder:
                after = check(folder, today)
        else:
            after = check(content, today)
    except GitError as error:
        raise click.UsageError(str(error)) from None
    found = compare(before, after)
    click.echo(FORMATS[form](found))
    sys.exit(1 if found.missing else 0)


@main.command(epilog="Exit status: 0 all is recorded, 1 a move is not, or the record has a gap, 2 wrong usage.")
@content_option
@today_option
@click.option("--record", is_flag=True, help="Write what is missing to the record.")
@click.option("--reason", default="", help="Why, in a sentence; else what the ratings rest on now.")
def changes(content: Path, today: date | None, record: bool, reason: str) -> None:
    """Show which moves of verdicts, certainty and estimates are not recorded in changes.jsonl.

    Entries that came or went are moves, too. With --record they are written; the first time, the present state is.
    """
    from kb.check import read
    from kb.diff.changes import RecordError, render, unrecorded
    from kb.folders import write
    from kb.read.changes import CHANGES

    path = content / CHANGES
    written = path.read_bytes() if path.exists() else b""
    knowledge = read(content, today)
    try:
        missing = unrecorded(knowledge, knowledge.moves, reason)
    except RecordError as error:
        raise click.ClickException(f"{short(path)}: {error}") from None
    if record and missing:
        write(path, written + render(missing).encode(), written if path.exists() else None)
    for move in missing if written else ():
        name = " ".join(filter(None, (move.fact.kind, move.fact.body)))
        click.echo(f"{move.fact.entry}: {name}: {move.before or 'nothing'} -> {move.after or 'nothing'}")
    click.echo(f"{count(len(missing), 'move')} {'recorded' if record else 'not recorded'} in {short(path)}")
    sys.exit(1 if missing and not record else 0)


_SPAN = re.compile(r"^(\d{1,4})([dw]?)$")


def _days(_: click.Context, __: click.Parameter, value: str) -> timedelta:
    match = _SPAN.match(value.strip().lower())
    if not match:
        raise click.BadParameter(f"must be a number of days or weeks such as 90d or 12w, got {value!r}")
    return timedelta(days=int(match[1]) * (7 if match[2] == "w" else 1))


@main.command(epilog="Exit status: 0 no review is overdue, 1 one is or the content has errors, 2 wrong usage.")
@content_option
@today_option
@click.option("--within", default="90d", show_default=True, callback=_days, help="How far to look ahead: 90d or 12w.")
@click.option("--format", "form", default="text", show_default=True, help="text or json.")
def due(content: Path, today: date | None, within: timedelta, form: str) -> None:
    """List the entries whose review is overdue or due soon.

    They are listed by date. A review is due 12 months after the last one, or on the entry's review_by. To see these
    dates in your calendar, run kb export calendar.
    """
    from kb.check import read
    from kb.view.reviews import due as find

    require_known("--format", (form,), ("text", "json"))
    knowledge = read(content, today)
    found = find(knowledge, within)
    click.echo(_as_json(knowledge, found) if form == "json" else _as_text(knowledge, found, within))
    sys.exit(1 if any(item.overdue for item in found) else 0)


def _as_text(knowledge: KnowledgeBase, found: tuple[Due, ...], within: timedelta) -> str:
    lines = [f"{item.day}  {_when(item.days):<20}  content/{item.file}  {item.entry.title}" for item in found]
    overdue = sum(item.overdue for item in found)
    soon = len(found) - overdue
    lines.append(f"{overdue} overdue on {knowledge.today}, {soon} due within {count(within.days, 'day')}")
    return "\n".join(lines)


def _when(days: int) -> str:
    if days == 0:
        return "today"
    return f"{count(-days, 'day')} overdue" if days < 0 else f"in {count(days, 'day')}"


def _as_json(knowledge: KnowledgeBase, found: tuple[Due, ...]) -> str:
    entries = [
        {
            "file": f"content/{item.file}",
            "kind": item.entry.kind,
            "slug": item.entry.slug,
            "title": item.entry.title,
            "reviewed": item.entry.reviewed.isoformat(),
            "due": item.day.isoformat(),
            "days": item.days,
            "overdue": item.overdue,
        }
        for item in found
    ]
    return json.dumps({"today": knowledge.today.isoformat(), "entries": entries}, indent=2, ensure_ascii=False)


@main.command()
@click.argument("codes", metavar="[CODE]...", nargs=-1)
def explain(codes: tuple[str, ...]) -> None:
    """Explain a problem CODE such as KB305.

    Shows what the code means, with a wrong and a right example. Without a CODE, list all codes and what they mean.
    """
    from kb.check.explain import as_text, summary
    from kb.problems import CODES, did_you_mean

    wanted = [code.upper() for code in codes]
    for code in wanted:
        if code not in CODES:
            hint = did_you_mean(code, CODES, "kb explain, without a code, lists all")
            raise click.UsageError(f"there is no code {code!r}: {hint}")
    click.echo("\n\n".join(map(as_text, wanted)) if wanted else summary())
