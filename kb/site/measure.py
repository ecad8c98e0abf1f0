"""The page that plans a survey: which instrument, how many answers, what may be shown, when to ask again, what a score
means."""

from __future__ import annotations

from kb.export.as_calendar import SURVEY_STEPS
from kb.site.context import Context
from kb.site.files import SURVEY_CALENDAR
from kb.view import choosing, samples
from kb.view.catalog import Catalog

EXAMPLE = (
    samples.Group("Emergency", 24, 13),
    samples.Group("Intensive care", 18, 9),
    samples.Group("Pharmacy", 7, 2),
    samples.Group("Radiology", 12, 5),
    samples.Group("Surgery", 31, 12),
)
"""Made-up groups that show what is hidden."""


def measure_page(catalog: Catalog) -> Context:
    """The page of all published instruments that ask people how they are."""
    among = choosing.surveys(catalog)
    out = samples.hidden(EXAMPLE)
    return Context(
        template="measure",
        title="Plan a survey",
        description=(
            "Which questionnaire on burnout to take, how many answers you need, which groups may be shown, when to ask "
            "again, and what a score means."
        ),
        path="measure/",
        section="measure",
        rows=[choosing.row(entry) for entry in among],
        searched=choosing.searched_on(among),
        purposes=[(purpose, choosing.recommended(catalog, purpose, among)) for purpose in choosing.PURPOSES],
        sizes=samples.size_rows(),
        smallest=samples.SMALLEST_GROUP,
        example=[(group, index in out) for index, group in enumerate(EXAMPLE)],
        steps=SURVEY_STEPS,
        calendar=SURVEY_CALENDAR,
        scales=list(choosing.scale_rows(among)),
        benchmark=choosing.benchmark,
        source=catalog.source,
    )
