"""Decisions about a nonconformance as HTTP bodies."""

from typing import Literal

from chassis.http import Body
from contracts.fields import Id
from contracts.supplier import RecordId


class DecisionBody(Body):
    """Say who answers for a nonconformance."""

    supplier_id: Id
    nonconformance_id: RecordId
    responsibility: Literal["supplier", "own"]
