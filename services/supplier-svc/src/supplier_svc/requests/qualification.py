"""The gates of a qualification and the approval, as HTTP bodies."""

from typing import Annotated, Literal

from chassis.http import Body
from contracts.fields import Day, Id, Text, formerly
from contracts.supplier import Gate, SupplierSurvey
from supplier_svc.requests.copies import CopyBody
from supplier_svc.requests.fields import Because


class GateBody(Body):
    """Decide a gate; ``because`` is needed for a failed one, ``evidence`` for a passed one and ``survey`` besides
    for the gate of that name, ``wanted`` for supplements. ``decided_by`` is the one of the token where it is left out.
    """

    gate: Gate
    outcome: Literal["passed", "failed", "supplements"]
    decided_on: Day
    decided_by: Annotated[Id | None, formerly("decided_by", "assessor")] = None
    evidence: tuple[Text, ...] = ()
    because: Text = ""
    wanted: tuple[Text, ...] = ()
    survey: SupplierSurvey | None = None
    copies: tuple[CopyBody, ...] = ()


class ApprovalBody(Body):
    """``despite``: why a head approves a partner that is rated D all the same."""

    approved_on: Day
    approved_by: Id | None = None
    because: Because
    despite: Because | None = None
