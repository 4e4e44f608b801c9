"""What hangs on one sub-supplier, over all suppliers that declared it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from contracts.erp import Severity
from contracts.figures import PlainModel


class SubSupplierOf(PlainModel):
    """A supplier that declared the sub-supplier, and the process that it does there."""

    supplier_id: str
    name: str
    process: str


class SubSupplierRecords(PlainModel):
    """How many nonconformances of a severity were found in lots of a supplier that were made of the sub-supplier's alone."""

    supplier_id: str
    severity: Severity
    record_count: int


class SubSupplierShare(PlainModel):
    """The share of an item's orders, in percent, that hangs on the sub-supplier by one of its suppliers."""

    item_id: str
    supplier_id: str
    share_percent: Decimal


class SubSupplierAnswer(PlainModel):
    """``item_ids`` are those for which any of the ``suppliers`` declared the sub-supplier, ``order_shares`` the parts of their orders."""

    sub_supplier_id: str
    suppliers: list[SubSupplierOf]
    item_ids: list[str]
    nonconformances: list[SubSupplierRecords]
    order_shares: list[SubSupplierShare]


def sub_supplier_answer(
    sub_supplier_id: str,
    rows: Sequence[Mapping[str, Any]],
    records: Sequence[Mapping[str, Any]],
    shares: Sequence[Mapping[str, Any]],
) -> SubSupplierAnswer:
    """``rows`` are of ``read_models.sub_supplier``, the others of its questions."""
    return SubSupplierAnswer(
        sub_supplier_id=sub_supplier_id,
        suppliers=[SubSupplierOf(**{name: row[name] for name in SubSupplierOf.model_fields}) for row in rows],
        item_ids=sorted({item_id for row in rows for item_id in row["item_ids"]}),
        nonconformances=[SubSupplierRecords(**row) for row in records],
        order_shares=[SubSupplierShare(**row) for row in shares],
    )
