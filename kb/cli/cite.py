"""kb cite: adds works to references.bib, from files, DOIs and PMIDs."""

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
    from kb.cite import Duplicate, Plan, Reading, Registries
    from kb.model import Reference

F = TypeVar("F", bound=Callable[..., Any])
_UNVERIFIED = """\
Works from a file are marked verified = {unverified}: nobody has compared them with the published work yet. Open the
page of each work, compare, and write verified = {search: https://...} with the address of that page."""


@dataclass(frozen=True)
class Sources:
    """Where works come from: files, and the registries that options name."""

    registries: Registries

    def read(self, name: str) -> Reading:
        """The works of a file, or the work of a DOI or PMID. Raises UsageError where the name is none of these."""
        from kb.cite import look_up, read_file
        from kb.cite.normalize import doi, pmid

        path = Path(name)
        if path.exists():
            return read_file(path, name)
        if re.match(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?10\.\d{4,9}/", name, re.I) and (found := doi(name)):
            return look_up(self.registries, doi=found)
        if number := pmid(name):
            return look_up(self.registries, pmid=number)
        if re.match(r"(?:pmcid:?\s*)?PMC\d+$|https?://\S*/pmc/", name, re.I):
            raise click.UsageError(f"{name!r} is a PubMed Central number: give the DOI or PMID on its page")
        raise click.UsageError(
            f"{name!r} is not a file, a DOI (10.1001/...) or a PMID (digits only): check the spelling"
        )

    def one_work(self, content: Path, *, doi: str | None, pmid: str | None, bib: Path | None) -> tuple[Plan, str]:
        """What adding one work would do, and its key. Raises ClickException unless the source gives exactly one."""
        from kb.cite import normalize, plan

        if doi and not normalize.doi(doi):
            raise click.UsageError(f"--doi {doi!r} is not a DOI: write e.g. --doi 10.1001/jamainternmed.2013.14387")
        if pmid and not normalize.pmid(pmid):
            raise click.UsageError(f"--pmid {pmid!r} is not a PMID: write e.g. --pmid 32338522")
        if bib and not bib.exists():
            raise click.UsageError(f"--bib {str(bib)!r} is not a file: check the spelling")
        reading = self.read(str(bib) if bib else f"10.{doi.partition('10.')[2]}" if doi else pmid or "")
        if len(reading.works) > 1:
            hint = "run kb cite on it, then kb new study KEY for each key that kb cite prints"
            raise click.ClickException(f"{bib} has {len(reading.works)} works, a study is filled from one: {hint}")
        planned = plan(content, reading.works)
        _print_faults((*reading.faults, *planned.faults))
        if planned.added:
            return planned, planned.added[0].work.key
        if planned.duplicates:
            return planned, planned.duplicates[0].match.key
        raise click.ClickException("nothing was written")

    def recorded(self, content: Path, key: str) -> Reference | None:
        """The work with a key in references.bib; None if there is none."""
        from kb.read import bibliography
        from kb.read.content import REFERENCES

        path = content / REFERENCES
        text = path.read_text(encoding="utf-8-sig", errors="replace") if path.is_file() else ""
        return bibliography.parse(text, REFERENCES)[0].get(key)

    def add(self, plan: Plan, key: str, content: Path, today: date | None) -> Reference:
        """Carry out a plan, and return the reference with the key."""
        from kb.read import bibliography
        from kb.read.content import unix_text

        _apply(plan, content, today)
        return bibliography.parse(unix_text(plan.text), plan.path.name)[0][key]


def registry_options(command: F) -> F:
    """The options for asking registries, given to the command as ``sources``."""

    def checked(_: click.Context, __: click.Parameter, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise click.BadParameter(f"must be a web address, got {value!r}")
        return value.rstrip("/")

    def mail(_: click.Context, __: click.Parameter, value: str) -> str:
        if value and not re.fullmatch(r"[!-~]+@[!-~]+", value):
            raise click.BadParameter(f"must be an e-mail address, got {value!r}")
        return value

    @wraps(command)
    def run(*args: Any, crossref_url: str, pubmed_url: str, mailto: str, timeout: float, **kwargs: Any) -> Any:
        from kb.cite.registries import Registries

        return command(*args, sources=Sources(Registries(crossref_url, pubmed_url, mailto, timeout)), **kwargs)

    options = (
        click.option(
            "--crossref-url",
            envvar="KB_CROSSREF_URL",
            default="https://api.crossref.org",
            show_default=True,
            callback=checked,
            help="The address of Crossref, for DOIs; also KB_CROSSREF_URL.",
        ),
        click.option(
            "--pubmed-url",
            envvar="KB_PUBMED_URL",
            default="https://eutils.ncbi.nlm.nih.gov/entrez/eutils",
            show_default=True,
            callback=checked,
            help="The address of PubMed, for PMIDs; also KB_PUBMED_URL.",
        ),
        click.option(
            "--mailto",
            envvar="KB_MAILTO",
            default="",
            callback=mail,
            help="Your e-mail address, sent along so that Crossref and PubMed can reach you; also KB_MAILTO.",
        ),
        click.option(
            "--timeout",
            default=20.0,
            show_default=True,
            type=click.FloatRange(0.1, 600),
            help="Seconds to wait for an answer.",
        ),
    )
    for option in reversed(options):
        run = option(run)
    return run  # type: ignore[return-value]


@click.command()
@click.argument("works", nargs=-1, required=True, metavar="WORK...")
@click.option("--alike", is_flag=True, help="Add a work even if a record has nearly the same title and year.")
@registry_options
@content_option
@today_option
def cite(works: tuple[str, ...], alike: bool, sources: Sources, content: Path, today: date | None) -> None:
    """Add works to references.bib.

    WORK is a file (BibTeX, RIS, PubMed's .nbib or CSL-JSON), a DOI such as 10.1001/jamainternmed.2013.14387, or a PMID
    such as 32338522. DOIs are looked up at Crossref, PMIDs at PubMed.

    A work that references.bib has already, by DOI, PMID, or title and year, is not added again: the message names the
    record. The other works are added all the same. Exit status: 0 every work was added, 1 one was not, 2 wrong usage.
    """
    from kb.cite import plan

    readings = [sources.read(name) for name in works]
    planned = plan(content, (work for reading in readings for work in reading.works), alike=alike)
    _apply(planned, content, today)
    print_added(planned)
    for one in planned.duplicates:
        click.echo(f"{one.incoming.place}: not added. {already_there(one, planned)}")
        other = "" if one.match.certain else "; if it is another work, run kb cite again with --alike"
        click.echo(f"    hint: cite it as [@{one.match.key}]{other}")
    faults = [*(fault for reading in readings for fault in reading.faults), *planned.faults]
    _print_faults(faults)
    notes = [fault for fault in faults if fault.note]
    counted = [f"{count(len(planned.added), 'work')} added"]
    counted += [f"{len(planned.duplicates)} already in {planned.path.name}"] if planned.duplicates else []
    counted += [f"{count(len(faults) - len(notes), 'fault')}"] if len(faults) > len(notes) else []
    click.echo(", ".join(counted))
    sys.exit(1 if planned.duplicates or len(faults) > len(notes) else 0)


def already_there(duplicate: Duplicate, plan: Plan) -> str:
    """A sentence that names the record of a work that was not added, and why it is the same work."""
    match = duplicate.match
    return f"This work is already in {plan.path.name} as {match.key} ({duplicate.place}): {match}"


def print_added(plan: Plan) -> None:
    """Print each work that was added, the place of its record, and what a curator must know or do."""
    for one in plan.added:
        click.echo(f"Added {one.work.key} to {short(plan.path)}, line {one.line}")
        click.echo(f"    {one.citation}")
        for remark in one.incoming.remarks:
            click.echo(f"    note: {remark}")
    if any(one.work.fields["verified"] == "unverified" for one in plan.added):
        click.echo(_UNVERIFIED)


def _print_faults(faults: Iterable[object]) -> None:
    for fault in faults:
        click.echo(str(fault))


def _apply(plan: Plan, content: Path, today: date | None) -> None:
    from kb.cite import RefusedError, apply

    try:
        apply(plan, content, today)
    except RefusedError as error:
        _print_faults(error.faults)
        raise click.ClickException("nothing was written, because kb check would find these problems") from None
