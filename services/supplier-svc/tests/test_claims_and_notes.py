"""Claims that quality costs become, how they are settled, and the notes that finance takes."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from chassis.domain import Refusal
from chassis.policies import PolicyBook
from chassis.testing import replay
from chassis.testing.replay import envelope
from contracts import Event, erp
from contracts.supplier import (
    ClaimRaised,
    ClaimSettled,
    ClaimUnpriced,
    ObjectionRaised,
    PenaltyCharged,
    PolicyPublished,
    SupplierNoteCleared,
    SupplierNoteIssued,
)
from supplier_svc.policies.claims import ClaimPercents
from supplier_svc.policies.incentives import SupplierIncentives
from supplier_svc.read_models import settlement, supplier_note, unpriced_claim
from supplier_svc.supplier.claim_answers import AcceptClaim, ContestClaim, ContestedAlready, ObjectionOpen
from supplier_svc.supplier.claims import ClaimUnknown, RaiseClaim, SettleClaim
from supplier_svc.supplier.incentives import ChargePenalty, GrantReward
from supplier_svc.supplier.notes import ClearNote, NoteInAnotherCurrency, NoteUnknown
from supplier_svc.supplier.objections import DecideObjection, RaiseObjection
from supplier_svc.supplier.repeats import ReportedOtherwise
from supplier_svc.supplier.responsibility import DecideResponsibility
from supplier_svc.testing import GivenSupplier, book, delivery, inspection, supplier
from supplier_svc.timers import claim_due, incentive_note_due

D = Decimal
FOUND, LAST_DAY, AFTER = date(2024, 5, 13), date(2024, 5, 27), date(2024, 5, 28)
"""A Monday, the fourteenth day after it, and the day on which silence settles."""
LOT = delivery("D-1", unit_price=D("12.40"), quantity=D(500))


def found(*severities: str, quantity: str = "30", on: date = FOUND, id: str = "I-1", **fields: Any) -> Any:
    """An inspection of lot L-D-1 that found so many bad pieces of each severity; ``"major own"`` names who answers."""
    plain = inspection(id, *severities, on=on.isoformat(), lot_id="L-D-1", **fields)
    defects = tuple(each.model_copy(update={"quantity": D(quantity)}) for each in plain.inspection.defects)
    return replace(plain, inspection=plain.inspection.model_copy(update={"defects": defects}))


def until(known: GivenSupplier, day: date) -> GivenSupplier:
    """What the timers decide up to the beginning of a day; each fact was recorded on the day that it is dated."""
    while True:
        log = [(event, envelope(n, at=_recorded(event))) for n, event in enumerate(known.facts, start=1)]
        claims = [row for row in replay(claim_due.TODO, log).values() if row.due_on and row.due_on <= day]
        money = [row for row in replay(incentive_note_due.TODO, log).values() if row.due_on <= day]
        if not claims and not money:
            return known
        row = min([*claims, *money], key=lambda each: each.due_on)
        known = known.when(*(claim_due.commands(row) if row in claims else [incentive_note_due.issue(row)]))


def _recorded(event: Event) -> datetime:
    day = getattr(event, "raised_on", FOUND)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def notes_of(known: GivenSupplier) -> list[SupplierNoteIssued]:
    return [event for event in known.facts if isinstance(event, SupplierNoteIssued)]


def clearing(note_id: str, amount: str, **fields: Any) -> ClearNote:
    plain = erp.SupplierNoteCleared(
        note_id=note_id, supplier_id="S-1", cleared_on=AFTER, amount=D(amount), currency="EUR", how="offset"
    )
    return ClearNote(plain.model_copy(update=fields), told_on=date(2024, 12, 31))


CLAIMED = supplier().when(LOT, found("critical"))
CHARGED = until(CLAIMED, AFTER)


# --- the examples


def test_critical_372_is_claimed_and_becomes_a_debit_note_by_silence():
    raised = CLAIMED.one(ClaimRaised)
    assert (raised.claim_id, raised.amount, raised.currency) == ("CL-I-1:1", D("372.00"), "EUR")
    assert (raised.quantity, raised.unit_price, raised.delivery_id) == (30, D("12.40"), "D-1")
    assert (raised.item_id, raised.lot_id, raised.answer_by) == ("bolt", "L-D-1", LAST_DAY)
    assert until(CLAIMED, LAST_DAY) == CLAIMED, "the fourteenth day is still the supplier's"

    settled = CHARGED.one(ClaimSettled)
    assert (settled.outcome, settled.amount, settled.settled_by) == ("accepted", D("372.00"), "silence")
    assert (settled.because, settled.settled_on) == ("Not contested by 2024-05-27.", AFTER)
    note = CHARGED.one(SupplierNoteIssued)
    assert (note.note_id, note.direction, note.amount, note.currency) == ("SN-S-1-1", "debit", D("372.00"), "EUR")
    [line] = note.lines
    assert (line.kind, line.reference, line.lot_id, line.delivery_id) == ("claim", "CL-I-1:1", "L-D-1", "D-1")
    assert (note.issued_on, note.due_on) == (AFTER, date(2024, 6, 27))


def test_major_below_smallest_is_not_claimed():
    known = supplier().when(LOT, found("major", quantity="8"))
    assert known.all_of(ClaimRaised) == [], "8 × 12.40 × 50 % = 49.60"
    assert known.all_of(ClaimUnpriced) == []
    enough = supplier(under=(SupplierIncentives(smallest_claim=D("49.60")),)).when(LOT, found("major", quantity="8"))
    assert enough.one(ClaimRaised).amount == D("49.60")


def test_own_after_all_is_reversed_by_a_credit_note():
    decided = CHARGED.when(DecideResponsibility("S-1", "I-1:1", "own", date(2024, 6, 20)))
    withdrawn, note = decided.one(ClaimSettled), decided.one(SupplierNoteIssued)
    assert (withdrawn.outcome, withdrawn.amount, withdrawn.settled_by) == ("withdrawn", 0, "record")
    assert (note.direction, note.amount, note.reverses) == ("credit", D("372.00"), "SN-S-1-1")
    assert (note.lines[0].kind, note.lines[0].reference) == ("reversal", "CL-I-1:1")
    assert note.issued_on == date(2024, 6, 20)
    rows = replay(supplier_note.MODEL, decided.facts)
    assert rows["S-1", "SN-S-1-1"].reversed_by == note.note_id


def test_cleared_by_offset_leaves_nothing_open():
    cleared = CHARGED.when(clearing("SN-S-1-1", "372.00")).one(SupplierNoteCleared)
    assert (cleared.open, cleared.excess, cleared.how) == (0, 0, "offset")


# --- what is claimed


def test_no_price_known_is_listed_until_the_delivery_of_the_lot_is_known():
    early = supplier().when(found("critical"))
    assert early.all_of(ClaimRaised) == []
    assert (
        early.one(ClaimUnpriced).because
        == "There is no delivery of item bolt with lot L-D-1, so its price is not known."
    )
    [row] = replay(unpriced_claim.MODEL, early.facts).values()
    assert (row.nonconformance_id, row.lot_id, row.quantity) == ("I-1:1", "L-D-1", 30)
    early.when(found("critical")).then()
    priced = early.when(delivery("D-2")).when(LOT)
    assert priced.one(ClaimRaised).amount == D("372.00")
    assert replay(unpriced_claim.MODEL, priced.facts) == {}
    own = early.when(DecideResponsibility("S-1", "I-1:1", "own"))
    assert own.when(LOT).all_of(ClaimRaised) == []
    assert not replay(unpriced_claim.MODEL, own.facts)["S-1", "I-1:1"].is_suppliers


def test_a_claim_by_hand_prices_what_had_no_price():
    known = supplier().when(found("critical"), RaiseClaim("S-1", "CL-9", "I-1:1", D(50), "EUR", "agreed", FOUND))
    assert replay(unpriced_claim.MODEL, known.facts) == {}
    assert known.when(LOT).all_of(ClaimRaised) == []


def test_the_price_is_of_the_latest_delivery_of_the_lot_before_the_defect_was_found():
    later = delivery("D-3", on="2024-05-12", lot_id="L-D-1", unit_price=D(13))
    after = delivery("D-4", on="2024-05-20", lot_id="L-D-1", unit_price=D(99))
    reversed_lot = delivery("D-5", on="2024-05-13", lot_id="L-D-1", unit_price=D(1), quantity=D(0))
    raised = supplier().when(LOT, later, after, reversed_lot, found("critical")).one(ClaimRaised)
    assert (raised.delivery_id, raised.amount) == ("D-3", 390)


def test_more_than_was_received_of_the_lot_is_not_claimed_and_the_claim_says_so():
    second = delivery("D-2", on="2024-05-12", lot_id="L-D-1", unit_price=D("12.40"), quantity=D(20))
    first = delivery("D-1", unit_price=D("12.40"), quantity=D(10))
    raised = supplier().when(first, second, found("critical", quantity="1000000")).one(ClaimRaised)
    assert (raised.quantity, raised.amount) == (30, D("372.00"))
    assert raised.because == (
        "Claimed for I-1:1 are the 30 of lot L-D-1 that were received, not the 1000000 found defective."
    )
    all_of_it = supplier().when(first, second, found("critical", quantity="30")).one(ClaimRaised)
    assert (all_of_it.quantity, all_of_it.because) == (30, "I-1:1 is critical.")


def test_fixed_amounts_and_stopped_lines_are_added_once_an_inspection():
    policy = SupplierIncentives(currency="EUR", claim_minor=D(5), line_stop_per_minute=D("2.50"), smallest_claim=D(1))
    known = supplier(under=(policy,)).when(LOT, found("minor", "critical", line_stop_minutes=60))
    assert [each.amount for each in known.all_of(ClaimRaised)] == [D("155.00"), D("372.00")]


def test_a_delivery_in_another_currency_than_the_fixed_amounts_is_priced_by_a_person():
    policy = SupplierIncentives(currency="CNY", claim_critical=D(5))
    unpriced = supplier(under=(policy,)).when(LOT, found("critical")).one(ClaimUnpriced)
    assert unpriced.because == (
        "Delivery D-1 is priced in EUR and the fixed amounts are in CNY; a person has to price it."
    )


def test_a_worth_that_no_amount_may_have_is_priced_by_a_person():
    dear = delivery("D-1", unit_price=D(10_000_000_000), quantity=D(10_000_000_000))
    unpriced = supplier().when(dear, found("critical", quantity="10000000000")).one(ClaimUnpriced)
    assert "is implausible" in unpriced.because


@pytest.mark.parametrize(("currency", "amount"), [("EUR", "333.34"), ("JPY", "333"), ("KWD", "333.338")])
def test_an_amount_is_rounded_once_half_to_even_in_its_currency(currency, amount):
    lot = delivery("D-1", unit_price=D("111.1125"), currency=currency)
    assert supplier().when(lot, found("critical", quantity="3")).one(ClaimRaised).amount == D(amount)


def test_a_term_that_ends_on_a_day_off_ends_on_the_next_working_day():
    policy = SupplierIncentives(holidays=(date(2024, 5, 27),))
    assert policy.answer_by(date(2024, 5, 11)) == date(2024, 5, 28), "14 days later is a Saturday, Monday a holiday"
    assert policy.answer_by(date(2024, 5, 10)) == date(2024, 5, 24)


# --- answers


def test_a_claim_that_is_accepted_is_charged_the_same_day():
    accepted = CLAIMED.when(AcceptClaim("S-1", "CL-I-1:1", date(2024, 5, 15)))
    assert accepted.one(ClaimSettled).settled_by == "person"
    assert accepted.one(SupplierNoteIssued).issued_on == date(2024, 5, 15)
    accepted.when(AcceptClaim("S-1", "CL-I-1:1", date(2024, 5, 16))).then_refused(ClaimUnknown, "no open claim")
    assert until(accepted, date(2024, 12, 31)) == accepted


def test_a_reduced_claim_is_charged_with_what_is_paid_and_a_withdrawn_one_not_at_all():
    reduced = CLAIMED.when(SettleClaim("S-1", "CL-I-1:1", D(200), "half were good", FOUND))
    assert reduced.one(SupplierNoteIssued).amount == 200
    assert CLAIMED.when(SettleClaim("S-1", "CL-I-1:1", D(0), "a mistake", FOUND)).all_of(SupplierNoteIssued) == []


def test_contesting_is_an_objection_and_stops_the_clock_until_it_is_decided():
    contest = ContestClaim("S-1", "CL-I-1:1", "OB-1", "the fork lift did it", ("a video",), date(2024, 5, 23))
    contested = CLAIMED.when(contest)
    assert contested.one(ObjectionRaised).record_id == "I-1:1"
    contested.when(contest).then()
    contested.when(replace(contest, reason="something else")).then_refused(ReportedOtherwise)
    assert until(contested, date(2024, 12, 31)) == contested

    dismissed = contested.when(DecideObjection("S-1", "OB-1", "dismissed", "no fork lift", "li", date(2024, 6, 3)))
    assert until(dismissed, date(2024, 6, 7)) == dismissed, "four days were left"
    assert until(dismissed, date(2024, 6, 8)).one(ClaimSettled).because == "Not contested by 2024-06-07."
    upheld = contested.when(DecideObjection("S-1", "OB-1", "upheld", "seen", "li", date(2024, 6, 3)))
    settled = upheld.one(ClaimSettled)
    assert (settled.outcome, settled.settled_by, settled.settled_on) == ("withdrawn", "record", date(2024, 6, 3))
    assert upheld.all_of(SupplierNoteIssued) == []
    assert until(upheld, date(2024, 12, 31)) == upheld


def test_a_claim_is_contested_once_and_not_accepted_while_its_objection_is_open():
    contest = ContestClaim("S-1", "CL-I-1:1", "OB-1", "the fork lift did it", (), date(2024, 5, 23))
    contested = CLAIMED.when(contest)
    again = replace(contest, objection_id="OB-2")
    contested.when(again).then_refused(ContestedAlready, "Claim CL-I-1:1 is contested already.")
    contested.when(AcceptClaim("S-1", "CL-I-1:1", AFTER)).then_refused(
        ObjectionOpen, "Claim CL-I-1:1 is contested; it can be accepted when objection OB-1 is decided."
    )
    dismissed = contested.when(DecideObjection("S-1", "OB-1", "dismissed", "no fork lift", "li", date(2024, 5, 24)))
    assert dismissed.when(again).one(ObjectionRaised).objection_id == "OB-2", "with new evidence"
    assert dismissed.when(AcceptClaim("S-1", "CL-I-1:1", AFTER)).one(ClaimSettled).outcome == "accepted"


def test_any_objection_to_the_record_stops_the_clock():
    objection = RaiseObjection("S-1", "OB-1", "nonconformance", "I-1:1", "not ours", (), FOUND)
    other = RaiseObjection("S-1", "OB-2", "delivery", "D-1", "on time", (), FOUND)
    assert until(CLAIMED.when(objection), date(2024, 12, 31)).all_of(ClaimSettled) == []
    assert until(CLAIMED.when(other), AFTER).one(ClaimSettled)


def test_a_claim_that_is_not_there_or_settled_cannot_be_contested():
    contest = ContestClaim("S-1", "CL-I-1:1", "OB-1", "late", (), AFTER)
    CHARGED.when(contest).then_refused(ClaimUnknown, "no open claim CL-I-1:1")
    CLAIMED.when(replace(contest, claim_id="CL-2")).then_refused(ClaimUnknown)


def test_a_claim_that_is_recorded_late_leaves_as_many_days_to_answer():
    log = [(event, envelope(n, at=datetime(2024, 8, 1, tzinfo=UTC))) for n, event in enumerate(CLAIMED.facts, 1)]
    [row] = replay(claim_due.TODO, log).values()
    assert row.due_on == date(2024, 8, 16)


def test_a_record_that_is_the_suppliers_once_more_is_claimed_anew():
    own = CHARGED.when(DecideResponsibility("S-1", "I-1:1", "own", AFTER))
    again = own.when(DecideResponsibility("S-1", "I-1:1", "supplier", AFTER))
    assert again.one(ClaimRaised).claim_id == "CL-I-1:1-2"
    assert [note.direction for note in notes_of(until(again, date(2024, 12, 31)))] == ["debit", "credit", "debit"]


# --- penalties and rewards, clearing


def test_money_of_penalties_and_rewards_becomes_notes_after_the_days_to_answer():
    penalty = ChargePenalty("S-1", "PN-1", "money", "late again", FOUND, D(500), "CNY")
    reward = GrantReward("S-1", "RW-1", "money", "a good year", FOUND, D(80), "EUR")
    share = ChargePenalty("S-1", "PN-2", "smaller_share", "late again", FOUND)
    known = supplier().when(LOT, penalty, reward, share)
    known.when(penalty, reward).then()
    assert until(known, LAST_DAY) == known
    issued = notes_of(until(known, AFTER))
    assert [(note.direction, note.currency, note.amount, note.lines[0].kind) for note in issued] == [
        ("debit", "CNY", 500, "penalty"),
        ("credit", "EUR", 80, "reward"),
    ]


def test_a_note_is_cleared_in_parts_and_what_is_beyond_it_is_flagged():
    part = CHARGED.when(clearing("SN-S-1-1", "300"))
    assert part.one(SupplierNoteCleared).open == 72
    row = replay(supplier_note.MODEL, part.facts)["S-1", "SN-S-1-1"]
    assert (row.status, row.open_amount, row.cleared_on) == ("open", 72, None)
    more = part.when(clearing("SN-S-1-1", "100", how="payment"))
    assert (more.one(SupplierNoteCleared).open, more.one(SupplierNoteCleared).excess) == (0, 28)
    row = replay(supplier_note.MODEL, more.facts)["S-1", "SN-S-1-1"]
    assert (row.status, row.excess_amount, row.cleared_on) == ("cleared", 28, AFTER)


def test_an_unknown_note_and_another_currency_are_refused():
    CHARGED.when(clearing("SN-S-1-9", "1")).then_refused(NoteUnknown, "Supplier S-1 has no note SN-S-1-9.")
    CHARGED.when(clearing("SN-S-1-1", "5", currency="CNY")).then_refused(
        NoteInAnotherCurrency, "Note SN-S-1-1 is in EUR; 5.00 CNY cannot clear it."
    )


# --- homes of before


def stored_before(**fields: Any) -> PolicyBook:
    published = PolicyPublished(
        name="supplier-incentives",
        policy_version=2,
        effective_from=date(2000, 1, 1),
        document={"currency": "EUR", "claim_critical": "60", "penalty_d": "0", **fields},
        reason="as agreed",
    )
    return book().after(published)


def test_a_policy_stored_before_claims_what_it_claimed_and_issues_no_notes():
    known = GivenSupplier(supplier().decider, stored_before()).when(LOT, found("critical", "major"))
    assert [(each.amount, each.answer_by, each.policy_version) for each in known.all_of(ClaimRaised)] == [(60, None, 2)]
    assert until(known, date(2024, 12, 31)) == known
    assert known.when(SettleClaim("S-1", "CL-I-1:1", D(60), "paid", AFTER)).all_of(SupplierNoteIssued) == []
    penalised = known.when(ChargePenalty("S-1", "PN-1", "money", "late", FOUND, D(500), "CNY"))
    assert penalised.one(PenaltyCharged).answer_by is None


def test_a_policy_stored_now_is_read_back_as_it_was():
    now = SupplierIncentives(claim_percents=ClaimPercents(major=D(30)), smallest_claim=D(7), answer_days=20)
    published = PolicyPublished(
        name="supplier-incentives",
        policy_version=2,
        effective_from=FOUND,
        document=now.model_dump(mode="json"),
        reason="x",
    )
    assert book().after(published).at(SupplierIncentives, FOUND).document == now
    assert SupplierIncentives.model_validate({}).claim_percents == ClaimPercents()


def test_claims_and_penalties_on_record_before_are_neither_settled_nor_charged_by_themselves():
    old = (
        ClaimRaised(
            supplier_id="S-1", claim_id="CL-1", nonconformance_id="I-1:1", amount=D(60), currency="EUR", because="x",
            raised_on=FOUND,
        ),
        PenaltyCharged(
            supplier_id="S-1", penalty_id="PN-1", kind="money", amount=D(5), currency="EUR", because="x", charged_on=FOUND,
        ),
        ClaimSettled(
            supplier_id="S-1", claim_id="CL-1", outcome="accepted", amount=D(60), currency="EUR", because="x",
            settled_on=AFTER,
        ),
    )  # fmt: skip
    known = supplier(*supplier().when(found("critical")).facts, *old)
    assert until(known, date(2024, 12, 31)) == known
    decided = known.when(DecideResponsibility("S-1", "I-1:1", "own", AFTER))
    assert (decided.all_of(ClaimSettled), decided.all_of(SupplierNoteIssued)) == ([], [])
    assert replay(settlement.MODEL, known.facts)["S-1", "CL-1"].status == "accepted"


# --- laws


STEPS = st.lists(
    st.one_of(
        st.builds(
            lambda n, severities, quantity: found(*severities, quantity=str(quantity), id=f"I-{n}"),
            st.integers(1, 3),
            st.lists(
                st.sampled_from(["critical", "major", "major undetermined", "critical own"]), min_size=1, max_size=2
            ),
            st.integers(0, 60),
        ),
        st.just(LOT),
        st.builds(
            lambda n, m, who: DecideResponsibility("S-1", f"I-{n}:{m}", who, AFTER),
            st.integers(1, 3),
            st.integers(1, 2),
            st.sampled_from(["own", "supplier"]),
        ),
        st.builds(lambda n, m: AcceptClaim("S-1", f"CL-I-{n}:{m}", FOUND), st.integers(1, 3), st.integers(1, 2)),
        st.builds(
            lambda n, m, amount: SettleClaim("S-1", f"CL-I-{n}:{m}", D(amount), "agreed", FOUND),
            st.integers(1, 3),
            st.integers(1, 2),
            st.integers(0, 200),
        ),
        st.builds(lambda n, amount: clearing(f"SN-S-1-{n}", str(amount)), st.integers(1, 4), st.integers(1, 900)),
        st.just("silence"),
    ),
    max_size=14,
)


@settings(max_examples=120, deadline=None)
@for_all(STEPS)
def test_what_is_charged_for_a_claim_less_what_was_reversed_is_never_below_zero_and_lines_sum_to_the_amount(steps):
    known = supplier()
    for step in steps:
        after = until(known, date(2024, 12, 31)) if step == "silence" else known.when(step)
        known = known if isinstance(after.outcome, Refusal) else after
        balance: dict[str, Decimal] = {}
        for note in notes_of(known):
            assert sum(line.amount for line in note.lines) == note.amount > 0
            for line in note.lines:
                sign = -1 if line.kind == "reversal" else 1
                balance[line.reference] = balance.get(line.reference, D(0)) + sign * line.amount
        assert all(amount >= 0 for amount in balance.values())
        assert all(note.open >= 0 for note in known.state.notes.by_id.values())
        # What is charged stands against a record that the supplier answers for.
        for claim_id, amount in balance.items():
            record = known.state.facts.nonconformance(known.state.claims.by_id[claim_id].nonconformance_id)
            assert not amount or record.responsibility == "supplier"
