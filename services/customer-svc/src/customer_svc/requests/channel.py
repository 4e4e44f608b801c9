"""Request bodies about the channel."""

from typing import Annotated

from pydantic import Field

from chassis.http import Body
from contracts.fields import Amount, Day, Id


class Authorisation(Body):
    regions: Annotated[tuple[Id, ...], Field(min_length=1, max_length=200)]
    region_manager: Id
    authorised_on: Day


class Payment(Body):
    """``collection_days``: from the end of the period, or the invoice, to the money."""

    collection_days: Annotated[int, Field(ge=0, le=3_650)]
    paid_on: Day


class Scan(Body):
    scan_id: Id
    unit_code: Id
    region: Id
    scanned_on: Day
    tampered: bool = False
    price: Amount | None = None
