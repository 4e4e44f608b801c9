"""Ids that tell of a person by themselves: an id stands in the clear for ever, so a policy may refuse to take one for anything new."""

import re
from collections.abc import Mapping
from typing import ClassVar, Literal

from chassis.domain import Refusal
from chassis.policies import Policy, PolicyBook

Shape = Literal["e-mail", "telephone"]
# A telephone number begins with a plus here: 00 begins the padded numbers of many an ERP.
SHAPES: Mapping[Shape, re.Pattern[str]] = {
    "e-mail": re.compile(r"[^\s@:/]+@[^\s@:/]+\.[^\s@:/.]+"),
    "telephone": re.compile(r"(?<![0-9A-Za-z])\+[0-9](?:[ ()/.-]{0,2}[0-9]){6,14}(?![0-9A-Za-z])"),
}
NAMES: Mapping[Shape, str] = {"e-mail": "an e-mail address", "telephone": "a telephone number"}
OF_THE_ENGINE = ("policy", "person")
"""Streams whose ids the service makes, or which must name a person for the sake of erasing them."""


class PersonalIds(Policy):
    """Which shapes of ids nothing new may be named by. Nothing is refused by default: what exists goes on under its name."""

    NAME: ClassVar[str] = "personal-ids"

    refused: tuple[Shape, ...] = ()


class PersonalId(Refusal):
    """{id} cannot name anything new: it holds {shape}, which could never be erased. Use an id that tells nothing of the person."""

    status = 422


def refuse_personal_id(id: str, category: str, policies: PolicyBook) -> None:
    """Raises PersonalId for the id of a new entity that has a shape which the policy refuses."""
    if category in OF_THE_ENGINE or PersonalIds.NAME not in policies.versions:
        return
    document: PersonalIds = policies.latest(PersonalIds.NAME).document
    for shape in document.refused:
        if SHAPES[shape].search(id):
            raise PersonalId(id=repr(id), shape=NAMES[shape])
