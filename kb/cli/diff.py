"""kb diff: what a change of the content means."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from kb.cli.options import content_option, today_option
from kb.cli.terminal import require_known


@click.command(epilog="Exit status: 0 compared, 1 a published page would be lost, 2 wrong usage.")
@click.argument("base")
@click.argument("head", required=False)
@content_option
@today_option
@click.option("--format", "form", default="text", show_default=True, help="text, markdown or json.")
def diff(base: str, head: str | None, content: Path, today: date | None, form: str) -> None:
    """Show what changed from BASE to HEAD: ratings, figures, entries, references, problems.

    Both are git revisions or folders; without HEAD, the content folder as it is now. BASE may be A...B as in git:
    "main..." shows what this branch changed since it left main.
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
