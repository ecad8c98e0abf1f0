"""What commands share: their options, progress, problems and error messages."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from kb.folders import FolderError
from kb.git import GitError
from kb.problems import ContentError, did_you_mean

if TYPE_CHECKING:
    from kb.model import KnowledgeBase


class Commands(click.Group):
    """Prints errors as messages, with a traceback only if KB_DEBUG=1; no colors if NO_COLOR is set."""

    def invoke(self, ctx: click.Context) -> Any:
        import logging

        logging.basicConfig(format="%(message)s")  # warnings go to stderr
        if os.environ.get("NO_COLOR"):
            ctx.color = False
        try:
            return super().invoke(ctx)
        except ContentError as error:
            for problem in error.problems:
                click.echo(str(problem))
            raise click.ClickException(
                "the content has errors, so nothing was changed: fix them and run this again"
            ) from None
        except (FolderError, GitError) as error:
            raise click.ClickException(str(error)) from None
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            from kb.search import SearchUnavailableError

            if isinstance(error, SearchUnavailableError):
                raise click.ClickException(str(error)) from None
            if os.environ.get("KB_DEBUG"):
                raise
            raise click.ClickException(
                f"{error or type(error).__name__} (run it with KB_DEBUG=1 to see where)"
            ) from None


def _folder(context: click.Context, _: click.Parameter, value: Path) -> Path:
    if context.params.get("snapshot"):  # it holds what would be read
        return value
    if not value.is_dir():
        raise click.ClickException(
            f"there is no folder {value}: run kb in the folder that contains content/, or name it with --content"
        )
    return value.resolve()


def _day(_: click.Context, __: click.Parameter, value: datetime | None) -> date | None:
    return value.date() if value else None


def _site_url(_: click.Context, __: click.Parameter, value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment):
        raise click.BadParameter(f"must be a web address such as https://burnout.example.org, got {value!r}")
    return value.rstrip("/")


content_option = click.option(
    "--content",
    type=click.Path(path_type=Path),
    default=Path("content"),
    show_default=True,
    callback=_folder,
    help="The folder with the entries and references.bib.",
)
today_option = click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_day,
    help="The date that counts as today, e.g. for overdue reviews.  [default: SOURCE_DATE_EPOCH, else the clock]",
)
output_option = click.option(
    "--output",
    type=click.Path(path_type=Path, resolve_path=True),
    default=Path("output"),
    show_default=True,
    help="The folder for the site.",
)


def folder_option(default: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The option --output of a command that writes files into a folder of its own."""
    folder = click.Path(path_type=Path, file_okay=False)
    return click.option(
        "--output", type=folder, default=Path(default), show_default=True, help="The folder to write into."
    )


index_option = click.option(
    "--index",
    type=click.Path(path_type=Path, resolve_path=True),
    default=Path(".kb/index"),
    show_default=True,
    help="The folder for the search index.",
)
site_url_option = click.option(
    "--site-url",
    default="",
    envvar="KB_SITE_URL",
    callback=_site_url,
    help="The public address of the site, for sitemap, feeds and citations.  [default: KB_SITE_URL]",
)


def search_options(command: Callable[..., None]) -> Callable[..., None]:
    """Options that say which engine answers searches; the command gets them as ``settings``."""

    @click.option(
        "--search-url",
        default="",
        envvar="KB_SEARCH_URL",
        metavar="URL,…",
        help="The nodes of an OpenSearch cluster that answers searches.  [default: KB_SEARCH_URL, else no cluster]",
    )
    @click.option(
        "--search-fallback",
        type=click.Choice(["none", "embedded"]),
        default="none",
        envvar="KB_SEARCH_FALLBACK",
        help="What answers where the cluster cannot.  [default: KB_SEARCH_FALLBACK, else none]",
    )
    @wraps(command)
    def run(*arguments: Any, search_url: str, search_fallback: str, **options: Any) -> None:
        from kb.search.settings import settings

        try:
            found = settings(search_url, search_fallback == "embedded", os.environ)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--search-url") from None
        command(*arguments, settings=found, **options)

    return run


@contextmanager
def progress() -> Iterator[Callable[..., None]]:
    """A progress bar on a terminal, else plain lines on stderr."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Starting", total=None)

        def report(message: str, done: int = 0, total: int = 0) -> None:
            bar.update(task, description=message, completed=done, total=total or None)
            if not console.is_terminal and done in (0, total):
                console.print(f"{message}: {total}" if total else message)

        yield report


def require_known(name: str, values: Iterable[str], allowed: Iterable[str]) -> None:
    """Raise UsageError for a value that is not allowed, with the nearest that is."""
    words = [str(word) for word in allowed]
    for value in values:
        if value not in words:
            hint = did_you_mean(value, words, f"allowed: {', '.join(words)}")
            raise click.UsageError(f"{name} {value!r} is not known: {hint}")


def rating(knowledge: KnowledgeBase, kind: str, slug: str) -> str:
    """The kind of an entry, for an intervention its verdict and certainty."""
    from kb.grading import statements

    if kind != "intervention":
        return kind
    assessment = knowledge.assessments[slug]
    return f"{assessment.verdict}, {statements.certainty(assessment.certainty)}"


def count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
