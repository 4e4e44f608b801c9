"""What happened to the personal data that customer-svc holds."""

from typing import ClassVar

from contracts import persons
from contracts.envelope import Event


class ErasureProposed(persons.ErasureProposed):
    """Somebody proposed to erase a person from customer-svc; ``number`` counts the erasures of this subject."""

    TYPE: ClassVar[str] = "customer.ErasureProposed"


class DataSubjectErased(persons.DataSubjectErased):
    """A person was erased from customer-svc: what was sealed until now can no longer be opened."""

    TYPE: ClassVar[str] = "customer.DataSubjectErased"


class ErasureWithdrawn(persons.ErasureWithdrawn):
    """The proposal to erase a person from customer-svc was withdrawn."""

    TYPE: ClassVar[str] = "customer.ErasureWithdrawn"


class LegalHoldPlaced(persons.LegalHoldPlaced):
    """A person must not be erased from customer-svc until the hold is lifted."""

    TYPE: ClassVar[str] = "customer.LegalHoldPlaced"


class LegalHoldLifted(persons.LegalHoldLifted):
    """A person may be erased from customer-svc again."""

    TYPE: ClassVar[str] = "customer.LegalHoldLifted"


EVENTS: tuple[type[Event], ...] = (
    ErasureProposed, ErasureWithdrawn, DataSubjectErased, LegalHoldPlaced, LegalHoldLifted
)  # fmt: skip
