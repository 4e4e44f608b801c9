"""What a change of a contract does to past events, in sentences that say what to do instead."""

import json
from typing import Any

from pydantic import ValidationError

from contracts import Event
from contracts.personal import IN_CLEAR

from .compatibility import breaking_changes
from .golden_files import name_of, shape_of

WAY_OUT = (
    "A published event stays readable: give a new field a default, rename with formerly() or FORMER_TYPES, or make a new "
    "version of the event and keep the old class for past events (shared/contracts/README.md)."
)
RECORD = "delete its .schema.json and run python shared/contracts/tests/golden_files.py"


def unreadable(event: type[Event], sample: str) -> str | None:
    """Why a published event can no longer be read, or reads differently; None when it reads the same."""
    try:
        read = event.model_validate_json(sample)
    except ValidationError as error:
        reasons = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        return f"An event of {name_of(event)} that was published can no longer be read ({reasons}). {WAY_OUT}"
    # A field added since was not set and has its default: exactly the fields of the sample must come back.
    again, published = json.loads(read.model_dump_json(exclude_unset=True, context=IN_CLEAR)), json.loads(sample)
    if again != published:
        lost = ", ".join(differences(published, again))
        return f"An event of {name_of(event)} that was published reads as something else now ({lost}). {WAY_OUT}"
    return None


def differences(before: Any, after: Any, where: str = "") -> list[str]:
    """The places at which two JSON values differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        names = before | after
        return [
            place
            for name in names
            for place in differences(before.get(name), after.get(name), f"{where}.{name}" if where else name)
        ]
    return [] if before == after else [where or "the whole"]


def broken_shape(event: type[Event], stored: dict[str, Any]) -> str | None:
    """How the contract breaks the shape it was published with; None when it is compatible."""
    broken = breaking_changes(stored, shape_of(event))
    return f"{name_of(event)} is no longer what was published: {' '.join(broken)} {WAY_OUT}" if broken else None


def unrecorded_growth(event: type[Event], stored: dict[str, Any]) -> str | None:
    """A compatible change that the stored shape lacks, and so does not protect yet."""
    shape = shape_of(event)
    if shape == stored:
        return None
    grown = ", ".join(differences(stored, shape))
    return f"{name_of(event)} has grown compatibly ({grown}). Record the new shape, so that it is protected: {RECORD}."
