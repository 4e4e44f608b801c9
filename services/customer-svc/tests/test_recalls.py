"""A recall of lots from customers: who is named, what came back, what is still open."""

from datetime import date
from decimal import Decimal
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from chassis.runtime import Runtime
from chassis.testing import Given, given, policy_book, replay
from chassis.testing.client import app_of, client_of
from chassis.testing.replay import envelope
from contracts import erp, supplier
from contracts.customer import (
    LotOfCustomer,
    LotReturned,
    LotShipped,
    LotUnderRecall,
    RecallClosed,
    RecallCustomerNamed,
    RecallGoodsBack,
    RecallLotTraced,
    RecallOpened,
    RecallOverdue,
    RecallReminded,
    RecallWidened,
)
from customer_svc.reactions import deliver_order, open_recalls, return_order
from customer_svc.read_models import recall as recall_rows
from customer_svc.read_models import recall_customer
from customer_svc.recalls import DECIDER as RECALL
from customer_svc.recalls.holders import GoodsBackDiffer, NoteGoodsBack, TraceLot
from customer_svc.recalls.lots import DECIDER as LOT
from customer_svc.recalls.lots import PutUnderRecall, ShipLot, TakeLotBack
from customer_svc.recalls.recall import (
    CloseRecall,
    OpenRecall,
    RecallDiffers,
    RecallIsClosed,
    RecallUnknown,
    RemindHolder,
    ReportLate,
)
from customer_svc.recalls.state import MARK
from customer_svc.service import SERVICE
from standing_parts.issuer import Issuer

DAY = date(2024, 6, 3)
BOOK = policy_book(SERVICE.policies)


def opened(*lot_ids: str, **changes: Any) -> OpenRecall:
    fields: dict[str, Any] = {
        "recall_id": "R-1", "item_id": "bolt", "lot_ids": lot_ids or ("L-7",), "because": "the thread breaks", "measure": "replace",
        "opened_on": DAY, "due_on": date(2024, 6, 17), "by": "li.na",
    }  # fmt: skip
    return OpenRecall(**{**fields, **changes})


def traced(
    *customers: tuple[str, int, int], lot: str = "L-7", reference: str = MARK, basis: Any = "shipped", on: date = DAY
) -> TraceLot:
    """``("C-1", 120, 0)``: a customer, what it got of the lot, what came back of that."""
    got = tuple(
        LotOfCustomer(customer_id=id, quantity=Decimal(quantity), back=Decimal(back))
        for id, quantity, back in customers
    )
    return TraceLot("R-1", "bolt", lot, reference, basis, got, on, {"C-1": "wang"})


def back(customer_id: str, quantity: int, return_id: str = "RET-1", on: date = DAY) -> NoteGoodsBack:
    return NoteGoodsBack("R-1", customer_id, Decimal(quantity), on, return_id)


def recall(*commands: Any) -> Given:
    return given(RECALL, book=BOOK).when(*commands)


def rows(known: Given, model: Any) -> dict[Any, Any]:
    return replay(model, [(event, envelope(n)) for n, event in enumerate(known.facts, start=1)])


SOLD = traced(("C-1", 250, 0), ("C-2", 100, 0), ("C-3", 50, 0))


def test_a_recall_names_each_customer_with_what_it_got_and_who_answers_for_it():
    named = [each for each in recall(opened(), SOLD).facts if isinstance(each, RecallCustomerNamed)]
    assert [(each.customer_id, each.quantity, each.basis, each.owner_id) for each in named] == [
        ("C-1", Decimal(250), "shipped", "wang"),
        ("C-2", Decimal(100), "shipped", None),
        ("C-3", Decimal(50), "shipped", None),
    ]
    assert {each.remind_on for each in named} == {date(2024, 6, 10)}


def test_340_of_400_came_back_which_is_85_percent_and_60_are_open():
    known = recall(opened(), SOLD, back("C-1", 240), back("C-2", 100, "RET-2"))
    row = rows(known, recall_rows.MODEL)[("R-1",)]
    assert (row.shipped, row.back, row.open, row.percent, row.status) == (400, 340, 60, Decimal("85.00"), "open")
    held = rows(known, recall_customer.MODEL)
    assert {key[1]: each.open for key, each in held.items() if each.open} == {"C-1": 10, "C-3": 50}


def test_the_recall_is_closed_when_its_target_is_reached_and_says_who_still_has_some():
    known = recall(opened(), SOLD, back("C-1", 240), back("C-2", 100, "RET-2")).when(back("C-3", 40, "RET-3"))
    closed = known.one(RecallClosed)
    assert closed.because == "95.00 % came back; the target is 95 %."
    assert [(each.customer_id, each.open) for each in closed.left] == [("C-1", 10), ("C-3", 10)]


def test_a_recall_waits_for_all_its_lots_to_be_looked_up_before_it_can_be_closed():
    known = recall(opened("L-7", "L-8")).when(traced(("C-1", 100, 100)))
    assert not [each for each in known.outcome if isinstance(each, RecallClosed)]
    known = known.when(traced(lot="L-8"))
    assert known.one(RecallClosed).counts.shipped == 100
    more = known.when(back("C-1", 1, "RET-9")).one(RecallGoodsBack)
    assert more.counts.shipped == 101, "what came back had been shipped"


def test_late_shipment_named_a_shipment_that_becomes_known_later_names_its_customer():
    known = recall(opened(), traced(("C-1", 120, 0))).when(traced(("C-4", 30, 0), reference="shipment O-9"))
    named = known.one(RecallCustomerNamed)
    assert (named.customer_id, named.quantity, named.counts.shipped) == ("C-4", 30, 150)
    assert known.when(traced(("C-4", 30, 0), reference="shipment O-9")).outcome == ()


def test_shipments_unknown_customers_who_got_the_item_are_named_as_possible_and_count_as_shipped_nowhere():
    known = recall(opened(), traced(("C-1", 70, 0), basis="possible"))
    named = next(each for each in known.facts if isinstance(each, RecallCustomerNamed))
    assert (named.basis, named.quantity, named.counts.possible, named.counts.shipped) == ("possible", 70, 70, 0)
    returned = known.when(back("C-1", 20))
    assert returned.one(RecallCustomerNamed).basis == "shipped", "whoever sends some back has got some"
    counts = returned.one(RecallGoodsBack).counts
    assert (counts.shipped, counts.back, counts.open, counts.possible) == (70, 20, 50, 0)


def test_of_two_lots_whose_shipments_are_unknown_what_a_customer_got_of_the_item_counts_once():
    possible = [traced(("C-1", 70, 0), lot=lot, basis="possible") for lot in ("L-7", "L-8")]
    assert rows(recall(opened("L-7", "L-8"), *possible), recall_rows.MODEL)[("R-1",)].possible == 70


def test_goods_back_are_noted_once_and_not_otherwise():
    known = recall(opened(), SOLD, back("C-1", 10))
    assert known.when(back("C-1", 10)).outcome == ()
    known.when(back("C-1", 11)).then_refused(GoodsBackDiffer)


def test_each_customer_that_still_has_some_is_reminded_every_seven_days():
    known = recall(opened(), SOLD)
    first = known.when(RemindHolder("R-1", "C-1", date(2024, 6, 10)))
    again = first.when(RemindHolder("R-1", "C-1", date(2024, 6, 17))).one(RecallReminded)
    assert (again.number, again.open, again.remind_on) == (2, 250, date(2024, 6, 24))
    assert known.when(back("C-2", 100)).when(RemindHolder("R-1", "C-2", date(2024, 6, 10))).outcome == ()


def test_a_recall_below_its_target_after_its_day_is_late_and_one_of_nobody_is_closed():
    late = recall(opened(), SOLD).when(ReportLate("R-1", date(2024, 6, 18))).one(RecallOverdue)
    assert (late.due_on, late.counts.percent) == (date(2024, 6, 17), 0)
    nobody = recall(opened(), traced()).when(ReportLate("R-1", date(2024, 6, 18))).one(RecallClosed)
    assert nobody.because == "Nobody is known to have got any of it."


def test_a_person_closes_a_recall_with_a_reason_and_once():
    close = CloseRecall("R-1", "the rest was used up", DAY, "li.na")
    known = recall(opened(), SOLD).when(close)
    assert [(each.customer_id, each.open) for each in known.one(RecallClosed).left] == [
        ("C-1", 250),
        ("C-2", 100),
        ("C-3", 50),
    ]
    known.when(close).then_refused(RecallIsClosed)
    recall(close).then_refused(RecallUnknown)


def test_a_recall_that_is_opened_again_is_widened_by_more_lots_and_refused_with_other_contents():
    known = recall(opened())
    assert known.when(opened()).outcome == ()
    assert known.when(opened("L-7", "L-8")).one(RecallWidened).lot_ids == ("L-8",)
    known.when(opened(measure="refund")).then_refused(RecallDiffers, "measure refund instead of replace")


# Where a lot went


def ship(reference: str, customer_id: str, quantity: int) -> ShipLot:
    return ShipLot("bolt", "L-7", reference, customer_id, Decimal(quantity), DAY)


def test_a_lot_knows_who_got_it_when_it_comes_under_a_recall_and_reports_what_goes_out_later():
    lot = given(LOT, book=BOOK).when(ship("O-1", "C-1", 80), ship("O-2", "C-1", 40), ship("O-3", "C-2", 80))
    lot = lot.when(TakeLotBack("bolt", "L-7", "RET-1", "C-2", Decimal(5), DAY))
    lot = lot.when(PutUnderRecall("bolt", "L-7", "R-1", DAY, DAY))
    marked = lot.one(LotUnderRecall)
    assert [(each.customer_id, each.quantity, each.back) for each in marked.customers] == [
        ("C-1", 120, 0),
        ("C-2", 80, 5),
    ]
    later = lot.when(ship("O-9", "C-1", 10)).one(LotShipped)
    assert (later.in_all, later.recall_ids) == (130, ("R-1",))
    home = lot.when(TakeLotBack("bolt", "L-7", "RET-2", "C-2", Decimal(15), DAY)).one(LotReturned)
    assert (home.in_all, home.back) == (80, 20)


def test_a_shipment_that_is_reported_again_counts_once_and_corrected_counts_as_it_is_now():
    lot = given(LOT, book=BOOK).when(ship("O-1", "C-1", 80), ship("O-2", "C-1", 40))
    assert lot.when(ship("O-1", "C-1", 80)).outcome == ()
    assert lot.when(ship("O-1", "C-1", 60)).one(LotShipped).in_all == 100


def test_a_delivery_and_a_return_bring_their_lots_along():
    lots = (
        erp.LotQuantity(item_id="bolt", lot_id="L-7", quantity=Decimal(50)),
        erp.LotQuantity(item_id="bolt", lot_id="L-7", quantity=Decimal(30)),
    )
    delivered = erp.OrderDelivered(order_id="O-1", customer_id="C-1", delivered_on=DAY, lots=lots)
    _, shipped = deliver_order(delivered)  # type: ignore[misc]
    assert shipped == ship("O-1", "C-1", 80)
    returned = erp.OrderReturned(
        return_id="RET-1", order_id="O-1", customer_id="C-1", returned_on=DAY, amount=Decimal(5), currency="CNY", reason="recall",
        lots=lots,
    )  # fmt: skip
    _, home = return_order(returned)  # type: ignore[misc]
    assert home == TakeLotBack("bolt", "L-7", "RET-1", "C-1", Decimal(80), DAY)


def test_a_recall_that_suppliers_lots_call_for_is_opened_for_each_item_that_was_sold():
    sold = [
        supplier.SoldLots(recall_id="R-1", item_id="bolt", lot_ids=("L-7",), quantity=Decimal(300), since=DAY),
        supplier.SoldLots(recall_id="R-1-2", item_id="P-9", lot_ids=("F-3",), quantity=Decimal(50), since=DAY),
    ]
    called = supplier.LotRecallCalled(
        supplier_id="S-1", recall_id="R-1", item_id="bolt", lots=(), sold=tuple(sold), reached=(), reason="the thread breaks",
        severity="critical", remedy="replace", called_on=DAY, due_on=DAY, by="li.na", policy_version=1,
    )  # fmt: skip
    commands = open_recalls(called)
    assert [(type(each).__name__, each.recall_id, each.item_id) for each in commands] == [
        ("OpenRecall", "R-1", "bolt"),
        ("PutUnderRecall", "R-1", "bolt"),
        ("OpenRecall", "R-1-2", "P-9"),
        ("PutUnderRecall", "R-1-2", "P-9"),
    ]


CUSTOMERS = st.sampled_from(["C-1", "C-2", "C-3"])
SMALL = st.integers(0, 20)
FACTS = st.one_of(
    st.builds(
        lambda who, got, home, lot, basis: traced((who, got, home), lot=lot, reference=f"x {who} {got} {home}", basis=basis),
        CUSTOMERS, SMALL, SMALL, st.sampled_from(["L-7", "L-8"]), st.sampled_from(["shipped", "possible"]),
    ),
    st.builds(lambda who, quantity: back(who, quantity, f"RET-{quantity}"), CUSTOMERS, st.integers(1, 20)),
)  # fmt: skip


@hypothesis.given(st.lists(FACTS, max_size=12))
def test_quantities_tie_whatever_becomes_known_in_whichever_order(facts):
    known = recall(opened("L-7", "L-8"))
    for fact in facts:
        after = known.when(fact)
        known = known if isinstance(after.outcome, Exception) else after
    counts = known.state.counts()
    assert counts.shipped == counts.back + counts.open
    assert all(each.quantity == each.back + each.open for each in known.state.holders.values())
    published = [each.counts for each in known.facts if isinstance(each, RecallCustomerNamed | RecallGoodsBack)]
    assert not published or published[-1] == counts
    held = rows(known, recall_customer.MODEL)
    assert sum((row.back for row in held.values()), Decimal(0)) == counts.back
    assert {key[1]: row.open for key, row in held.items()} == {
        each: known.state.holders[each].open
        for each in known.state.holders
        if known.state.holders[each].quantity or each in {k[1] for k in held}
    }


@pytest.mark.parametrize(
    "model", [each for each in SERVICE.read_models if each.name.startswith("recall")], ids=lambda each: each.name
)
def test_each_list_of_recalls_replays(model):
    lot = given(LOT, book=BOOK).when(PutUnderRecall("bolt", "L-7", "R-1", DAY, DAY))
    log = [*recall(opened(), SOLD).facts, *lot.facts]
    assert replay(model, [(event, envelope(n)) for n, event in enumerate(log, start=1)])


def test_what_is_recorded_names_no_kind_of_event_twice():
    assert {RecallOpened, RecallLotTraced} <= {type(each) for each in recall(opened(), SOLD).facts}


async def test_the_head_of_quality_reads_recalls_and_neither_opens_one_nor_reads_of_customers(
    service: Runtime, issuer: Issuer
) -> None:
    async with client_of(app_of(service), token=issuer.token("gao", ["quality-manager"])) as gao:
        assert (await gao.get("/v1/recalls")).status_code == 200
        assert (await gao.get("/v1/recalls/R-1/customers")).status_code == 404, "there is none yet"
        assert (await gao.post("/v1/recalls", json={})).status_code == 403
        assert (await gao.get("/v1/customers")).status_code == 403
