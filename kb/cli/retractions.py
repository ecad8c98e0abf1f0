"""kb retractions: works that were retracted or corrected since they were recorded."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kb.cli.cite import Sources, registry_options
from kb.cli.options import content_option
from kb.cli.terminal import count


@click.command(epilog="Exit status: 0 no notice is missing, 1 some are, or Crossref did not answer, 2 wrong usage.")
@registry_options
@content_option
def retractions(sources: Sources, content: Path) -> None:
    """Ask Crossref which works of references.bib were retracted or corrected, and tell what is not recorded yet."""
    from kb.cite import Registries
    from kb.cite.registries import UnansweredError
    from kb.cite.retractions import notices
    from kb.read import bibliography
    from kb.read.content import REFERENCES

    path = content / REFERENCES
    if not path.is_file():
        raise click.ClickException(f"there is no {REFERENCES} in {content}")
    references = bibliography.parse(path.read_text(encoding="utf-8-sig"), REFERENCES)[0].values()
    registries = Registries(sources.crossref_url, sources.pubmed_url, sources.mailto, sources.timeout)
    try:
        found = list(notices(references, registries))
    except UnansweredError as error:
        raise click.ClickException(f"{error}: try again when Crossref can be reached") from None
    for notice in found:
        click.echo(str(notice))
    asked = sum(bool(item.doi) for item in references)
    click.echo(f"{count(len(found), 'notice')} to record, {count(asked, 'work')} with a DOI asked for")
    sys.exit(1 if found else 0)
