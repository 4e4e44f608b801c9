"""How the steps of collection reach a debtor. Source: the rules page, "Ways of reaching the debtor, and its place"."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from chassis.policies import PolicyPart
from contracts.credit import CollectionStep, ContactWay
from contracts.fields import Id

Ways = Annotated[tuple[ContactWay, ...], Field(min_length=1)]
Nearness = Literal["city", "province"]

WAYS_OF_STEP: Mapping[CollectionStep, tuple[ContactWay, ...]] = {
    "reminder": ("email", "sms", "phone"),
    "call": ("phone",),
    "letter_1": ("email", "letter"),
    "letter_2": ("letter", "fax", "email"),
    "visit": ("visit",),
}
"""The first way with an address is taken."""
OTHERS: tuple[ContactWay, ...] = ("email",)
"""Of the steps that the policy does not name."""


class Office(PolicyPart):
    """Where we are, in the words of the customers' files."""

    province: Id
    city: Id
