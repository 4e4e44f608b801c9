"""What happened to the personal data of somebody: every service that holds any publishes it, in its own types."""

from typing import Annotated

from pydantic import Field

from contracts.envelope import Event
from contracts.fields import NO_CONTROLS, Id, Text
from contracts.personal import SUBJECT_MAX

Subject = Annotated[str, Field(min_length=1, max_length=SUBJECT_MAX, pattern=NO_CONTROLS)]
"""Whom personal texts tell of, as their sealed forms name them: ``contact:C-1/K-1``."""


class PersonEvent(Event):
    """Something happened to the personal data of ``subject``; the subclasses of each service have the types."""

    subject: Subject


class ErasureProposed(PersonEvent):
    """Somebody proposed to erase the person; ``number`` counts the erasures of this subject."""

    number: int = Field(ge=1)
    reason: Text
    proposed_by: Id


class DataSubjectErased(PersonEvent):
    """The person was erased: the keys that open what was sealed until now are destroyed, in the same transaction."""

    number: int = Field(ge=1)
    reason: Text
    proposed_by: Id
    approved_by: Id


class ErasureWithdrawn(PersonEvent):
    """A proposed erasure is not wanted any more, and nobody can approve it; the person may be proposed again, under the next number."""

    number: int = Field(ge=1)
    reason: Text
    withdrawn_by: Id


class LegalHoldPlaced(PersonEvent):
    """The person must not be erased, for this reason, until the hold is lifted."""

    reason: Text
    placed_by: Id


class LegalHoldLifted(PersonEvent):
    """The person may be erased again."""

    reason: Text
    lifted_by: Id
