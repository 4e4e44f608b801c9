"""What happened to the personal data that supplier-svc holds."""

from typing import ClassVar

from contracts import persons
from contracts.envelope import Event


class ErasureProposed(persons.ErasureProposed):
    """Somebody proposed to erase a person from supplier-svc; ``number`` counts the erasures of this subject."""

    TYPE: ClassVar[str] = "supplier.ErasureProposed"


class DataSubjectErased(persons.DataSubjectErased):
    """A person was erased from supplier-svc: what was sealed until now can no longer be opened."""

    TYPE: ClassVar[str] = "supplier.DataSubjectErased"


class ErasureWithdrawn(persons.ErasureWithdrawn):
    """The proposal to erase a person from supplier-svc was withdrawn."""

    TYPE: ClassVar[str] = "supplier.ErasureWithdrawn"


class LegalHoldPlaced(persons.LegalHoldPlaced):
    """A person must not be erased from supplier-svc until the hold is lifted."""

    TYPE: ClassVar[str] = "supplier.LegalHoldPlaced"


class LegalHoldLifted(persons.LegalHoldLifted):
    """A person may be erased from supplier-svc again."""

    TYPE: ClassVar[str] = "supplier.LegalHoldLifted"


EVENTS: tuple[type[Event], ...] = (
    ErasureProposed, ErasureWithdrawn, DataSubjectErased, LegalHoldPlaced, LegalHoldLifted
)  # fmt: skip
