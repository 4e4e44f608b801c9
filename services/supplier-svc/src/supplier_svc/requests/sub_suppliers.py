"""Sub-suppliers of a supplier, as HTTP bodies."""

from typing import Annotated

from pydantic import Field

from chassis.http import Body
from contracts.fields import Day, Id, Text
from supplier_svc.requests.fields import Because


class SubSupplierBody(Body):
    """Who does ``process`` for which items of the supplier."""

    sub_supplier_id: Id
    name: Annotated[Text, Field(min_length=1, max_length=500)]
    item_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=1000)]
    process: Annotated[Text, Field(min_length=1, max_length=2000)]
    declared_on: Day
    by: Id | None = None


class SubSupplierEndBody(Body):
    withdrawn_on: Day
    because: Because
    by: Id | None = None
