"""kb due: entries whose review is overdue or due soon."""

from __future__ import annotations

import json
import re
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb.cli.options import content_option, today_option
from kb.cli.terminal import count, require_known

if TYPE_CHECKING:
    from kb.model import KnowledgeBase
    from kb.view.reviews import Due

_SPAN = re.compile(r"^(\d{1,4})([dw]?)$")


def _days(_: click.Context, __: click.Parameter, value: str) -> timedelta:
    match = _SPAN.match(value.strip().lower())
    if not match:
        raise click.BadParameter(f"must be a number of days or weeks such as 90d or 12w, got {value!r}")
    return timedelta(days=int(match[1]) * (7 if match[2] == "w" else 1))


@click.command(epilog="Exit status: 0 no review is overdue, 1 one is or the content has errors, 2 wrong usage.")
@content_option
@today_option
@click.option("--within", default="90d", show_default=True, callback=_days, help="How far to look ahead: 90d or 12w.")
@click.option("--format", "form", default="text", show_default=True, help="text or json.")
def due(content: Path, today: date | None, within: timedelta, form: str) -> None:
    """List the entries whose review is overdue or due soon, by date.

    A review is due 12 months after the last one, or on the entry's review_by. To see these dates in your calendar, run
    kb export calendar.
    """
    from kb.check import read
    from kb.view.reviews import due as find

    require_known("--format", (form,), ("text", "json"))
    knowledge = read(content, today)
    found = find(knowledge, within)
    click.echo(_as_json(knowledge, found) if form == "json" else _as_text(knowledge, found, within))
    sys.exit(1 if any(item.overdue for item in found) else 0)


def _as_text(knowledge: KnowledgeBase, found: tuple[Due, ...], within: timedelta) -> str:
    lines = [f"{item.day}  {_when(item.days):<20}  content/{item.file}  {item.entry.title}" for item in found]
    overdue = sum(item.overdue for item in found)
    soon = len(found) - overdue
    lines.append(f"{overdue} overdue on {knowledge.today}, {soon} due within {count(within.days, 'day')}")
    return "\n".join(lines)


def _when(days: int) -> str:
    if days == 0:
        return "today"
    return f"{count(-days, 'day')} overdue" if days < 0 else f"in {count(days, 'day')}"


def _as_json(knowledge: KnowledgeBase, found: tuple[Due, ...]) -> str:
    entries = [
        {
            "file": f"content/{item.file}",
            "kind": item.entry.kind,
            "slug": item.entry.slug,
            "title": item.entry.title,
            "reviewed": item.entry.reviewed.isoformat(),
            "due": item.day.isoformat(),
            "days": item.days,
            "overdue": item.overdue,
        }
        for item in found
    ]
    return json.dumps({"today": knowledge.today.isoformat(), "entries": entries}, indent=2, ensure_ascii=False)
