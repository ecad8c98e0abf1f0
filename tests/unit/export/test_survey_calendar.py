"""The calendar of a survey: every step at its distance from a Monday about two months ahead, every year."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from kb.export.as_calendar import SURVEY_STEPS, survey_as_ics


@given(st.dates(date(2000, 1, 1), date(2150, 1, 1)))
def test_a_survey_opens_on_a_monday_and_its_steps_keep_their_distance(today: date) -> None:
    """No step of the preparation lies before the day of the build."""
    events = Calendar.from_ical(survey_as_ics(today)).walk("VEVENT")
    days = {str(event["UID"]): event.decoded("DTSTART") for event in events}
    opens = days["survey-0@burnout-kb"]
    assert opens.weekday() == 0
    assert timedelta(weeks=8) <= opens - today < timedelta(weeks=9)
    assert [days[f"survey-{step.weeks}@burnout-kb"] for step in SURVEY_STEPS] == [
        opens + timedelta(weeks=step.weeks) for step in SURVEY_STEPS
    ]
    assert all(event["RRULE"]["FREQ"] == ["YEARLY"] for event in events)
    assert min(days.values()) >= today
