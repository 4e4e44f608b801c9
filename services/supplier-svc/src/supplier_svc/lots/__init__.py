"""A lot: stream ``lot-{item}/{lot}``. What it was built of and into (批次追溯), and the recalls that it is under.

Each fact of building stands in the stream of the lot that was built and in those of its components, so that a recall can follow a lot
upwards, and so that what is built of a recalled lot later is noticed in the stream of that one.
"""

from collections.abc import Sequence
from typing import assert_never

from chassis.domain import Decider
from chassis.policies import PolicyBook
from contracts import Event
from supplier_svc.lots import building, marking
from supplier_svc.lots.building import RecordBuild, UseLot
from supplier_svc.lots.marking import ConfirmFollowed, MarkRecalled
from supplier_svc.lots.state import Lot, evolve

Command = RecordBuild | UseLot | MarkRecalled | ConfirmFollowed


def decide(command: Command, lot: Lot, _: PolicyBook) -> Sequence[Event]:
    match command:
        case RecordBuild():
            return building.build(command, lot)
        case UseLot():
            return building.use(command, lot)
        case MarkRecalled():
            return marking.mark(command, lot)
        case ConfirmFollowed():
            return marking.followed(command, lot)
    assert_never(command)


DECIDER = Decider(
    category="lot",
    commands=(RecordBuild, UseLot, MarkRecalled, ConfirmFollowed),
    stream_id=lambda command: command.key,
    initial=Lot(),
    evolve=evolve,
    decide=decide,
    histories_of=building.histories_of,
)
