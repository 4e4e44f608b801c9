"""What happened to the personal data of recipients, whose addresses notify-svc has."""

from typing import ClassVar

from contracts import persons
from contracts.envelope import Event


class ErasureProposed(persons.ErasureProposed):
    """Somebody proposed to erase a recipient."""

    TYPE: ClassVar[str] = "notify.ErasureProposed"


class DataSubjectErased(persons.DataSubjectErased):
    """A recipient was erased: addresses and endpoints that were known until now open no more."""

    TYPE: ClassVar[str] = "notify.DataSubjectErased"


class ErasureWithdrawn(persons.ErasureWithdrawn):
    """The proposal to erase a recipient was withdrawn."""

    TYPE: ClassVar[str] = "notify.ErasureWithdrawn"


class LegalHoldPlaced(persons.LegalHoldPlaced):
    """A recipient must not be erased."""

    TYPE: ClassVar[str] = "notify.LegalHoldPlaced"


class LegalHoldLifted(persons.LegalHoldLifted):
    """A recipient may be erased again."""

    TYPE: ClassVar[str] = "notify.LegalHoldLifted"


EVENTS: tuple[type[Event], ...] = (
    ErasureProposed, ErasureWithdrawn, DataSubjectErased, LegalHoldPlaced, LegalHoldLifted
)  # fmt: skip
