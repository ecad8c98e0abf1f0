"""Parts of entries together with the entry that holds them, as the roots of their GraphQL types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kb.model import Assessment, BodyAssessment, Finding, Framework, Intervention, Mapping, Study, Term


@dataclass(frozen=True)
class StudyFinding:
    """A finding of a study."""

    study: Study
    part: Finding


@dataclass(frozen=True)
class InterventionBody:
    """A body of evidence of an intervention, as assessed."""

    intervention: Intervention
    assessment: BodyAssessment
    headline: bool

    @property
    def part(self) -> Any:
        return self.assessment.body


def evidence_of(entry: Intervention, assessment: Assessment) -> list[InterventionBody]:
    """All bodies of evidence of an intervention, as assessed."""
    return [InterventionBody(entry, body, body is assessment.headline) for body in assessment.bodies]


@dataclass(frozen=True)
class FrameworkTerm:
    """A term of a framework."""

    framework: Framework
    part: Term

    @property
    def path(self) -> str:
        """framework-slug/term-slug"""
        return f"{self.framework.slug}/{self.part.slug}"


@dataclass(frozen=True)
class TermDriver:
    """The mapping of a term to a driver."""

    term: FrameworkTerm
    part: Mapping


def read_part(attribute: str, _default: Any, root: Any, _info: Any, **_arguments: Any) -> Any:
    """Graphene's default resolver for these roots: the attribute of the part."""
    return getattr(root.part, attribute)
