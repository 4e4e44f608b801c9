"""Samples of the events of recalls that can be subscribed to."""

from datetime import date
from decimal import Decimal
from typing import Any

from contracts import Event
from contracts.customer import RecallCounts, RecallCustomerNamed, RecallOverdue, RecallReminded
from contracts.supplier import LotRecallCalled, LotRecallWidened, ReachedLot, RecalledLot, SoldLots

CALLED, DUE = date(2024, 2, 1), date(2024, 2, 15)
COUNTS = RecallCounts(
    customers=3,
    shipped=Decimal(400),
    back=Decimal(340),
    open=Decimal(60),
    possible=Decimal(0),
    percent=Decimal("85.00"),
)
RECALL: dict[str, Any] = {
    "supplier_id": "S-1", "recall_id": "R-1", "item_id": "M-1", "reason": "The thread breaks.", "severity": "critical",
    "remedy": "replace", "due_on": DUE,
    "lots": (RecalledLot(lot_id="L-7", delivery_ids=("D-1", "D-2"), quantity=Decimal(300), plant_ids=("north",)),),
    "sold": (
        SoldLots(recall_id="R-1", item_id="M-1", lot_ids=("L-7",), quantity=Decimal(300), since=CALLED),
        SoldLots(recall_id="R-1-2", item_id="P-9", lot_ids=("F-3",), quantity=Decimal(50), since=CALLED),
    ),
    "reached": (ReachedLot(item_id="P-9", lot_id="F-3", level=1, quantity=Decimal(50), since=CALLED),),
}  # fmt: skip

SAMPLES: tuple[Event, ...] = (
    LotRecallCalled(**RECALL, called_on=CALLED, by="li.na", policy_version=1),
    LotRecallWidened(**RECALL, widened_on=CALLED, because="Delivery D-9 is of lot L-7, which is called back.", revision=2),
    RecallCustomerNamed(
        recall_id="R-1", customer_id="C-1", quantity=Decimal(250), open=Decimal(250), named_on=CALLED, item_id="M-1", lot_ids=("L-7",),
        because="The thread breaks.", measure="replace", due_on=DUE, remind_on=date(2024, 2, 8), owner_id="E-17", counts=COUNTS,
    ),
    RecallReminded(
        recall_id="R-1", customer_id="C-1", item_id="M-1", lot_ids=("L-7",), measure="replace", open=Decimal(10), number=2,
        reminded_on=DUE, remind_on=date(2024, 2, 22), owner_id="E-17",
    ),
    RecallOverdue(
        recall_id="R-1", item_id="M-1", due_on=DUE, target_percent=Decimal(95), supplier_id="S-1", counts=COUNTS,
    ),
)  # fmt: skip
