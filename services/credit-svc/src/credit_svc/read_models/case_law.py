"""One row per collection case before a tribunal or a court: its terms, awards, judgments, and what enforcement brought."""

from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.credit import (
    AppealNoted,
    AwardRecorded,
    AwardReviewed,
    CaseClockEnded,
    CaseClockRanOut,
    CaseClockStarted,
    CaseMilestoneRecorded,
    EnforcementRecorded,
    JudgmentRecorded,
)
from credit_svc.read_models.moved import following


@dataclass(frozen=True)
class Row:
    customer_id: str
    case_id: str
    clocks: list[Any] = field(default_factory=list)
    """Each as ``{clock, way, begins_on, ends_on, whose, law, reference, status, ended_on}``; status: running, ended, ran_out."""
    milestones: list[Any] = field(default_factory=list)
    """Each as ``{milestone, reached_on, procedure, hearing_on, note, recorded_by}``."""
    awards: list[Any] = field(default_factory=list)
    """As recorded, with ``reviews`` as ``{kind, outcome, decided_on}``, and ``counts``."""
    judgments: list[Any] = field(default_factory=list)
    """As recorded, with ``appeals`` as ``{by_us, noted_on}``."""
    enforcements: list[Any] = field(default_factory=list)
    """Each as ``{on, what, collected, currency, note, recorded_by}``."""


Handled = (
    CaseClockStarted
    | CaseClockEnded
    | CaseClockRanOut
    | CaseMilestoneRecorded
    | AwardRecorded
    | AwardReviewed
    | JudgmentRecorded
    | AppealNoted
    | EnforcementRecorded
)
CLOCK = {"clock", "way", "begins_on", "ends_on", "whose", "law", "reference"}
OF_ROW = {"case_id", "customer_id"}


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    return [(event.customer_id, event.case_id)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    if isinstance(event, CaseClockRanOut) and event.whose is None:
        return row
    row = row or Row(event.customer_id, event.case_id)
    match event:
        case CaseClockStarted():
            clock = event.model_dump(mode="json", include=CLOCK)
            others = [each for each in row.clocks if (each["clock"], each["status"]) != (event.clock, "running")]
            return replace(row, clocks=[*others, {**clock, "status": "running", "ended_on": None}])
        case CaseClockEnded(clock=name, ended_on=on):
            return replace(row, clocks=_ended(row.clocks, name, "ended", on.isoformat()))
        case CaseClockRanOut(clock=name, ran_out_on=on):
            return replace(row, clocks=_ended(row.clocks, name, "ran_out", on.isoformat()))
        case CaseMilestoneRecorded():
            return replace(row, milestones=[*row.milestones, _dumped(event, {"way"})])
        case AwardRecorded():
            return replace(row, awards=[*row.awards, {**_dumped(event), "reviews": [], "counts": True}])
        case AwardReviewed():
            return replace(row, awards=[_reviewed(each, event) for each in row.awards])
        case JudgmentRecorded():
            return replace(row, judgments=[*row.judgments, {**_dumped(event), "appeals": []}])
        case AppealNoted():
            return replace(row, judgments=[_appealed(each, event) for each in row.judgments])
        case EnforcementRecorded():
            return replace(row, enforcements=[*row.enforcements, _dumped(event)])
    return row


def _dumped(event: Handled, without: set[str] | None = None) -> dict[str, Any]:
    return event.model_dump(mode="json", exclude=OF_ROW | (without or set()))


def _ended(clocks: list[Any], name: str, status: str, on: str) -> list[Any]:
    return [
        {**each, "status": status, "ended_on": on} if (each["clock"], each["status"]) == (name, "running") else each
        for each in clocks
    ]


def _reviewed(award: dict[str, Any], event: AwardReviewed) -> dict[str, Any]:
    if award["award_id"] != event.award_id:
        return award
    review = event.model_dump(mode="json", include={"kind", "outcome", "decided_on"})
    counts = award["counts"] and event.outcome != "granted"
    return {**award, "reviews": [*award["reviews"], review], "counts": counts}


def _appealed(judgment: dict[str, Any], event: AppealNoted) -> dict[str, Any]:
    if judgment["judgment_id"] != event.judgment_id:
        return judgment
    appeal = event.model_dump(mode="json", include={"by_us", "noted_on"})
    return {**judgment, "appeals": [*judgment["appeals"], appeal]}


MODEL = following(
    ReadModel(
        name="case_law",
        version=1,
        row=Row,
        key=("customer_id", "case_id"),
        keys=keys,
        evolve=evolve,
        indexes=(("case_id",),),
    )
)


def of_case(customer_id: str, case_id: str) -> Select[Any]:
    table = MODEL.table
    return select(table).where(table.c.customer_id == customer_id, table.c.case_id == case_id)
