"""kb retractions: which cited works were retracted or corrected since they were recorded."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kb.cli.cite import Sources, registry_options
from kb.cli.options import content_option
from kb.cli.terminal import count


@click.command(
    epilog="Exit status: 0 every notice is recorded, 1 some are not or Crossref did not answer, 2 wrong usage."
)
@registry_options
@content_option
def retractions(sources: Sources, content: Path) -> None:
    """Ask Crossref which cited works were retracted or corrected.

    Prints each notice that references.bib does not have yet, with the line to write.
    """
    from kb.cite.registries import UnansweredError, works_of
    from kb.read import bibliography
    from kb.read.content import REFERENCES
    from kb.read.retractions import unrecorded_notices

    path = content / REFERENCES
    if not path.is_file():
        raise click.ClickException(f"there is no {REFERENCES} in {content}")
    references = bibliography.parse(path.read_text(encoding="utf-8-sig"), REFERENCES)[0].values()
    by_doi = {item.doi.lower(): item for item in references if item.doi}
    try:
        works = [(by_doi.get(str(work.get("DOI", "")).lower()), work) for work in works_of(sources.registries, by_doi)]
    except UnansweredError as error:
        raise click.ClickException(f"{error}; {error.hint}") from None
    found = [notice for item, work in works if item for notice in unrecorded_notices(item, work)]
    for notice in found:
        click.echo(str(notice))
    click.echo(f"{count(len(found), 'notice')} to record; asked about {count(len(by_doi), 'work')} with a DOI")
    sys.exit(1 if found else 0)
