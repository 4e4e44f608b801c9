"""Recall by lot: every delivery of a bad lot, and all that was built of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from chassis.domain import Happened, Refusal
from contracts import Event
from contracts.erp import LotBuilt, LotRef, SubLot
from contracts.supplier import LotBuilt as RecordedBuild
from contracts.supplier import LotRecallCalled, LotRecallWidened, LotUse, LotUsed, ReachedLot
from supplier_svc.lots import DECIDER as LOT
from supplier_svc.lots.building import LotInItself, histories_of
from supplier_svc.lots.state import lot_key
from supplier_svc.reactions import record_build
from supplier_svc.supplier.recalls import (
    CalledBeforeReceived,
    CallRecall,
    FollowUse,
    LotUnknown,
    NoteProgress,
    RecallIdTaken,
    RecallUnknown,
)
from supplier_svc.supplier.rules.recalls import built_of, sold
from supplier_svc.testing import book, delivery, supplier

MONDAY = date(2024, 6, 3)
AT = datetime(2024, 6, 3, tzinfo=UTC)


def ref(name: str) -> LotRef:
    """``P-9/F-3``: lot F-3 of item P-9."""
    item_id, lot_id = name.split("/")
    return LotRef(item_id=item_id, lot_id=lot_id)


def built(name: str, *components: str, quantity: int = 50, on: str = "2024-05-20") -> LotBuilt:
    return LotBuilt(
        **ref(name).model_dump(),
        components=tuple(ref(each) for each in components),
        quantity=Decimal(quantity),
        built_on=date.fromisoformat(on),
    )


def call(*lot_ids: str, uses: Any = None, **changes: Any) -> CallRecall:
    plain = CallRecall(
        supplier_id="S-1",
        recall_id="R-1",
        item_id="bolt",
        lot_ids=lot_ids,
        sub_supplier_id=None,
        sub_lot_id=None,
        reason="the thread breaks",
        severity="critical",
        remedy="replace",
        called_on=MONDAY,
        by="li.na",
        uses=uses or {},
    )
    return replace(plain, **changes)


def use(product: str, quantity: int = 50) -> LotUse:
    return LotUse(product=ref(product), quantity=Decimal(quantity), built_on=date(2024, 5, 20))


L7 = (
    delivery("D-1", "2024-05-10", lot_id="L-7", quantity=Decimal(200), plant_id="north"),
    delivery("D-2", "2024-05-13", lot_id="L-7", quantity=Decimal(100), plant_id="south"),
)


class Genealogy:
    """Streams of lots, with the histories that their commands need, as the executor gives them."""

    def __init__(self) -> None:
        self.streams: dict[str, list[Event]] = {}

    def record(self, fact: LotBuilt) -> list[Event]:
        """Raises the refusal of any of the fact's commands; then none of them counts."""
        before = {key: [*events] for key, events in self.streams.items()}
        made: list[Event] = []
        try:
            for command in record_build(fact):
                made += self._do(command)
        except Refusal:
            self.streams = before
            raise
        return made

    def _do(self, command: Any) -> list[Event]:
        ids = histories_of(command)
        histories = {key: tuple(Happened(each, AT) for each in self.streams.get(key, [])) for key in ids}
        stream = self.streams.setdefault(LOT.stream_id(command), [])
        state = LOT.initial
        for event in stream:
            state = LOT.evolve(state, event)
        decided = [*LOT.decide(replace(command, histories=histories), state, book())]
        stream += decided
        return decided


def test_lot_l7_is_called_back_with_both_its_deliveries():
    known = supplier().when(*L7, delivery("D-3", "2024-05-18", lot_id="L-8")).when(call("L-7"))
    called = known.one(LotRecallCalled)
    [lot] = called.lots
    assert (lot.delivery_ids, lot.quantity, lot.plant_ids) == (("D-1", "D-2"), Decimal(300), ("north", "south"))
    assert [(each.recall_id, each.item_id, each.lot_ids) for each in called.sold] == [("R-1", "bolt", ("L-7",))]
    assert [each.lot_id for each in called.near_lots] == ["L-8"], "received within seven days"
    assert called.due_on == date(2024, 6, 17)


def test_the_day_of_a_recall_moves_from_a_saturday_to_monday():
    called = supplier().when(*L7, call("L-7", called_on=date(2024, 6, 1))).one(LotRecallCalled)
    assert called.due_on == date(2024, 6, 17)


def test_unknown_lot_is_refused_with_a_question():
    supplier().when(*L7).when(call("L-9")).then_refused(
        LotUnknown, "No delivery of S-1 has lot L-9; was it received under another number?"
    )
    reversed_lot = delivery("D-4", lot_id="L-9", quantity=Decimal(0))
    supplier().when(reversed_lot).when(call("L-9")).then_refused(LotUnknown)
    assert LotUnknown.status == 404


def test_built_in_what_was_built_of_the_lot_is_called_back_too():
    uses = {ref("bolt/L-7"): [use("P-9/F-3")], ref("P-9/F-3"): [use("M-1/X-1", 5)]}
    called = supplier().when(*L7, call("L-7", uses=uses)).one(LotRecallCalled)
    assert [(each.recall_id, each.item_id, each.lot_ids, each.quantity) for each in called.sold] == [
        ("R-1", "bolt", ("L-7",), Decimal(300)),
        ("R-1-2", "P-9", ("F-3",), Decimal(50)),
        ("R-1-3", "M-1", ("X-1",), Decimal(5)),
    ]


def test_building_is_followed_five_steps_up_and_no_further():
    chain = ["bolt/L-7", *(f"P-{n}/F-{n}" for n in range(1, 8))]
    uses = {ref(lot): [use(product)] for lot, product in pairwise(chain)}
    called = supplier().when(*L7, call("L-7", uses=uses)).one(LotRecallCalled)
    assert [each.item_id for each in called.sold] == ["bolt", "P-1", "P-2", "P-3", "P-4", "P-5"]


def test_a_recall_by_a_sub_suppliers_lot_finds_every_lot_that_was_made_of_it():
    made = (SubLot(sub_supplier_id="SUB-1", lot_id="C-7"),)
    known = supplier().when(
        delivery("D-1", lot_id="L-1", sub_lots=made), delivery("D-2", lot_id="L-2"), delivery("D-3", lot_id="L-3", sub_lots=made)
    )  # fmt: skip
    by_sub_lot = call(sub_supplier_id="SUB-1", sub_lot_id="C-7")
    called = known.when(by_sub_lot).one(LotRecallCalled)
    assert [each.lot_id for each in called.lots] == ["L-1", "L-3"]
    known.when(call(sub_supplier_id="SUB-1", sub_lot_id="C-9")).then_refused(LotUnknown, "has lot C-9")
    widened = known.when(by_sub_lot).when(delivery("D-4", lot_id="L-4", sub_lots=made)).all_of(LotRecallWidened)
    assert [each.lot_ids for each in widened[0].sold] == [("L-1", "L-3", "L-4")]


def test_a_recall_that_is_called_again_changes_nothing_and_with_other_contents_is_refused():
    known = supplier().when(*L7, delivery("D-3", lot_id="L-8")).when(call("L-7"))
    assert known.when(call("L-7")).outcome == ()
    assert "the thread breaks" in str(known.when(call("L-7", reason="another reason")).outcome)
    assert "L-8 instead of L-7" in str(known.when(call("L-8")).outcome)


def test_a_recall_is_not_called_before_each_of_its_lots_was_received():
    known = supplier().when(*L7, delivery("D-3", "2024-05-20", lot_id="L-8"))
    before = known.when(call("L-7", "L-8", called_on=date(2024, 5, 19)))
    before.then_refused(CalledBeforeReceived, "before lot L-8 was received on 2024-05-20")
    assert known.when(call("L-7", "L-8", called_on=date(2024, 5, 20))).all_of(LotRecallCalled)


def test_two_recalls_of_a_supplier_never_share_an_id_that_their_sold_items_may_get():
    known = supplier().when(*L7)
    known.when(call("L-7")).when(call("L-7", recall_id="R-1-2")).then_refused(RecallIdTaken, "with recall R-1 of S-1")
    known.when(call("L-7", recall_id="R-1-2")).when(call("L-7")).then_refused(RecallIdTaken, "with recall R-1-2 of S-1")
    assert known.when(call("L-7")).when(call("L-7", recall_id="R-2")).all_of(LotRecallCalled)


def test_a_delivery_of_the_lot_that_becomes_known_later_widens_the_recall():
    known = supplier().when(*L7, call("L-7"))
    late = known.when(delivery("D-9", "2024-05-14", lot_id="L-7", quantity=Decimal(40))).all_of(LotRecallWidened)
    assert (late[0].lots[0].quantity, late[0].sold[0].quantity) == (Decimal(340), Decimal(340))
    assert late[0].because == "Delivery D-9 is of lot L-7, which is called back."
    corrected = known.when(delivery("D-1", "2024-05-10", lot_id="L-7", quantity=Decimal(150), plant_id="north"))
    assert corrected.all_of(LotRecallWidened)[0].lots[0].quantity == Decimal(250)
    assert not known.when(delivery("D-10", lot_id="L-8")).all_of(LotRecallWidened)


def test_what_is_built_of_a_recalled_lot_later_widens_the_recall_once():
    known = supplier().when(*L7, call("L-7"))
    follow = FollowUse("S-1", "R-1", ref("bolt/L-7"), use("P-9/F-3"), date(2024, 6, 10))
    known = known.when(follow)
    [widened] = known.all_of(LotRecallWidened)
    assert [(each.recall_id, each.item_id) for each in widened.sold] == [("R-1", "bolt"), ("R-1-2", "P-9")]
    assert widened.because == "Lot L-7, which is called back, was built into lot F-3 of P-9."
    assert known.when(follow).outcome == ()


def test_progress_is_of_a_recall_that_was_called_here():
    progress = NoteProgress("S-1", "R-9", "R-9", "bolt", 2, Decimal(200), Decimal(0), Decimal(0), False, MONDAY)
    supplier().when(*L7).when(progress).then_refused(RecallUnknown)


def test_a_lot_that_is_reported_again_with_more_components_was_made_of_all_of_them():
    lots = Genealogy()
    lots.record(built("P-9/F-3", "bolt/L-7"))
    again = lots.record(built("P-9/F-3", "bolt/L-7"))
    assert again == []
    more = lots.record(built("P-9/F-3", "nut/N-1"))
    assert [type(each) for each in more] == [RecordedBuild, LotUsed]
    assert [each.lot_id for each in more[0].components] == ["L-7", "N-1"], "it was made of both"


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
def test_a_ring_is_refused_whichever_of_its_facts_comes_last(order):
    ring = [built("A/1", "B/1"), built("B/1", "C/1"), built("C/1", "A/1")]
    lots = Genealogy()
    first, second, last = (ring[n] for n in order)
    lots.record(first)
    lots.record(second)
    with pytest.raises(LotInItself):
        lots.record(last)


def test_a_lot_is_not_built_of_itself():
    with pytest.raises(LotInItself, match="Lot 1 of A would be built of itself, by lot 1"):
        Genealogy().record(built("A/1", "A/1"))


def test_two_lots_never_share_a_stream():
    assert lot_key("a/b", "c") != lot_key("a", "b/c")
    assert lot_key("a%2Fb", "c") != lot_key("a/b", "c")


EDGES = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30)


@hypothesis.given(EDGES, st.integers(0, 6))
def test_a_walk_up_ends_reaches_each_lot_once_and_never_further_than_it_may(
    edges: Sequence[tuple[int, int]], levels: int
):
    uses: dict[LotRef, list[LotUse]] = {}
    for component, product in edges:  # rings too: the walk has to end all the same
        uses.setdefault(ref(f"I-{component}/L"), []).append(use(f"I-{product}/L"))
    first = ReachedLot(item_id="I-0", lot_id="L", level=0, quantity=Decimal(1), since=MONDAY)
    found = built_of([first], uses, levels)
    names = [each.item_id for each in (first, *found)]
    assert len(names) == len(set(names))
    assert all(1 <= each.level <= levels for each in found)
    assert [lot for each in sold("R-1", (first, *found)) for lot in each.lot_ids] == ["L"] * len(names)
