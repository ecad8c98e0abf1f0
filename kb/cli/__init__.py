"""The command kb. A command imports what it needs when it runs, so that each starts fast."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from kb import __version__
from kb.cli.check import check
from kb.cli.cite import cite
from kb.cli.diff import diff
from kb.cli.due import due
from kb.cli.explain import explain
from kb.cli.new import new
from kb.cli.options import content_option, index_option, output_option, site_url_option, today_option
from kb.cli.retractions import retractions
from kb.cli.schema import schema
from kb.cli.terminal import Commands, count, progress, rating, require_known, short


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="kb")
def main() -> None:
    """Check, build, search and serve the evidence base on clinician burnout."""


main.add_command(check)
main.add_command(cite)
main.add_command(diff)
main.add_command(due)
main.add_command(explain)
main.add_command(new)
main.add_command(retractions)
main.add_command(schema)


@main.command()
@content_option
@output_option
@index_option
@today_option
@site_url_option
def build(content: Path, output: Path, index: Path, today: date | None, site_url: str) -> None:
    """Check the content, then build the site and the search index.

    An error in the content stops the build; the last good site and index stay in place.
    """
    from kb.build import Source
    from kb.build import build as run

    with progress() as report:
        knowledge = run(Source(content, output, index, today, site_url), report).knowledge
    entries = sum(1 for _ in knowledge.entries())
    click.echo(f"Built {entries} entries, content version {knowledge.version}, into {short(output)}")


@main.command()
@content_option
@output_option
@index_option
@today_option
@site_url_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="The port; 0 picks a free one."
)
@click.option("--watch/--no-watch", default=True, show_default=True, help="Publish each change of the content.")
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="How many processes answer requests."
)
@click.option(
    "--access-log/--no-access-log", default=False, show_default=True, help="Print a line of JSON for each request."
)
def serve(
    content: Path,
    output: Path,
    index: Path,
    today: date | None,
    site_url: str,
    host: str,
    port: int,
    watch: bool,
    workers: int,
    access_log: bool,
) -> None:
    """Build the site and the search index, then serve both and the GraphQL API.

    Each change of the content is published; one with errors is reported, and the last good version stays. SIGTERM and
    Ctrl+C stop the server after the requests in progress.
    """
    import logging

    from kb.build import Source
    from kb.serve.publisher import Publisher
    from kb.serve.workers import AddressError, Pool, bind
    from kb.signals import stopping

    logging.basicConfig(format="%(message)s")
    logging.getLogger("kb").setLevel(logging.INFO)
    source = Source(content, output, index, today, site_url)
    source.require_owned()
    with stopping():
        try:
            listener = bind(host, port)
        except AddressError as error:
            raise click.ClickException(str(error)) from None
        with progress() as report:
            publisher = Publisher(source, report)
        listener.listen(2048)
        base = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
        click.echo(f"Site      {base}/\nGraphQL   {base}/graphql\nGraphiQL  {base}/graphiql/")
        click.echo(f"Health    {base}/health\nPress Ctrl+C to stop.")
        Pool(publisher, listener, workers, watch, access_log).serve()


@main.command()
@click.argument("query", nargs=-1, required=True)
@content_option
@index_option
@today_option
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
    kind: tuple[str, ...],
    driver: tuple[str, ...],
    verdict: tuple[str, ...],
    min_certainty: str | None,
    limit: int,
) -> None:
    """Search all published entries for QUERY: words, or "a phrase" in quotes."""
    from kb.check import read
    from kb.folders import require_owned
    from kb.model import FINDABLE, Certainty, Verdict
    from kb.search import HOLDS, SearchFilter, open_index

    require_owned(index, HOLDS, [content])
    knowledge = read(content, today)
    require_known("--kind", kind, [item.kind for item in FINDABLE])
    require_known("--driver", driver, knowledge.drivers)
    require_known("--verdict", verdict, Verdict)
    levels = {level.name.lower().replace("_", "-"): level for level in Certainty}
    require_known("--min-certainty", (min_certainty,) if min_certainty else (), levels)
    wanted = SearchFilter(kind, driver, verdict, levels[min_certainty] if min_certainty else None)
    with progress() as report:
        found = open_index(knowledge, index, report).search(" ".join(query), wanted, limit)
    for hit in found.hits:
        entry = next(e for e in knowledge.entries() if (e.kind, e.slug) == (hit.kind, hit.slug))
        click.echo(f"{click.style(entry.title, bold=True)}  ({rating(knowledge, hit.kind, hit.slug)})")
        click.echo(f"    {entry.summary}\n    {entry.path}")
    click.echo(f"{count(found.total, 'result')}" + (f", {len(found.hits)} shown" if found.hits else ""))
    if found.suggestion:
        click.echo(f"Did you mean: {found.suggestion}")


@main.command()
@click.argument("format")
@content_option
@today_option
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("export"),
    show_default=True,
    help="The folder to write into.",
)
def export(format: str, content: Path, today: date | None, output: Path) -> None:
    """Write all published entries in another FORMAT: json, jsonld, skos, csv, bibtex, feed or calendar."""
    from kb.check import read
    from kb.export import FORMATS, HOLDS
    from kb.folders import publish, require_owned

    require_known("FORMAT", (format,), FORMATS)
    require_owned(output, HOLDS, [content])
    files = FORMATS[format](read(content, today))
    publish(files, output, HOLDS, [content], add=True)
    for name in files:
        click.echo(f"Wrote {output / name}")
