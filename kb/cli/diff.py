"""kb diff: what a change of the content means."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from kb.cli.options import content_option, today_option
from kb.cli.terminal import require_known


@click.command(epilog="Exit status: 0 compared, 1 a page that was published would be lost, 2 wrong usage.")
@click.argument("base")
@click.argument("head", required=False)
@content_option
@today_option
@click.option("--format", "form", default="text", show_default=True, help="text, markdown or json.")
def diff(base: str, head: str | None, content: Path, today: date | None, form: str) -> None:
    """Say what changed from BASE to HEAD: ratings, figures, entries, references, problems.

    Both are revisions of git or folders; without HEAD the folder of the content is taken as it is. BASE may be A...B,
    as in git: then it is compared with where B left A, so that "main..." tells what this branch changed.
    """
    from kb.check import check
    from kb.diff import FORMATS, compare_checked
    from kb.diff.revisions import opened, parts
    from kb.git import GitError

    require_known("--format", (form,), FORMATS)
    if head and "..." in base:
        raise click.UsageError("BASE names both sides already: leave HEAD out")
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
    found = compare_checked(before, after)
    click.echo(FORMATS[form](found))
    sys.exit(1 if found.missing else 0)
