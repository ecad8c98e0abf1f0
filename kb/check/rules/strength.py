"""Words that claim more than the certainty of the evidence lets them (GRADE guideline 26)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.check.rules.text import meant, section
from kb.grading.statements import statement
from kb.model import BodyAssessment, Certainty, EntryStatus, Intervention, Outcome
from kb.problems import Problem
from kb.read import citations
from kb.read.content import Content

_EFFECT = (
    r"(?:reduces?|prevents?|improves?|cuts?|decreases?|increases?|raises?|relieves?|eases?|alleviates?|lowers"
    r"|lower(?=\s+(?:burnout|exhaustion|stress|distress|anxiety|depression|turnover|errors))"
    r"|protects? (?:against|from)|works(?!\s+(?:with|by|as|from|at|through|on|alongside|together)\b)|helps"
    r"|drops|falls|rises|(?:is|are) (?:very |highly )?effective"
    r"|(?:is|are|was|were|been) (?:shown|demonstrated|found|known) to (?:reduce|lower|prevent|improve|cut|help|work)"
    r"|(?:is|are) (?:reduced|lowered|prevented|relieved|eased) by"
    r"|will (?:reduce|lower|prevent|improve|cut|relieve|ease|help|work))"
)
_SURELY = r"(?:certainly|definitely|undoubtedly|surely|clearly|conclusively|always|invariably|strongly|reliably)"
# Said of what an intervention does, in the present: what a study found is told in the past.
_STRONG = re.compile(rf"\b(?:{_SURELY}\s+)?{_EFFECT}\b", re.I)
# What no certainty below the highest lets a text say, wherever it stands.
_ABSOLUTE = re.compile(
    rf"\b(?:{_SURELY}\s+(?:{_EFFECT}|cures?|works?|helps?|reduced|lowered|improved|prevented)"
    r"|cures?|cured|heals|healed|eradicates?|eradicated|guarantees|guaranteed to"
    r"|(?:eliminates?|eliminated|abolish(?:es|ed)?|ends|will end|solves?|solved|resolves?|banish(?:es)?)"
    r"\s+(?:\w+\s+){0,2}?"
    r"(?:burnout|exhaustion|stress|distress|anxiety|depression)"
    r"|proves?|proven|proved (?:that|to)|proof that"
    r"|no doubt|without (?:a |any )?doubt|beyond (?:a |any |all )?doubt)\b",
    re.I,
)
_HEDGED = re.compile(
    r"\b(?:may|might|could|can|would|should|probably|perhaps|likely|whether|if|until|unless|how|what|why|when"
    r"|uncertain|unclear|unproven|aims?|aimed|meant|intended|hopes?|hoped|to|of|asks?"
    r"|says?|said|found|calls?|called|concludes?|concluded|thinks?|believes?|suggests?|suggested|reports?|reported)\b",
    re.I,
)
# Who says it, or what was hoped for, right before it; and an aim, unless something is said to reach it.
_OF_OTHERS = re.compile(
    r"\b(?:may|might|claim(?:s|ed)?|sa(?:y|ys|id)|call(?:s|ed)?|believ(?:e|es|ed)|think|thinks|thought|advertised?"
    r"|asks?|asked|hop(?:e|es|ed)|aim(?:s|ed)?|meant|intended|designed|set out|want(?:s|ed)?|tr(?:y|ies|ied))\b",
    re.I,
)
_AS_AN_AIM = re.compile(
    r"(?<!shown )(?<!known )(?<!found )(?<!proven )(?<!proved )(?<!certain )(?<!sure )(?<!bound )(?<!guaranteed )"
    r"(?<!helps )(?<!help )(?<!able )(?<!way )\bto\s+$",
    re.I,
)
_OF_PATIENTS = re.compile(r"\b(?:patients?|wounds?|infections?|diseases?)\b", re.I)
# Titles and other words of others: in quotation marks, or several words in italics that start with a capital letter.
_QUOTED = re.compile(
    r"[\u201c\"](?=[^\u201c\u201d\"\n]*\s)[^\u201c\u201d\"\n]{3,200}[\u201d\"]"
    r"|(?<![*\w])\*(?=[A-Z])(?=[^*\n]*\s[^*\n]*\s)[^*\n]{3,200}\*(?![*\w])"
    r"|(?<![\w_])_(?=[A-Z])(?=[^_\n]*\s[^_\n]*\s)[^_\n]{3,200}_(?![\w_])"
)
_DENIED = re.compile(r"\b(?:not|no|never|nobody|nothing|neither|nor|none|cannot|hardly|n't)\b|n't\b", re.I)
_ASKED = re.compile(r"\b(?:whether|if|nor)\b", re.I)
_ENDS = re.compile(r"(?<=[.!?])\s|\n\s*\n")
_WHERE = "Does it work"


def too_strong(content: Content, intervention: Intervention, assessed: list[BodyAssessment]) -> Iterator[Problem]:
    """What an intervention's text says more surely than its bodies of evidence allow (KB328)."""
    if intervention.status is not EntryStatus.PUBLISHED:
        return
    body = _QUOTED.sub(_blanked, re.sub(citations.PATTERN, _blanked, meant(intervention.body)))
    first, effect = section(body, _WHERE)
    said = [(first + line, sentence, _STRONG) for line, sentence in _sentences(effect)]
    said += [(line + 1, sentence, _ABSOLUTE) for line, sentence in _sentences(body)]
    told: set[tuple[int, str]] = set()
    for line, sentence, form in said:
        found = next((match for match in form.finditer(sentence) if not _is_careful(sentence, match, form)), None)
        if found and (line, sentence) not in told and (problem := _of(found[0], sentence, assessed)):
            told.add((line, sentence))
            place = line + sentence.count("\n", 0, found.start())
            yield content.body_problem(intervention, place, "KB328", *problem)
    for field in ("title", "summary"):
        text = _QUOTED.sub(_blanked, getattr(intervention, field, ""))
        absolute = next((m for m in _ABSOLUTE.finditer(text) if not _is_careful(text, m, _ABSOLUTE)), None)
        if absolute and (problem := _of(absolute[0], text, assessed)):
            yield content.problem(intervention, (field,), "KB328", *problem)


def _blanked(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    """Each sentence with the lines before it."""
    start = 0
    for end in (*(match.start() for match in _ENDS.finditer(text)), len(text)):
        yield text.count("\n", 0, start), text[start:end]
        start = end


def _is_careful(sentence: str, match: re.Match[str], form: re.Pattern[str]) -> bool:
    """Whether a sentence denies what it says, or says whose words they are."""
    before, after = sentence[: match.start()], sentence[match.end() :]
    if match[0].lower().endswith("doubt"):
        return bool(_DENIED.search(before))
    if form is _ABSOLUTE:
        of_patients = re.match(r"cure|heal", match[0], re.I) and _OF_PATIENTS.search(sentence)
        careful = (_DENIED, _OF_OTHERS, _AS_AN_AIM, _ASKED)
        return bool(of_patients or any(words.search(before) for words in careful))
    not_shown = re.search(r"\bnot (?:been )?(?:shown|known|proven|tested|studied)\b", after, re.I)
    return bool(_DENIED.search(before) or _HEDGED.search(before) or not_shown)


def _of(words: str, sentence: str, assessed: list[BodyAssessment]) -> tuple[str, str] | None:
    """Message and hint for words that say too much of the outcome that their sentence names, else of any."""
    named = [word for word in Outcome if re.search(rf"\b{re.escape(word.label)}\b", sentence, re.I)]
    bodies = [body for body in assessed if body.outcome in named] if named else assessed
    surest = max(bodies, key=lambda body: body.certainty or 0, default=None)
    level = surest.certainty if surest else None
    if level is Certainty.HIGH:
        return None
    allowed = f"{level.label} certainty" if level else "evidence that is not graded"
    if surest is None:
        return f"{words!r} says more than is known", "no body of evidence measured it: say that it is not known"
    return f"{words!r} says more than {allowed} allows", f"write what it allows: {statement(surest)}"
