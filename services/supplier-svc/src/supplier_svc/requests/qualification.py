"""The gates of a qualification and the approval, as HTTP bodies."""

from typing import Literal

from chassis.http import Body
from contracts.fields import Day, Id, Text
from contracts.supplier import Gate
from supplier_svc.requests.fields import Because


class GateBody(Body):
    """Decide a gate; ``because`` is needed for a failed one, ``evidence`` for a passed one, ``wanted`` for supplements."""

    gate: Gate
    outcome: Literal["passed", "failed", "supplements"]
    decided_on: Day
    assessor: Id
    evidence: tuple[Text, ...] = ()
    because: Text = ""
    wanted: tuple[Text, ...] = ()


class ApprovalBody(Body):
    approved_on: Day
    approved_by: Id
    because: Because
