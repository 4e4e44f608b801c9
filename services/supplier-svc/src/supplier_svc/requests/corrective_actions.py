"""Corrective actions and their steps as HTTP bodies."""

from typing import Annotated

from pydantic import Field

from chassis.http import Body
from contracts.fields import Day, Id, Text
from contracts.supplier import CauseOrigin, Discipline, RecordId
from supplier_svc.requests.fields import Because


class CorrectiveActionBody(Body):
    """Open a corrective action by hand."""

    action_id: RecordId
    reference: RecordId
    summary: Because
    opened_on: Day


class StepBody(Body):
    """A step of the 8D report that was done; by the one of the token where ``done_by`` is left out.

    ``statement`` is what customers whose complaints it is about may read; ``evidence`` stays inside. ``cause_origin`` is where the cause
    lies, of the step ``cause``.
    """

    step: Discipline
    done_on: Day
    done_by: Id | None = None
    evidence: Annotated[tuple[Annotated[Text, Field(min_length=1, max_length=2000)], ...], Field(min_length=1)]
    statement: Annotated[Text, Field(max_length=2000)] = ""
    cause_origin: CauseOrigin | None = None


class WithdrawalBody(Body):
    withdrawn_on: Day
    because: Because
