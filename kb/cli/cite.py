"""kb cite: works into references.bib, from files, DOIs and PMIDs."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import click

from kb.cli.options import content_option, today_option
from kb.cli.terminal import count, short

if TYPE_CHECKING:
    from kb.cite import Plan, Reading
    from kb.model import Reference

F = TypeVar("F", bound=Callable[..., Any])
_UNVERIFIED = """\
What came from a file says verified = {unverified}: nobody has compared it with the work yet. Open the page of the
work, compare, and write verified = {search: https://...} with the address of that page."""


@dataclass(frozen=True)
class Sources:
    """The registries to ask, as options name them."""

    crossref_url: str
    pubmed_url: str
    mailto: str
    timeout: float

    def read(self, name: str) -> Reading:
        """The works of a file, or the work of a DOI or PMID. Raises UsageError where the name is none of these."""
        from kb.cite import Registries, look_up, read_file
        from kb.cite.forms import doi, pmid

        path = Path(name)
        registries = Registries(self.crossref_url, self.pubmed_url, self.mailto, self.timeout)
        if path.exists():
            return read_file(path, name)
        if re.match(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?10\.\d{4,9}/", name, re.I) and (found := doi(name)):
            return look_up(registries, doi=found)
        if number := pmid(name):
            return look_up(registries, pmid=number)
        if re.match(r"(?:pmcid:?\s*)?PMC\d+$|https?://\S*/pmc/", name, re.I):
            raise click.UsageError(f"{name!r} is a number of PubMed Central: give the DOI or PMID that its page shows")
        raise click.UsageError(
            f"{name!r} is no file here, no DOI (10.1001/...) and no PMID (digits only): compare the spelling"
        )

    def one_work(self, content: Path, *, doi: str | None, pmid: str | None, bib: Path | None) -> tuple[Plan, str]:
        """What adding the one work would do, and the key that it has or gets. Raises ClickException for any other."""
        from kb.cite import forms, plan

        if doi and not forms.doi(doi):
            raise click.UsageError(f"--doi {doi!r} is no DOI: write e.g. --doi 10.1001/jamainternmed.2013.14387")
        if pmid and not forms.pmid(pmid):
            raise click.UsageError(f"--pmid {pmid!r} is no number of PubMed: write e.g. --pmid 32338522")
        if bib and not bib.exists():
            raise click.UsageError(f"--bib {str(bib)!r} is no file here: compare the spelling")
        reading = self.read(str(bib) if bib else f"10.{doi.partition('10.')[2]}" if doi else pmid or "")
        if len(reading.works) > 1:
            hint = "run kb cite with it, then kb new study KEY for each, with the keys that kb cite tells"
            raise click.ClickException(f"{bib} holds {len(reading.works)} works, a study is filled from one: {hint}")
        planned = plan(content, reading.works)
        _tell((*reading.faults, *planned.faults))
        if planned.added:
            return planned, planned.added[0].work.key
        if planned.standing:
            return planned, planned.standing[0].key
        raise click.ClickException("nothing was written")

    def standing(self, content: Path, key: str) -> Reference | None:
        """The work of a key in references.bib, None where there is none."""
        from kb.read import bibliography
        from kb.read.content import REFERENCES

        path = content / REFERENCES
        text = path.read_text(encoding="utf-8-sig", errors="replace") if path.is_file() else ""
        return bibliography.parse(text, REFERENCES)[0].get(key)

    def add(self, plan: Plan, key: str, content: Path, today: date | None) -> Reference:
        """Write what is planned; the reference of the key."""
        from kb.read import bibliography
        from kb.read.content import as_read

        _apply(plan, content, today)
        return bibliography.parse(as_read(plan.text), plan.path.name)[0][key]


def registry_options(command: F) -> F:
    """The options that say how registries are asked, given to the command as ``sources``."""

    def checked(_: click.Context, __: click.Parameter, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise click.BadParameter(f"must be a web address, got {value!r}")
        return value.rstrip("/")

    def mail(_: click.Context, __: click.Parameter, value: str) -> str:
        if value and not re.fullmatch(r"[!-~]+@[!-~]+", value):
            raise click.BadParameter(f"must be an address of e-mail, got {value!r}")
        return value

    @wraps(command)
    def run(*args: Any, crossref_url: str, pubmed_url: str, mailto: str, timeout: float, **kwargs: Any) -> Any:
        return command(*args, sources=Sources(crossref_url, pubmed_url, mailto, timeout), **kwargs)

    options = (
        click.option(
            "--crossref-url",
            envvar="KB_CROSSREF_URL",
            default="https://api.crossref.org",
            show_default=True,
            callback=checked,
            help="Where DOIs are asked for; also KB_CROSSREF_URL.",
        ),
        click.option(
            "--pubmed-url",
            envvar="KB_PUBMED_URL",
            default="https://eutils.ncbi.nlm.nih.gov/entrez/eutils",
            show_default=True,
            callback=checked,
            help="Where PMIDs are asked for; also KB_PUBMED_URL.",
        ),
        click.option(
            "--mailto",
            envvar="KB_MAILTO",
            default="",
            callback=mail,
            help="Your e-mail address, told to the registries so that they can reach you; also KB_MAILTO.",
        ),
        click.option(
            "--timeout",
            default=20.0,
            show_default=True,
            type=click.FloatRange(0.1, 600),
            help="How many seconds to wait for an answer.",
        ),
    )
    for option in reversed(options):
        run = option(run)
    return run  # type: ignore[return-value]


@click.command()
@click.argument("works", nargs=-1, required=True, metavar="WORK...")
@click.option("--alike", is_flag=True, help="Add a work though a record with nearly its title and year stands.")
@registry_options
@content_option
@today_option
def cite(works: tuple[str, ...], alike: bool, sources: Sources, content: Path, today: date | None) -> None:
    """Add works to references.bib.

    WORK is a file (BibTeX, RIS, PubMed's .nbib or CSL-JSON), a DOI such as 10.1001/jamainternmed.2013.14387, or a PMID
    such as 32338522. DOIs are asked at Crossref, PMIDs at PubMed.

    A work that stands already, by its DOI or PMID or by its title and year, is not added again: the message names the
    record. Exit status 0 if every work was added, 1 if one was not; those that could be added are added all the same.
    """
    from kb.cite import plan

    readings = [sources.read(name) for name in works]
    planned = plan(content, (found for reading in readings for found in reading.works), alike=alike)
    _apply(planned, content, today)
    tell_added(planned)
    for one in planned.standing:
        click.echo(f"{one.found.place}: not added, it stands already as {one.key} ({one.place}): {one.why}")
        other = "; if it is another work, run kb cite again with --alike" if one.by_title else ""
        click.echo(f"    hint: cite it as [@{one.key}]{other}")
    faults = [*(fault for reading in readings for fault in reading.faults), *planned.faults]
    _tell(faults)
    notes = [fault for fault in faults if fault.note]
    counted = [f"{count(len(planned.added), 'work')} added"]
    counted += [f"{len(planned.standing)} not added, standing already"] if planned.standing else []
    counted += [f"{count(len(faults) - len(notes), 'fault')}"] if len(faults) > len(notes) else []
    click.echo(", ".join(counted))
    sys.exit(1 if planned.standing or len(faults) > len(notes) else 0)


def tell_added(plan: Plan) -> None:
    """Print each work that was added, its record's place, and what a curator must know or do."""
    for one in plan.added:
        click.echo(f"Added {one.work.key} to {short(plan.path)}, line {one.line}")
        click.echo(f"    {one.citation}")
        for remark in one.found.remarks:
            click.echo(f"    note: {remark}")
    if any(one.work.fields["verified"] == "unverified" for one in plan.added):
        click.echo(_UNVERIFIED)


def _tell(faults: Iterable[object]) -> None:
    for fault in faults:
        click.echo(str(fault))


def _apply(plan: Plan, content: Path, today: date | None) -> None:
    from kb.cite import RefusedError, apply

    try:
        apply(plan, content, today)
    except RefusedError as error:
        _tell(error.faults)
        raise click.ClickException("nothing was written, since kb check would find these problems") from None
