"""Bodies of evidence: what findings must say to be in one, and what a curator must judge of each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.check.rule import rule
from kb.check.rules import directions
from kb.check.rules.findings import DIRECTION, unsettled
from kb.check.rules.strength import too_strong
from kb.check.rules.text import section
from kb.grading import EFFECT, arms, assess_body, bodies_of, numbers
from kb.grading.certainty import DOWN_LIMITS, UP_LIMITS
from kb.model import (
    Allocation,
    Appraisal,
    Arm,
    ArmRole,
    BodyAssessment,
    BodyJudgement,
    Certainty,
    Comparison,
    Discrepancy,
    Domain,
    DriverClaim,
    EntryStatus,
    Finding,
    Instrument,
    Intervention,
    NotPooled,
    Outcome,
    Override,
    Pooled,
    RiskOfBias,
    Scale,
    Step,
    Study,
    StudyArm,
    StudyDesign,
    Threshold,
)
from kb.model.fields import Record
from kb.problems import Problem, Speller, some_of
from kb.read import citations
from kb.read.content import Content
from kb.read.frontmatter import FrontMatter, Loc, Needs


def _whole(*models: type[Record]) -> Needs:
    return {model: tuple(model.model_fields) for model in models}


BODIES: Needs = {
    Intervention: ("part_of", "scope"),
    Study: (
        *("status", "design", "findings", "arms", "sample_size", "discrepancies"),
        *("reading_basis", "appraisals", "allocation", "sites"),
    ),
    Instrument: ("scales",),
    **_whole(Finding, Arm, Pooled, Discrepancy, StudyArm, Allocation, Appraisal, Scale, Threshold),
}
"""What is needed to know the bodies of evidence, and what their studies weigh."""
_JUDGED: Needs = {
    **BODIES,
    Intervention: ("part_of", "scope", "judgements"),
    **_whole(BodyJudgement, Step, Override, NotPooled),
}
_HIGH = (RiskOfBias.HIGH, RiskOfBias.CRITICAL)
_REVIEWS = frozenset(
    {StudyDesign.SYSTEMATIC_REVIEW, StudyDesign.META_ANALYSIS, StudyDesign.SCOPING_REVIEW, StudyDesign.NARRATIVE_REVIEW}
)


@rule(
    Study,
    {
        Study: ("design", "arms", "findings", "interventions"),
        StudyArm: ("slug", "role"),
        Finding: ("id", "comparison", "arms", "pooled"),
        Arm: ("arm",),
    },
)
def results_name_their_arms(study: Study, source: FrontMatter) -> Iterator[Problem]:
    """A finding that tests an intervention names the arms that it compares (KB323), each an arm of its study.

    A comparison has two, a change in one group has one. It is asked of studies that name interventions or have arms;
    groups that are no arms have a label. What a review says of its studies without pooling them has none.
    """
    known = [arm.slug for arm in study.arms]
    speller = Speller()
    for index, finding in enumerate(study.findings):
        for number, given in enumerate(finding.arms):
            if given.arm and given.arm not in known:
                hint = speller.did_you_mean(given.arm, known, f"its arms are: {some_of(known)}")
                loc: Loc = ("findings", index, "arms", number, "arm")
                yield source.problem(loc, "KB323", f"the study has no arm {given.arm!r}", hint)
        asked = (study.interventions or study.arms) and study.design not in _REVIEWS
        if finding.comparison not in EFFECT or finding.pooled or not asked:
            continue
        wanted = 1 if finding.comparison is Comparison.UNCONTROLLED else 2
        if len(finding.arms) != wanted:
            what = "the one arm that changed" if wanted == 1 else "the two arms that it compares"
            message = f"{finding.id} must name {what}, got {len(finding.arms)}"
            hint = _which_arms(study, len(finding.arms), wanted)
            yield source.problem(("findings", index, "arms"), "KB323", message, hint)


def _which_arms(study: Study, given: int, wanted: int) -> str:
    """How the arms of a finding are named; of too many, that each comparison is a finding of its own."""
    tested, controls = ([arm.slug for arm in study.arms if arm.role is role] for role in ArmRole)
    known = [*tested[:1], *(controls or tested[1:])[:1]][:wanted] if tested else []
    example = ", ".join(f"{{arm: {slug}}}" for slug in known)
    if given > wanted:
        what = "each two arms that the source compares" if wanted == 2 else "each arm"
        also = f", e.g. arms: [{example}]," if len(known) == wanted else ""
        alone = "; leave out a test over all arms at once" if wanted == 2 else ""
        return f"write a finding of its own for {what}{also} with the figures of these alone{alone}"
    if len(known) < wanted:
        return "add the arms: of the study above its findings, then name them here, the intervention first"
    which = "" if len(study.arms) == wanted else "the two that the source compares, " if wanted == 2 else ""
    return f"write {which}e.g. arms: [{example}], the intervention first; a group that is no arm has label:"


@rule(
    Study,
    {Study: ("arms", "interventions"), StudyArm: ("slug", "role", "intervention")},
)
def arms_name_interventions(study: Study, source: FrontMatter) -> Iterator[Problem]:
    """An arm that had an intervention names it (KB323), if the study names interventions at all."""
    for index, arm in enumerate(study.arms):
        if arm.role is ArmRole.INTERVENTION and not arm.intervention and study.interventions:
            hint = "write intervention: and its slug; if it has no entry, start one with kb new intervention SLUG"
            yield source.problem(("arms", index), "KB323", f"the arm {arm.slug} must name its intervention", hint)


@rule(
    Study,
    {Study: ("findings",), Finding: ("id", "pooled", "intervention", "comparator_class"), Pooled: ("kinds",)},
)
def pooled_estimates_are_whole(study: Study, source: FrontMatter) -> Iterator[Problem]:
    """A pooled estimate of an intervention names its comparison, and only a pooled estimate does itself (KB326)."""
    for index, finding in enumerate(study.findings):
        loc: Loc = ("findings", index)
        if finding.pooled is None:
            if finding.intervention is not None or finding.comparator_class is not None:
                message = f"{finding.id} must have pooled:, since it names an intervention or a comparator class itself"
                hint = "name its arms instead; only an estimate that a review pooled has pooled:"
                yield source.problem(loc, "KB326", message, hint)
            continue
        kinds = finding.pooled.kinds
        if not kinds or any(kind not in EFFECT for kind in kinds):
            message = f"the kinds in {finding.id} must be randomized, controlled or uncontrolled"
            yield source.problem((*loc, "pooled", "kinds"), "KB326", message, "name the kinds of study that it pools")
        elif finding.intervention and Comparison.UNCONTROLLED not in kinds and finding.comparator_class is None:
            message = f"the pooled estimate {finding.id} must say what it was compared with"
            hint = "add comparator_class: inactive or active; a mixture is inactive"
            yield source.problem(loc, "KB326", message, hint)


@rule(Content, {Study: ("registration", "reports", "reference")})
def studies_are_entered_once(content: Content) -> Iterator[Problem]:
    """No trial counts twice (KB307): no two studies have one registration, and none is a report of another."""
    seen: dict[str, Study] = {}
    for study in content.knowledge.studies.values():
        if study.status is EntryStatus.WITHDRAWN:
            continue
        names: list[tuple[str, Loc]] = [(study.reference, ("reference",))]
        names += [(key, ("reports", index)) for index, key in enumerate(study.reports)]
        names += [(number, ("registration",)) for number in registrations(study.registration or "")]
        for name, loc in names:
            other = seen.setdefault(name, study)
            # Two entries of one work are a warning of their own (KB212).
            if other is not study and not (loc[0] == "reference" and other.reference == study.reference):
                what = "registration" if loc[0] == "registration" else "work"
                message = f"a study must be entered once, {other.slug} has the {what} {name} too"
                hint = (
                    f"look whether both are of one study: then add its findings to {other.slug}, name this work there "
                    f"in reports:, and withdraw this entry; else correct {loc[0]}:"
                )
                yield content.problem(study, loc, "KB307", message, hint)


# What starts the numbers of registries; the blanks and signs within are left out before.
_REGISTERED = re.compile(
    r"NCT\d{8}|ISRCTN\d{8}|ACTRN\d{14}|CHICTR[A-Z-]*\d{8,10}|DRKS\d{8}|CRD42\d{6,11}|EUDRACT\d{12}|EUCT\d{14}"
    r"|IRCT\d+N\d+|UMIN\d{9}|JRCT[A-Z]?\d+|CTRI\d+|PACTR\d+|NTR\d+|NL\d{4,}|KCT\d{7}|TCTR\d+|RBR[A-Z0-9]+|SLCTR\d+"
)


def registrations(written: str) -> tuple[str, ...]:
    """The registration numbers in a text in one spelling: nct 0123-4567 is NCT01234567; else the text as a whole."""
    plain = re.sub(r"[\s/:_.#-]+", "", written.upper())
    return tuple(dict.fromkeys(_REGISTERED.findall(plain))) or ((plain,) if plain else ())


def _of_drafts(content: Content) -> dict[str, dict[str, list[str]]]:
    """The bodies that drafts of studies will make, by intervention and key, with those studies."""
    knowledge = content.knowledge
    found: dict[str, dict[str, list[str]]] = {slug: {} for slug in knowledge.interventions}
    for study in knowledge.studies.values():
        if study.status is EntryStatus.DRAFT:
            published = study.model_copy(update={"status": EntryStatus.PUBLISHED})
            bodies = bodies_of(knowledge.interventions, (published,), knowledge.instruments)
            for slug, keys in bodies.items():
                for key in keys:
                    found[slug].setdefault(str(key), []).append(study.slug)
    return found


@rule(Content, _JUDGED)
def bodies_are_judged(content: Content) -> Iterator[Problem]:
    """A judgment takes no fewer steps than the data ask for (KB305), and stays within limits (KB308).

    Steps that the data ask for count by themselves; none is asked for by numbers that do not agree. Where all of the
    evidence is at high risk of bias, a curator says whether that costs one step or two.

    A judgment is of a body that exists (KB324). What Does it work says is no stronger than the certainty lets it be
    (KB328, a warning). Interventions of a study that cannot be read are left out.
    """
    knowledge = content.knowledge
    doubtful = _doubtful(content)
    bodies = bodies_of(knowledge.interventions, knowledge.studies.values(), knowledge.instruments)
    of_drafts: dict[str, dict[str, list[str]]] | None = None
    speller = Speller()
    for slug, intervention in knowledge.interventions.items():
        if doubtful is None or slug in doubtful:
            continue
        judged: dict[str, int] = {}
        keys = {str(key): key for key in bodies[slug]}
        for index, judgement in enumerate(intervention.judgements):
            loc = ("judgements", index, "body")
            if judgement.body not in keys:
                known = f"its bodies are: {some_of(sorted(keys))}" if keys else "no arm of a study tests it"
                hint = speller.did_you_mean(judgement.body, keys, known)
                of_drafts = of_drafts or _of_drafts(content)
                if drafts := of_drafts[slug].get(judgement.body):
                    hint = (
                        f"only drafts have a result for it, {some_of(drafts)}: this goes away once they are published"
                    )
                message = f"there is no body of evidence {judgement.body!r}"
                yield content.problem(intervention, loc, "KB324", message, hint)
            elif judged.setdefault(judgement.body, index) != index:
                message = f"duplicate judgment of {judgement.body}"
                yield content.problem(intervention, loc, "KB206", message, "combine them in one")
        assessed = []
        for name, key in keys.items():
            place = judged.get(name)
            judgement_of = intervention.judgements[place] if place is not None else None
            assessed.append(body := assess_body(slug, key, bodies[slug][key], judgement_of, knowledge.instruments))
            source = content.sources[intervention.folder, slug]
            found = list(_of_body(source, ("judgements",) if place is None else ("judgements", place), body))
            if not (found and any(_is_doubted(result.study, result.finding.id) for result in body.results)):
                yield from found
        yield from too_strong(content, intervention, assessed)


def _is_doubted(study: Study, name: str) -> bool:
    """Whether numbers of a finding do not agree: what a grade asks for by them may follow from a slip."""
    named = [finding for _, finding in unsettled(study) if finding.id == name]
    if any(True for finding in named for _ in (*numbers.mismatches(finding), *arms.mismatches(finding))):
        return True
    return any(finding.id == name for _, finding, _ in directions.contrary(study))


def _doubtful(content: Content) -> set[str] | None:
    """The interventions that a study names of which not all can be read, nor of its instruments.

    None if any may be named.
    """
    knowledge, slugs = content.knowledge, content.slugs
    unread = slugs["studies"] - knowledge.studies.keys()
    if any(("studies", slug) not in content.sources for slug in unread):
        return None
    instruments = slugs["instruments"] - knowledge.instruments.keys()
    text = [str(content.sources["studies", slug].values) for slug in unread]
    for study in knowledge.studies.values():
        if any(finding.instrument in instruments for finding in study.findings):
            text.append(str(content.sources["studies", study.slug].values))
    named = {slug for slug in knowledge.interventions if re.search(rf"\b{slug}\b", " ".join(text))}
    return named | {parent for slug in named for parent in knowledge.interventions[slug].part_of}


def _of_body(source: FrontMatter, loc: Loc, body: BodyAssessment) -> Iterator[Problem]:
    judgement = body.judgement
    down = {step.domain: step.steps for step in judgement.down} if judgement else {}
    lifted = {override.domain: override.floor for override in judgement.overrides} if judgement else {}
    for forced in body.forced:
        least = min(-forced.steps, lifted.get(forced.domain, 2))
        steps = down.get(forced.domain)
        if steps is not None and steps < least:
            what = f"{forced.domain} of {body.key} must be rated down by at least {least}"
            hint = f"write steps: {least}, or remove the step, which then counts by itself; or add an override and why"
            place = (*loc, "down", list(down).index(forced.domain))
            yield source.problem(place, "KB305", f"{what}: {forced.reason}; found {steps}", hint)
    graded = body.certainty is not None
    if graded and all(r.risk in _HIGH for r in body.counted) and Domain.RISK_OF_BIAS not in {*down, *lifted}:
        message = f"all evidence of {body.key} is at high risk of bias, a judgment must say if that costs 1 step or 2"
        hint = "under its down: write domain: risk_of_bias, steps: 1 or steps: 2, and the reason"
        if judgement is None:
            hint = f"under judgements: add body: {body.key}; {hint}"
        yield source.problem(loc, "KB305", message, hint)
    if judgement is None:
        return
    for way, steps_of, limits in (("down", judgement.down, DOWN_LIMITS), ("up", judgement.up, UP_LIMITS)):
        seen: set[Domain] = set()
        for number, step in enumerate(steps_of):
            at: Loc = (*loc, way, number)
            if step.domain not in limits:
                message = f"{step.domain} is no reason to rate {way}"
                yield source.problem(at, "KB308", message, f"the reasons to rate {way} are: {', '.join(limits)}")
            elif step.steps > limits[step.domain]:
                message = f"{step.domain} may be rated {way} by at most {limits[step.domain]}, got {step.steps}"
                yield source.problem(at, "KB308", message, f"write steps: {limits[step.domain]}")
            elif step.domain is Domain.INCONSISTENCY and step.steps and body.studies == 1:
                message = "inconsistency cannot be assessed with one study, it must be 0"
                yield source.problem(at, "KB308", message, "remove this step")
            if step.domain in seen:
                yield source.problem(at, "KB308", f"duplicate {step.domain} under {way}", "combine them in one step")
            seen.add(step.domain)
    taken = any(each.steps < 0 for each in body.adjustments)
    if any(step.steps for step in judgement.up) and (body.start is not Certainty.LOW or taken):
        message = "only a body that starts at low certainty and is not rated down may be rated up"
        yield source.problem((*loc, "up"), "KB308", message, "remove the steps up")
    if body.certainty is None:
        reason = (body.not_graded_reason or "").rstrip(".")
        message = f"{body.key} cannot be graded, so it must have no judgment. {reason}"
        yield source.problem(loc, "KB308", message, "remove this judgment")
    asked = {each.domain: -each.steps for each in body.forced}
    overridden: set[Domain] = set()
    for number, override in enumerate(judgement.overrides):
        at = (*loc, "overrides", number)
        if override.floor >= asked.get(override.domain, 0):
            message = f"the data ask for no step of {override.domain} above {override.floor}"
            yield source.problem(at, "KB308", message, "remove this override")
        if override.domain in overridden:
            yield source.problem(at, "KB308", f"duplicate override of {override.domain}", "keep one of the two")
        overridden.add(override.domain)


@rule(Content, {Study: ("findings",), Finding: ("id", *DIRECTION), Instrument: ("scales",), Scale: ("slug",)})
def scales_say_which_end_is_better(content: Content) -> Iterator[Problem]:
    """A scale on which an effect was measured says which end is better (KB322), unless the finding says it."""
    knowledge = content.knowledge
    seen: set[tuple[str, str]] = set()
    for study in knowledge.studies.values():
        for finding in study.findings:
            place = finding.instrument or "", finding.scale or ""
            instrument = knowledge.instruments.get(place[0])
            said = finding.direction or finding.better or finding.comparison not in EFFECT
            if instrument is None or said or place in seen:
                continue
            for index, scale in enumerate(instrument.scales):
                if scale.slug == finding.scale and getattr(scale, "higher_is_worse", True) is None:
                    seen.add(place)
                    message = (
                        f"the scale {scale.slug} must say which end is better, since {study.slug}/{finding.id} "
                        "reports an effect on it"
                    )
                    hint = "add higher_is_worse: true where a higher score is worse, else higher_is_worse: false"
                    yield content.problem(instrument, ("scales", index), "KB322", message, hint)


_CLAIMS: Needs = {
    Intervention: ("drivers",),
    DriverClaim: ("driver", "basis", "finding"),
    Study: ("findings",),
    Finding: ("id", "outcome", "comparison"),
}


@rule(Content, _CLAIMS)
def measured_claims_have_a_finding(content: Content) -> Iterator[Problem]:
    """A claim that something was measured names a finding on an outcome of its driver (KB325), which exists (KB203)."""
    knowledge, speller = content.knowledge, Speller()
    for intervention in knowledge.interventions.values():
        for index, claim in enumerate(intervention.drivers):
            loc = ("drivers", index, "finding")
            slug, _, name = (claim.finding or "").partition("/")
            if slug not in knowledge.studies:
                continue
            found = knowledge.evidence(claim.finding or "")
            if found is None:
                known = [finding.id for finding in knowledge.studies[slug].findings]
                if len(known) != len(set(known)):
                    continue  # a repeated id may hide it
                hint = speller.did_you_mean(name, known, f"its findings are: {some_of(known)}")
                yield content.problem(intervention, loc, "KB203", f"{slug} has no finding {name!r}", hint)
                continue
            outcome = found[1].outcome
            if claim.driver not in outcome.drivers:
                message = f"the finding must be on an outcome that measures {claim.driver}, got {outcome}"
                known = [word for word in Outcome if claim.driver in word.drivers]
                hint = f"name a finding on {', '.join(known)}; else write" if known else "no outcome measures it; write"
                yield content.problem(intervention, loc, "KB325", message, f"{hint} basis: stated or inferred")
            elif found[1].comparison not in EFFECT:
                message = f"the finding must test an effect, {claim.finding} is {found[1].comparison}"
                hint = "name a finding that compares, or write basis: stated or discussed"
                yield content.problem(intervention, loc, "KB325", message, hint)


@rule(Content, {Study: ("reference", "reports")})
def works_that_say_it_works_are_entries(content: Content) -> Iterator[Problem]:
    """A work cited under Does it work is an entry, a report of one, or in the screening register (KB327)."""
    knowledge = content.knowledge
    if content.slugs["studies"] - knowledge.studies.keys():
        return  # an entry that cannot be read may be of any work
    entered = {key for study in knowledge.studies.values() for key in (study.reference, *study.reports)}
    entered |= {item.key for item in knowledge.screening}
    for intervention in knowledge.interventions.values():
        if intervention.status is not EntryStatus.PUBLISHED:
            continue
        start, text = section(intervention.body, "Does it work")
        for group in citations.find(text):
            for citation in group.citations:
                if citation.key in knowledge.references and citation.key not in entered:
                    message = f"{citation.key} is cited as evidence and must be an entry, or in the screening register"
                    hint = "add it as a study, or add a line to content/screening.csv with the reason why it is none"
                    yield content.body_problem(intervention, start + group.line - 1, "KB327", message, hint)


@rule(Content)
def the_register_names_works(content: Content) -> Iterator[Problem]:
    """A line of the screening register is of a work that is in references.bib and is no entry (KB217)."""
    knowledge = content.knowledge
    shown = f"{content.root.name}/screening.csv"
    entries = {getattr(study, "reference", None): study.slug for study in knowledge.studies.values()}
    seen: set[str] = set()
    speller = Speller()
    for line, item in zip(content.screening_lines, knowledge.screening, strict=True):
        if content.reference_lines is not None and item.key not in content.reference_lines:
            hint = speller.did_you_mean(item.key, content.reference_lines, "add a record with this key")
            yield Problem(shown, line, "KB217", f"there is no work {item.key!r} in references.bib", hint)
        if item.key in entries:
            message = f"{item.key} must not be in the register, it is the entry {entries[item.key]}"
            yield Problem(shown, line, "KB217", message, "remove this line")
        if item.key in seen:
            yield Problem(shown, line, "KB217", f"duplicate line for {item.key}", "keep one of the two")
        seen.add(item.key)
        for slug in item.interventions:
            if slug not in content.slugs["interventions"]:
                hint = speller.did_you_mean(slug, content.slugs["interventions"], "name an intervention that exists")
                yield Problem(shown, line, "KB217", f"there is no intervention {slug!r}", hint)
