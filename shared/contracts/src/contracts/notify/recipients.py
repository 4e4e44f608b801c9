"""Whom notices are for, and the channels that reach them."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from contracts.fields import NO_CONTROLS, flaw_of_id, is_stored

Channel = Literal["inbox", "email", "webhook", "chat", "sms"]


def _recipient_of_a_document(text: str, info: ValidationInfo) -> str:
    flaw = next(filter(None, map(flaw_of_id, (text, text.partition(":")[2]))), None)
    if info.mode == "json" and not is_stored(info) and flaw is not None:
        raise PydanticCustomError("unfit_id", "The recipient {flaw}", {"flaw": flaw})
    return text


Recipient = Annotated[
    str, Field(min_length=1, max_length=120, pattern=NO_CONTROLS), AfterValidator(_recipient_of_a_document)
]
"""``supplier:S-1``, ``customer:C-1``, ``role:buyer``, ``person:…``, ``team:…``, ``system:…``: a kind and an Id, as an Id is written."""
