"""One row per round of the survey: who is asked about which suppliers, until when."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.supplier import (
    SupplierSurveyAsked,
    SupplierSurveyClosed,
    SupplierSurveyReminded,
    SupplierSurveyScheduled,
)

Handled = SupplierSurveyScheduled | SupplierSurveyAsked | SupplierSurveyReminded | SupplierSurveyClosed

Status = Literal["scheduled", "open", "closed"]


@dataclass(frozen=True)
class Row:
    """``heads`` by the order of the policy: respondent, function, supplier_ids, is_reminded. ``answered`` is set when it closed."""

    round_id: str
    status: str
    opens_on: date
    due_on: date | None = None
    closed_on: date | None = None
    answered: int | None = None
    heads: list[dict[str, Any]] = field(default_factory=list)


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    return [(event.round_id,)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row | None:
    match event:
        case SupplierSurveyScheduled():
            return row or Row(key[0], "scheduled", event.due_on)
        case SupplierSurveyAsked():
            heads = _asked(row.heads if row else [], event)
            return row and replace(row, status="open", due_on=event.due_on, heads=heads)
        case SupplierSurveyReminded():
            return row and replace(row, heads=[_reminded(head, event.respondent) for head in row.heads])
        case SupplierSurveyClosed():
            return row and replace(row, status="closed", closed_on=event.closed_on, answered=event.answered)


def _asked(heads: list[dict[str, Any]], event: SupplierSurveyAsked) -> list[dict[str, Any]]:
    before: list[str] = next((each["supplier_ids"] for each in heads if each["respondent"] == event.respondent), [])
    head = {
        "respondent": event.respondent,
        "function": event.function,
        "supplier_ids": [*before, *event.supplier_ids],
        "is_reminded": False,
    }
    return [*(each for each in heads if each["respondent"] != event.respondent), head]


def _reminded(head: dict[str, Any], respondent: str) -> dict[str, Any]:
    return {**head, "is_reminded": True} if head["respondent"] == respondent else head


MODEL = ReadModel(
    name="survey_round", version=1, row=Row, key=("round_id",), keys=keys, evolve=evolve, indexes=(("opens_on",),)
)
TABLE = MODEL.table
ORDER = (TABLE.c.opens_on, TABLE.c.round_id)


def rounds(status: Status | None = None) -> Select[Any]:
    query = select(TABLE)
    return query if status is None else query.where(TABLE.c.status == status)


def survey_round(round_id: str) -> Select[Any]:
    return select(TABLE).where(TABLE.c.round_id == round_id)
