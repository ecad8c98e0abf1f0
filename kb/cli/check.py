"""kb check: every problem of the content, in the form that is asked for; again after each edit; and fixes."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Collection
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb.cli.terminal import content_option, count, require_known, today_option

if TYPE_CHECKING:
    from kb.check import Checked
    from kb.check.reports import Report
    from kb.problems import Problem

_SECONDS = 0.3
"""Between two looks at the files."""


@click.command(
    epilog="Exit status: 0 no error, 1 errors (with --fix also: what was shown was not written), 2 wrong usage."
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@content_option
@today_option
@click.option("--format", "form", default="text", show_default=True, help="text, github, json or sarif.")
@click.option("--base", help="The git revision whose published pages must stay.  [default: HEAD, in a git repository]")
@click.option("--staged", is_flag=True, help="Check what the next commit holds; only problems in its files are shown.")
@click.option("--watch", is_flag=True, help="Check again after every edit, until Ctrl+C.")
@click.option(
    "--fix",
    is_flag=True,
    help="Fix what has one right form: shows the difference, asks, and says how many errors are left.",
)
@click.option("--yes", is_flag=True, help="With --fix: write without asking.")
def check(
    paths: tuple[Path, ...],
    content: Path,
    today: date | None,
    form: str,
    base: str | None,
    staged: bool,
    watch: bool,
    fix: bool,
    yes: bool,
) -> None:
    """Check every entry and the bibliography.

    Prints all problems, sorted by place, each with its line and how to fix it, and published pages that were lost.
    Warnings do not count as errors. With PATHs, which are files or folders of the content, everything is read, and only
    their problems are shown.
    """
    from kb.check.reports import FORMATS

    require_known("--format", (form,), FORMATS)
    _require_together(paths, form, staged, watch, fix, yes)
    only = [_shown(path, content) for path in paths]
    if watch:
        _watch(lambda: _report(content, only, today, base), content)
    elif fix:
        sys.exit(_fix(content, only, today, yes))
    else:
        report = _staged(content, today, base) if staged else _report(content, only, today, base)
        click.echo(FORMATS[form](report))
        sys.exit(1 if report.errors else 0)


def _require_together(paths: tuple[Path, ...], form: str, staged: bool, watch: bool, fix: bool, yes: bool) -> None:
    """Refuse options that contradict each other."""
    if sum((staged, watch, fix)) > 1:
        raise click.UsageError("only one of --staged, --watch and --fix can be given")
    if (watch or fix) and form != "text":
        raise click.UsageError(f"--format {form} cannot be given with {'--watch' if watch else '--fix'}")
    if staged and paths:
        raise click.UsageError("--staged shows the staged files: leave PATH out")
    if yes and not fix:
        raise click.UsageError("--yes belongs to --fix")


def _report(
    content: Path, only: Collection[str], today: date | None, base: str | None = None, staged: Path | None = None
) -> Report:
    """What a check of the content folder shows, or of ``staged``, a copy that holds what is staged of it."""
    from kb.check import check as run
    from kb.check.reports import make_report

    checked = run(staged or content, today)
    entries = sum(1 for _ in checked.knowledge.entries())
    found = sorted([*checked.problems, *_lost(content, checked, today, base, cached=staged is not None)])
    return make_report(found, only, entries, len(checked.knowledge.references), content)


def _lost(content: Path, checked: Checked, today: date | None, base: str | None, cached: bool) -> list[Problem]:
    """The published pages of a revision that are gone; none where no revision is named and git has none."""
    from kb import git
    from kb.check.rules.lifecycle import missing
    from kb.check.staged import published
    from kb.read.content import load

    if base is None and not git.surrounds(content):
        return []
    try:
        with published(content, base or "HEAD", cached) as folder:
            before = load(folder, today).knowledge
    except git.GitError as error:
        if base is not None:
            raise click.UsageError(str(error)) from None
        if not isinstance(error, git.UnknownRevisionError):  # else nothing was committed yet
            click.echo(f"Could not check whether a published page was lost: {error}", err=True)
        return []
    return list(missing(before, checked.knowledge, checked.unread))


def _staged(content: Path, today: date | None, base: str | None) -> Report:
    """The problems of the staged files; where one is removed, all, since others may name it."""
    from kb.check.reports import make_report
    from kb.check.staged import staged
    from kb.git import GitError
    from kb.read.inventory import shown_path

    try:
        with staged(content) as state:
            if not state.changed and not state.removed:
                return make_report((), (), 0, 0, content)
            only = () if state.removed else tuple(shown_path(path, state.content) for path in state.changed)
            return _report(content, only, today, base, state.content)
    except GitError as error:
        raise click.UsageError(str(error)) from None


def _shown(path: Path, content: Path) -> str:
    """A path as problems show it; it may be relative to this folder, to the content, or to the folder above that."""
    from kb.problems import display_path, nearest

    for place in (Path.cwd(), content.parent, content):
        found = (place / path).parent.resolve() / path.name if path.name != ".." else (place / path).resolve()
        if found.is_relative_to(content) and (found.exists() or found.is_symlink()):
            return display_path(found, content)
    if path.exists():
        raise click.UsageError(f"{path} is not in the content folder {display_path(content, content)}/")
    known = {display_path(file, content): file.name for file in content.rglob("*")}
    likest = nearest(path.name, known.values())
    same = next((shown for shown, name in known.items() if name == likest), None)
    hint = f"did you mean {same!r}?" if same else "name a file or a folder, e.g. content/studies"
    raise click.UsageError(f"there is no {path} in the content: {hint}")


def _fix(content: Path, only: list[str], today: date | None, yes: bool) -> int:
    """Show what can be fixed and write it where that is agreed; the exit status."""
    from kb.check.fixes import find_fixes, write

    fixes = find_fixes(content, only, today)
    if not fixes:
        click.echo("Nothing to fix.")
        return _left(content, only, today)
    for fix in fixes:
        for line in fix.diff().splitlines():
            color = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
            click.echo(click.style(line, fg=color) if color else line)
    files = count(len(fixes), "file")
    if not yes:
        if not sys.stdin.isatty():
            click.echo(f"{files} can be fixed: kb check --fix --yes writes this.")
            return 1
        if not click.confirm(f"Write this into {files}?"):
            return 1
    write(fixes)
    click.echo(f"Fixed: {files}.")
    return _left(content, only, today)


def _left(content: Path, only: list[str], today: date | None) -> int:
    """Say how many errors have no single right answer; the exit status."""
    errors = _report(content, only, today).errors
    if not errors:
        return 0
    click.echo(f"{count(errors, 'error')} left that kb check --fix cannot fix: run kb check.")
    return 1


def _watch(look: Callable[[], Report], content: Path) -> None:
    """Report, and report what changed after every edit, until Ctrl+C."""
    from kb.check.reports import changes, first_look
    from kb.folders import signature
    from kb.signals import stopping

    with stopping():
        known = signature(content)
        report = look()
        click.echo(first_look(report, time.strftime("%H:%M:%S")))
        while True:
            time.sleep(_SECONDS)
            if known != (known := signature(content)):
                before, report = report, look()
                click.echo(f"\n{changes(before, report, time.strftime('%H:%M:%S'))}")
    click.echo()
