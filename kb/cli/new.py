"""kb new: a skeleton of an entry, for a study filled from its work."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from kb.cli.cite import Sources, already_there, print_added, registry_options
from kb.cli.options import content_option, today_option
from kb.cli.terminal import require_known, short


@click.command()
@click.argument("kind")
@click.argument("slug", required=False)
@click.option("--doi", help="Fill a study from this DOI, as Crossref knows the work, and add it to references.bib.")
@click.option("--pmid", help="The same from a PMID, as PubMed knows the work.")
@click.option(
    "--bib",
    type=click.Path(path_type=Path),
    help="The same from a file with one work: BibTeX, RIS, PubMed's .nbib or CSL-JSON.",
)
@registry_options
@content_option
@today_option
def new(
    kind: str,
    slug: str | None,
    doi: str | None,
    pmid: str | None,
    bib: Path | None,
    sources: Sources,
    content: Path,
    today: date | None,
) -> None:
    """Write a commented skeleton of a new entry.

    KIND is intervention, instrument, study, driver, framework or page. SLUG is the name of the file, e.g. quiet-hours.
    A study is filled from its work in references.bib if SLUG is the key of that work. With --doi, --pmid or --bib the
    work is added first, and its key is the SLUG if you give none. No file is overwritten.
    """
    from kb.new import KIND_NAMES, ScaffoldError, create, place

    require_known("KIND", (kind,), KIND_NAMES)
    given = [name for name, value in (("--doi", doi), ("--pmid", pmid), ("--bib", bib)) if value]
    if given and kind != "study":
        hint = f"run kb cite for the work, then kb new {kind} SLUG, and name the work's key in the entry"
        raise click.UsageError(f"{given[0]} works only for a study: {hint}")
    if len(given) > 1:
        raise click.UsageError(f"give only one of {' and '.join(given)}")
    if not given and not slug:
        raise click.UsageError(f"the SLUG is missing: write e.g. kb new {kind} quiet-hours")
    try:
        if slug:
            place(kind, slug, content)
        if not given:
            work = sources.recorded(content, slug or "") if kind == "study" else None
            path = create(kind, slug or "", content, work)
            if work:
                click.echo(f"Filled from {work.key} in references.bib")
        else:
            plan, key = sources.one_work(content, doi=doi, pmid=pmid, bib=bib)
            slug = slug or key
            place(kind, slug, content)
            reference = sources.add(plan, key, content, today)
            path = create(kind, slug, content, reference)
            print_added(plan)
            for one in plan.duplicates:
                click.echo(already_there(one, plan))
    except ScaffoldError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Wrote {short(path)} as a draft, which kb build and kb serve leave out.")
    click.echo("Replace every TODO in it; kb check lists the lines that are left. When it is complete and somebody has")
    click.echo("compared it with the source, set status: published.")
