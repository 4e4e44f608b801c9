"""Steps with a supplier that wait for somebody of ours."""

from typing import ClassVar, Literal

from pydantic import Field

from contracts.envelope import Event
from contracts.fields import Day, Id, Text

SupplierStep = Literal["review", "approval", "rating"]
"""A review of its file, the approval after all gates, a rating that is due."""


class SupplierStepPending(Event):
    """A step waits for somebody with the role; published once, until the step was taken or came to nothing."""

    TYPE: ClassVar[str] = "supplier.SupplierStepPending"
    supplier_id: Id
    step: SupplierStep
    since: Day
    applicant: Id | None = Field(default=None, description="who applied for the supplier, where that is on record")
    for_role: Id
    open: tuple[Text, ...] = Field(
        description="what is on record about the step: findings, what is in the way, factors"
    )
