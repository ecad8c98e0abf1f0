"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import click

F = TypeVar("F", bound=Callable[..., Any])


def content_option(command: F) -> F:
    def found(_: click.Context, __: click.Parameter, value: Path) -> Path:
        if not value.is_dir():
            raise click.ClickException(
                f"there is no folder {value}: run kb in the folder that contains content/, or name it with --content"
            )
        return value.resolve()

    option = click.option(
        "--content",
        type=click.Path(path_type=Path),
        default=Path("content"),
        show_default=True,
        callback=found,
        help="The folder with the entries and references.bib.",
    )
    return option(command)


def today_option(command: F) -> F:
    option = click.option(
        "--today",
        type=click.DateTime(["%Y-%m-%d"]),
        callback=lambda _, __, value: value.date() if isinstance(value, datetime) else None,
        help="The date that counts as today, e.g. for overdue reviews.  [default: SOURCE_DATE_EPOCH, else the clock]",
    )
    return option(command)


def output_option(command: F) -> F:
    option = click.option(
        "--output",
        type=click.Path(path_type=Path, resolve_path=True),
        default=Path("output"),
        show_default=True,
        help="The folder for the site.",
    )
    return option(command)


def index_option(command: F) -> F:
    option = click.option(
        "--index",
        type=click.Path(path_type=Path, resolve_path=True),
        default=Path(".kb/index"),
        show_default=True,
        help="The folder for the search index.",
    )
    return option(command)


def site_url_option(command: F) -> F:
    def checked(_: click.Context, __: click.Parameter, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment):
            raise click.BadParameter(f"must be a web address such as https://burnout.example.org, got {value!r}")
        return value.rstrip("/")

    option = click.option(
        "--site-url",
        default="",
        envvar="KB_SITE_URL",
        callback=checked,
        help="The public address of the site, for sitemap, feeds and citations.  [default: KB_SITE_URL]",
    )
    return option(command)
