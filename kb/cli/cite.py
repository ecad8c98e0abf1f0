"""kb cite, kb new and kb retractions: works from files and registries, entries begun from them, notices about them."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import click

from kb.cli.terminal import content_option, count, require_known, today_option
from kb.folders import short

if TYPE_CHECKING:
    from kb.cite import Duplicate, Plan, Reading, Registries
    from kb.model import Reference

F = TypeVar("F", bound=Callable[..., Any])
_UNVERIFIED = """\
Works from a file are marked verified = {unverified}: nobody has compared them with the published work yet. Open the
page of each work, compare, and write verified = {search: https://...} with the address of that page."""


def _web_address(_: click.Context, __: click.Parameter, value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise click.BadParameter(f"must be a web address, got {value!r}")
    return value.rstrip("/")


def _email_address(_: click.Context, __: click.Parameter, value: str) -> str:
    if value and not re.fullmatch(r"[!-~]+@[!-~]+", value):
        raise click.BadParameter(f"must be an email address, got {value!r}")
    return value


def registry_options(command: F) -> F:
    """The options for asking registries, given to the command as ``registries``."""

    @click.option(
        "--crossref-url",
        envvar="KB_CROSSREF_URL",
        default="https://api.crossref.org",
        show_default=True,
        callback=_web_address,
        help="The address of Crossref, for DOIs; also KB_CROSSREF_URL.",
    )
    @click.option(
        "--pubmed-url",
        envvar="KB_PUBMED_URL",
        default="https://eutils.ncbi.nlm.nih.gov/entrez/eutils",
        show_default=True,
        callback=_web_address,
        help="The address of PubMed, for PMIDs; also KB_PUBMED_URL.",
    )
    @click.option(
        "--mailto",
        envvar="KB_MAILTO",
        default="",
        callback=_email_address,
        help="Your email address, sent along so that Crossref and PubMed can reach you; also KB_MAILTO.",
    )
    @click.option(
        "--timeout",
        default=20.0,
        show_default=True,
        type=click.FloatRange(0.1, 600),
        help="Seconds to wait for an answer.",
    )
    @wraps(command)
    def run(*args: Any, crossref_url: str, pubmed_url: str, mailto: str, timeout: float, **kwargs: Any) -> Any:
        from kb.cite import Registries

        return command(*args, registries=Registries(crossref_url, pubmed_url, mailto, timeout), **kwargs)

    return run  # type: ignore[return-value]


@click.command()
@click.argument("works", nargs=-1, required=True, metavar="WORK...")
@click.option("--alike", is_flag=True, help="Add a work even if a record has nearly the same title and year.")
@click.option("--update", is_flag=True, help="Complete the records of works that references.bib has already.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@registry_options
@content_option
@today_option
def cite(
    works: tuple[str, ...],
    alike: bool,
    update: bool,
    dry_run: bool,
    registries: Registries,
    content: Path,
    today: date | None,
) -> None:
    """Add works to references.bib.

    WORK is a file (BibTeX, RIS, PubMed's .nbib, CSL-JSON, EndNote's .enw or Web of Science's plain text), a DOI such as
    10.1001/jamainternmed.2013.14387, or a PMID such as 32338522. DOIs are looked up at Crossref, PMIDs at PubMed.

    A work that references.bib has already, by DOI, PMID, or title and year, is not added again: the message names the
    record. With --update its record gets what it lacks; what differs stays as it is and is shown. A preprint and its
    article are two works. Exit status: 0 every work was added or is complete, 1 one was not added, 2 wrong usage.
    """
    from kb.cite import plan

    readings = [_read(registries, name) for name in works]
    planned = plan(content, (work for reading in readings for work in reading.works), alike=alike, update=update)
    _print_changes(planned)
    if not dry_run:
        _apply(planned, content, today)
    _print_added(planned, "Would add" if dry_run else "Added")
    left = 0
    for one in planned.duplicates:
        updated = update and one.match.sure
        left += not updated
        start = "already there" if updated else "not added"
        click.echo(f"{one.incoming.place}: {start}. {_already_there(one, planned)}")
        _print_completion(one, updated)
        other = "" if one.match.certain else "; if it is another work, run kb cite again with --alike"
        click.echo(f"    hint: cite it as [@{one.match.key}]{other}")
    faults = [*(fault for reading in readings for fault in reading.faults), *planned.faults]
    _print_faults(faults)
    notes = [fault for fault in faults if fault.note]
    counted = [f"{count(len(planned.added), 'work')} added"]
    counted += [f"{count(len(planned.changes), 'record')} completed"] if planned.changes else []
    counted += [f"{len(planned.duplicates)} already in {planned.path.name}"] if planned.duplicates else []
    counted += [f"{count(len(faults) - len(notes), 'fault')}"] if len(faults) > len(notes) else []
    click.echo(", ".join(counted) + ("; nothing was written (--dry-run)" if dry_run else ""))
    sys.exit(1 if left or len(faults) > len(notes) else 0)


def _already_there(duplicate: Duplicate, plan: Plan) -> str:
    """A sentence that names the record of a work that was not added, and why it is the same work."""
    match = duplicate.match
    return f"This work is already in {plan.path.name} as {match.key} ({duplicate.place}): {match}"


def _print_changes(plan: Plan) -> None:
    """Print what changes in records that are there, line by line, before it is written."""
    for change in plan.changes:
        click.echo(f"Changes of {change.key} in {short(plan.path)}:")
        for sign, lines in (("-", change.before), ("+", change.after)):
            for line in lines:
                click.echo(f"    {sign} {line}")


def _print_completion(duplicate: Duplicate, updated: bool) -> None:
    """Print what the source has that the record lacks, and where the two differ."""
    found = duplicate.completion
    for field, kept, other in found.differs:
        click.echo(f"    note: {field} stays {kept!r}, the source says {other!r}: compare both with the work")
    if found.gained and not updated and duplicate.match.sure:
        click.echo(f"    hint: its record lacks {', '.join(found.gained)}: run kb cite again with --update to add them")
    for remark in duplicate.incoming.remarks:
        click.echo(f"    note: {remark}")


def _print_added(plan: Plan, word: str = "Added") -> None:
    """Print each work that was added, the place of its record, and what a curator must know or do."""
    for one in plan.added:
        click.echo(f"{word} {one.work.key} to {short(plan.path)}, line {one.line}")
        click.echo(f"    {one.citation}")
        for remark in one.remarks:
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


def _read(registries: Registries, name: str) -> Reading:
    """The works of a file, or the work of a DOI or PMID. Raises UsageError where the name is none of these."""
    from kb.cite import look_up, read_file
    from kb.cite.normalize import doi, pmid

    path = Path(name)
    if path.exists():
        return read_file(path, name)
    if re.match(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?10\.\d{4,9}/", name, re.I) and (found := doi(name)):
        return look_up(registries, doi=found)
    if number := pmid(name):
        return look_up(registries, pmid=number)
    if re.match(r"(?:pmcid:?\s*)?PMC\d+$|https?://\S*/pmc/", name, re.I):
        raise click.UsageError(f"{name!r} is a PubMed Central number: give the DOI or PMID on its page")
    raise click.UsageError(f"{name!r} is not a file, a DOI (10.1001/...) or a PMID (digits only): check the spelling")


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
    registries: Registries,
    content: Path,
    today: date | None,
) -> None:
    """Write a commented skeleton of a new entry.

    KIND is intervention, instrument, study, driver, framework or page. SLUG is the name of the file, e.g. quiet-hours.
    A study is filled from its work in references.bib if SLUG is the key of that work. With --doi, --pmid or --bib the
    work is added first, and its key is the SLUG if you give none. No file is overwritten.
    """
    from kb.new import KIND_NAMES, ExistingError, ScaffoldError, create, place

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
        if given:
            planned, key = _one_work(registries, content, doi=doi, pmid=pmid, bib=bib)
            slug = slug or key
            place(kind, slug, content)
            _apply(planned, content, today)
            path = create(kind, slug, content, _recorded(content, key))
            _print_added(planned)
            for one in planned.duplicates:
                click.echo(_already_there(one, planned))
        else:
            work = _recorded(content, slug or "") if kind == "study" else None
            path = create(kind, slug or "", content, work)
            if work:
                click.echo(f"Filled from {work.key} in references.bib")
    except ExistingError as error:
        _print_grade(content, today, error.path)
        raise click.ClickException(str(error)) from None
    except ScaffoldError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Wrote {short(path)} as a draft, which kb build and kb serve leave out.")
    click.echo("Replace every TODO in it; kb check lists the lines that are left. When it is complete and somebody has")
    click.echo("compared it with the source, set status: published.")
    _print_grade(content, today, path)


def _print_grade(content: Path, today: date | None, path: Path) -> None:
    """What a draft of a study or an intervention would be graded as it is."""
    from kb.check import check
    from kb.diff import draft_grades
    from kb.diff.formats import drafts

    if path.parent.name not in ("studies", "interventions"):
        return
    knowledge = check(content, today).knowledge
    for item in drafts(draft_grades(knowledge, {f"{path.parent.name}/{path.stem}"})):
        click.echo(f"{'  ' * item.depth}{item.name}{f': {item.text}' if item.text else ''}")
    click.echo("To see what it would be graded while you fill it in, type kb diff HEAD.")


def _one_work(
    registries: Registries, content: Path, *, doi: str | None, pmid: str | None, bib: Path | None
) -> tuple[Plan, str]:
    """What adding one work would do, and its key. Raises ClickException unless the source gives exactly one."""
    from kb.cite import normalize, plan

    if doi and not normalize.doi(doi):
        raise click.UsageError(f"--doi {doi!r} is not a DOI: write e.g. --doi 10.1001/jamainternmed.2013.14387")
    if pmid and not normalize.pmid(pmid):
        raise click.UsageError(f"--pmid {pmid!r} is not a PMID: write e.g. --pmid 32338522")
    if bib and not bib.exists():
        raise click.UsageError(f"--bib {str(bib)!r} is not a file: check the spelling")
    reading = _read(registries, str(bib) if bib else f"10.{doi.partition('10.')[2]}" if doi else pmid or "")
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


def _recorded(content: Path, key: str) -> Reference | None:
    """The work with a key in references.bib; None where there is none."""
    from kb.read import bibliography
    from kb.read.content import REFERENCES

    path = content / REFERENCES
    text = path.read_text(encoding="utf-8-sig", errors="replace") if path.is_file() else ""
    return bibliography.parse(text, REFERENCES)[0].get(key)


@click.command(
    epilog="Exit status: 0 every notice is recorded, 1 some are not or Crossref did not answer, 2 wrong usage."
)
@registry_options
@content_option
def retractions(registries: Registries, content: Path) -> None:
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
        works = [(by_doi.get(str(work.get("DOI", "")).lower()), work) for work in works_of(registries, by_doi)]
    except UnansweredError as error:
        raise click.ClickException(f"{error}; {error.hint}") from None
    found = [notice for item, work in works if item for notice in unrecorded_notices(item, work)]
    for notice in found:
        click.echo(str(notice))
    click.echo(f"{count(len(found), 'notice')} to record; asked about {count(len(by_doi), 'work')} with a DOI")
    sys.exit(1 if found else 0)
