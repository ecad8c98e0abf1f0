"""The drivers as people say them: what a leader or clinician would complain of, one sentence each."""

from __future__ import annotations

VOICES = {
    "administrative-burden": "My physicians spend their days on forms",
    "autonomy-control": "I have no say over my own schedule",
    "community-support": "We hardly know our colleagues anymore",
    "ehr-technology": "My physicians finish their notes at night",
    "external-environment": "Rules from outside eat up our day",
    "fairness-inclusion": "Some of us are treated worse than others",
    "leadership-voice": "Decisions come from above, and nobody asks us",
    "meaning-growth": "I no longer see why I chose this work",
    "recognition-reward": "The extra work we do is neither paid nor thanked",
    "role-boundaries": "I answer for things I have no power to fix",
    "safety-mental-health": "My staff are threatened, and asking for help feels risky",
    "staffing-teamwork": "We are short of people, and those we train leave",
    "values-alignment": "I am told to do what is wrong for my patients",
    "work-life-integration": "My days off are not days off",
    "workflow-efficiency": "Every order and refill takes too many steps",
    "workload": "There is more to do than there are hours in the day",
    "demoralization": "The work is never done, and business comes before care",
    "internal-conflict": "Whatever I choose, I let somebody down",
    "undervaluation": "Nobody sees what I do",
}
"""By the slug of the driver, without a full stop; a driver without one is called by its title."""
