"""Recalls of lots and what was built of what, as HTTP bodies."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from chassis.http import Body, JsonBody
from contracts.erp import LotBuilt, Severity
from contracts.fields import Day, Id
from contracts.supplier import RecallId, RecallRemedy
from supplier_svc.requests.fields import Because

Build = JsonBody[LotBuilt]


class RecallBody(Body):
    """Lots of an item by their numbers, or all that were made of a sub-supplier's lot."""

    recall_id: RecallId
    supplier_id: Id
    item_id: Id
    lot_ids: Annotated[tuple[Id, ...], Field(max_length=1000)] = ()
    sub_supplier_id: Id | None = None
    sub_lot_id: Id | None = None
    reason: Because
    severity: Severity
    remedy: RecallRemedy
    called_on: Day | None = None
    by: Id | None = None

    @model_validator(mode="after")
    def _names_lots_in_one_way(self) -> Self:
        if (self.sub_supplier_id is None) != (self.sub_lot_id is None):
            raise ValueError("give sub_supplier_id and sub_lot_id together")
        if bool(self.lot_ids) == (self.sub_lot_id is not None):
            raise ValueError("give lot_ids, or sub_supplier_id and sub_lot_id")
        return self
