"""An item and its sources: stream ``item-{id}``. How its orders are divided (订单分配), and what else to do about its sources."""

from supplier_svc.items.divisions import DECIDER, DivideOrders, NoteSource, RemoveSource

__all__ = ["DECIDER", "DivideOrders", "NoteSource", "RemoveSource"]
