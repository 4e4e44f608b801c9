"""One row per answer about a supplier, in a round of the survey or outside of one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.supplier import SupplierSurveyed


@dataclass(frozen=True)
class Row:
    """``scores`` are 0 to 100 by topic; ``round_id`` and ``function`` are None for an answer outside of a round."""

    supplier_id: str
    survey_id: str
    answered_on: date
    respondent: str
    scores: dict[str, Any]
    round_id: str | None
    function: str | None


def keys(event: SupplierSurveyed, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id, event.survey_id)]


def evolve(_: Key, __: Row | None, event: SupplierSurveyed, ___: Envelope) -> Row:
    return Row(**{**dict(event), "scores": event.model_dump(mode="json")["scores"]})


MODEL = ReadModel(
    name="survey_answer",
    version=1,
    row=Row,
    key=("supplier_id", "survey_id"),
    keys=keys,
    evolve=evolve,
    indexes=(("answered_on", "supplier_id"), ("round_id", "respondent")),
)
TABLE = MODEL.table
ORDER = (TABLE.c.answered_on, TABLE.c.supplier_id, TABLE.c.survey_id)


def answers(supplier_id: str | None = None, round_id: str | None = None, respondent: str | None = None) -> Select[Any]:
    """All answers, those about a supplier, those of a round or of a person."""
    query = select(TABLE)
    query = query if supplier_id is None else query.where(TABLE.c.supplier_id == supplier_id)
    query = query if round_id is None else query.where(TABLE.c.round_id == round_id)
    return query if respondent is None else query.where(TABLE.c.respondent == respondent)


def counts(round_ids: Sequence[str]) -> Select[Any]:
    """How many answers each respondent gave in each of these rounds: ``round_id``, ``respondent``, ``answered``."""
    by = (TABLE.c.round_id, TABLE.c.respondent)
    return select(*by, func.count().label("answered")).where(TABLE.c.round_id.in_(round_ids)).group_by(*by)
