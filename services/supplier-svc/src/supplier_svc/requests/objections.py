"""Objections and their decisions as HTTP bodies."""

from typing import Literal

from chassis.http import Body
from contracts.fields import Day, Id, Text
from contracts.supplier import RecordId
from supplier_svc.requests.fields import Because


class ObjectionBody(Body):
    """A supplier's objection to a nonconformance, to the lateness of a delivery, or to a case."""

    objection_id: Id
    record_kind: Literal["nonconformance", "delivery", "case"]
    record_id: RecordId
    reason: Because
    evidence: tuple[Text, ...] = ()
    raised_on: Day


class ObjectionDecisionBody(Body):
    """Uphold or dismiss an objection; by the one of the token where ``decided_by`` is left out."""

    outcome: Literal["upheld", "dismissed"]
    because: Because
    decided_by: Id | None = None
    decided_on: Day
