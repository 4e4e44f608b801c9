"""What the supplier handed in by itself, and what became of it."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, assert_never

from immutables import Map

from contracts.supplier import (
    PartnerSubmissionAccepted,
    PartnerSubmissionMade,
    PartnerSubmissionReturned,
    SubmissionContent,
)

Handled = PartnerSubmissionMade | PartnerSubmissionAccepted | PartnerSubmissionReturned

Status = Literal["waiting", "accepted", "returned"]


@dataclass(frozen=True, slots=True)
class Submission:
    kind: str
    reference: str
    content: SubmissionContent
    made_on: date
    contact: str
    status: Status = "waiting"


@dataclass(frozen=True, slots=True)
class Submissions:
    """``waiting`` are the ids of those without an answer."""

    by_id: Map[str, Submission] = field(default_factory=Map)
    waiting: tuple[str, ...] = ()

    def waits(self, kind: str, reference: str) -> str | None:
        """The submission about this that waits for an answer."""
        found = ((each, self.by_id[each]) for each in self.waiting)
        return next((id for id, each in found if (each.kind, each.reference) == (kind, reference)), None)


def evolve(known: Submissions, event: Handled) -> Submissions:
    match event:
        case PartnerSubmissionMade():
            made = Submission(event.kind, event.reference, event.content, event.made_on, event.contact)
            return Submissions(known.by_id.set(event.submission_id, made), (*known.waiting, event.submission_id))
        case PartnerSubmissionAccepted():
            return _answered(known, event.submission_id, "accepted")
        case PartnerSubmissionReturned():
            return _answered(known, event.submission_id, "returned")
    assert_never(event)


def _answered(known: Submissions, submission_id: str, status: Status) -> Submissions:
    answered = replace(known.by_id[submission_id], status=status)
    waiting = tuple(each for each in known.waiting if each != submission_id)
    return Submissions(known.by_id.set(submission_id, answered), waiting)
