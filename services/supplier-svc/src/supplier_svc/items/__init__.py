"""An item and its sources: stream ``item-{id}``. How its orders are divided (订单分配), and what else to do about its sources."""

from collections.abc import Sequence
from typing import assert_never

from chassis.domain import Decider
from chassis.policies import PolicyBook
from contracts import Event
from supplier_svc.items import divisions, profiles, sources
from supplier_svc.items.divisions import DivideOrders
from supplier_svc.items.profiles import SetProfile
from supplier_svc.items.sources import NoteSource, RemoveSource
from supplier_svc.items.state import Item, evolve

Command = NoteSource | RemoveSource | DivideOrders | SetProfile


def decide(command: Command, item: Item, policies: PolicyBook) -> Sequence[Event]:
    match command:
        case NoteSource():
            return sources.note(command, item, policies)
        case RemoveSource():
            return sources.remove(command, item, policies)
        case DivideOrders():
            return divisions.divide_orders(command, item, policies)
        case SetProfile():
            return profiles.set_profile(command, item)
    assert_never(command)


DECIDER = Decider(
    category="item",
    commands=(NoteSource, RemoveSource, DivideOrders, SetProfile),
    stream_id=lambda command: command.item_id,
    initial=Item(),
    evolve=evolve,
    decide=decide,
    names="item",
)
