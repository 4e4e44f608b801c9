"""What is charged is owed: noted, paid in the order of the law, corrected, waived, booked by the ERP under a number of its own."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from chassis.domain import Refusal
from chassis.policies import PolicyBook
from chassis.testing import Given, envelope, replay
from contracts import erp
from contracts.credit import (
    ChequeBounced,
    ChequeClaimRaised,
    DebitChargeCarried,
    DebitNoteInvoiced,
    DebitNoteIssued,
    DebitNoteReduced,
    DebitNoteReopened,
    DebitNoteSettled,
    DebitNoteWaived,
    InterestCharged,
    InvoiceReopened,
    PaymentOverdue,
    PaymentRecorded,
)
from credit_svc.account.charges import charge_cost
from credit_svc.account.debit_notes import IssueDebitNote, WaiveDebitNote
from credit_svc.account.decision import AccountDecision, Command
from credit_svc.account.disputes import DisputeInvoice
from credit_svc.account.interest import ChargeInterest
from credit_svc.account.invoices import RecordInvoice
from credit_svc.account.orders import CheckOrder
from credit_svc.account.payments import RecordBouncedCheque, RecordPayment
from credit_svc.account.refusals import FactDiffers
from credit_svc.account.state import evolve
from credit_svc.account.write_offs import ProposeWriteOff
from credit_svc.figures.receivables import receivables_at
from credit_svc.policies.debit_notes import DebitNotePolicy
from credit_svc.policies.receivables import DatedRate, InterestPolicy
from credit_svc.read_models import allocation, debit_note, open_item, payment
from credit_svc.testing import CUSTOMER, account, all_of, bounce, credit_note, invoice, last, under, until
from credit_svc.timers import debit_note_due, invoice_due

DUE = date(2023, 10, 31)
NINETY_DAYS_LATER = date(2024, 1, 29)
DUE_LISTS = [debit_note_due.TODO, invoice_due.TODO]


def bill(number: int, amount: str | int, due_on: date = DUE) -> RecordInvoice:
    return invoice(number, amount, due_on, currency="CNY")


def pays(number: int, amount: str | int, paid_on: date, of: str | None = None) -> RecordPayment:
    return RecordPayment(
        erp.PaymentReceived(
            payment_id=f"P-{number}", customer_id=CUSTOMER, invoice_id=of, amount=Decimal(amount), currency="CNY",
            paid_on=paid_on, method="transfer",
        )
    )  # fmt: skip


def cheque_bounces(face: int, on: date, number: int = 90) -> RecordBouncedCheque:
    return RecordBouncedCheque(
        erp.ChequeBounced(
            payment_id=f"P-{number}", customer_id=CUSTOMER, bounced_on=on, face_amount=Decimal(face), currency="CNY"
        )
    )


def asked_interest(of: int, on: date) -> ChargeInterest:
    return ChargeInterest(CUSTOMER, f"I-{of}", on)


def waive(note_id: str, amount: str | None, on: date, approved_by: str | None = None) -> WaiveDebitNote:
    return WaiveDebitNote(
        CUSTOMER,
        note_id,
        None if amount is None else Decimal(amount),
        "a long-standing customer",
        "chen",
        approved_by,
        on,
    )


def cost(history: Given, amount: str, on: date, reference: str = "AW-1") -> Given:
    """A cost as other decisions charge it."""
    decision = AccountDecision(CUSTOMER, history.state, history.book or under(), evolve)
    charge_cost(decision, Decimal(amount), "CNY", reference, "Costs of the award AW-1.", on)
    facts = (*history.facts, *decision.events)
    return replace(history, facts=facts, outcome=tuple(decision.events))


def open_amounts(history: Given) -> dict[str, Decimal]:
    return dict(history.state.ledger("CNY").open)


# When a charge is noted


def test_interest_1276_03_is_noted_at_the_end_of_its_month_and_due_thirty_days_later() -> None:
    charged = account(bill(1, 100_000), asked_interest(1, NINETY_DAYS_LATER))
    assert last(charged, InterestCharged).amount == Decimal("1276.03")
    assert last(charged, DebitChargeCarried).note_on == date(2024, 2, 1)
    noted = until(date(2024, 2, 1), charged, DUE_LISTS)
    note = last(noted, DebitNoteIssued)
    assert (note.amount, note.issued_on, note.due_on) == (Decimal("1276.03"), date(2024, 2, 1), date(2024, 3, 2))
    assert [(line.kind, line.reference, line.begins_on, line.until) for line in note.lines] == [
        ("interest", "I-1", date(2023, 11, 1), NINETY_DAYS_LATER)
    ]
    assert open_amounts(noted) == {"I-1": Decimal(100_000), note.debit_note_id: Decimal("1276.03")}


def test_carried_sixty_of_may_and_fifty_five_of_june_are_one_note_of_july() -> None:
    tenth = InterestPolicy(
        published=(DatedRate(from_day=date(2015, 1, 1), percent=Decimal(10)),), markup_percent=Decimal(0)
    )
    may = account(
        bill(1, 7_300, date(2025, 4, 11)), bill(2, 3_650, date(2025, 4, 20)), asked_interest(1, date(2025, 5, 11)),
        book=under(tenth),
    )  # fmt: skip
    assert (last(may, DebitChargeCarried).waiting, last(may, DebitChargeCarried).note_on) == (60, None)
    in_june = until(date(2025, 6, 14), may, [debit_note_due.TODO])
    assert not all_of(in_june, DebitNoteIssued)
    june = in_june.when(asked_interest(2, date(2025, 6, 14)))
    (note,) = all_of(until(date(2025, 8, 1), june, [debit_note_due.TODO]), DebitNoteIssued)
    assert (note.amount, note.issued_on) == (115, date(2025, 7, 1))
    assert [line.amount for line in note.lines] == [60, 55]


def test_a_note_that_is_decided_again_is_issued_once() -> None:
    noted = until(date(2024, 2, 1), account(bill(1, 100_000), asked_interest(1, NINETY_DAYS_LATER)), DUE_LISTS)
    noted.when(IssueDebitNote(CUSTOMER, "CNY", date(2024, 2, 1))).then()
    noted.when(IssueDebitNote(CUSTOMER, "CNY", date(2024, 3, 1))).then()


def test_two_invoices_make_one_note_of_the_month() -> None:
    history = account(
        bill(1, 100_000), bill(2, 50_000), asked_interest(1, NINETY_DAYS_LATER), asked_interest(2, NINETY_DAYS_LATER)
    )
    note = last(until(date(2024, 2, 1), history, [debit_note_due.TODO]), DebitNoteIssued)
    assert [line.reference for line in note.lines] == ["I-1", "I-2"]
    assert note.amount == sum(line.amount for line in note.lines)


@pytest.mark.parametrize(
    ("face", "claim", "fine"), [(10_000, 200, 1_000), (50_000, 1_000, 2_500), (20_000, 400, 1_000)]
)
def test_cheque_the_holder_claims_two_percent_and_the_fine_is_information(face: int, claim: int, fine: int) -> None:
    history = account(bill(1, face), pays(90, face, DUE, of="I-1"), cheque_bounces(face, date(2023, 11, 6)))
    note = last(history, DebitNoteIssued)
    assert (note.amount, note.cause, note.issued_on) == (claim, "at_once", date(2023, 11, 6))
    assert last(history, ChequeClaimRaised).amount == claim
    bounced = last(history, ChequeBounced)
    assert bounced.administrative_fine == fine
    assert bounced.statement == (f"A fine of {fine:,}.00 CNY may be imposed by the central bank; it is not owed to us.")
    assert sum(open_amounts(history).values()) == face + claim


def test_a_claim_that_is_too_little_waits_for_the_end_of_the_month() -> None:
    history = account(bill(1, 4_000), cheque_bounces(4_000, date(2023, 11, 6)))
    assert not all_of(history, DebitNoteIssued)
    assert last(history, DebitChargeCarried).waiting == 80


def test_a_charge_that_is_never_noted_is_not_owed() -> None:
    book = under(DebitNotePolicy(interest="never", cheque_claim="never"))
    history = account(
        bill(1, 100_000), asked_interest(1, NINETY_DAYS_LATER), cheque_bounces(50_000, NINETY_DAYS_LATER), book=book
    )
    assert open_amounts(history) == {"I-1": Decimal(100_000)}
    assert not all_of(history, DebitChargeCarried)


def test_interest_may_be_noted_at_once() -> None:
    history = account(
        bill(1, 100_000), pays(1, 100_000, NINETY_DAYS_LATER, of="I-1"), book=under(DebitNotePolicy(interest="at_once"))
    )
    assert last(history, DebitNoteIssued).amount == Decimal("1276.03")


def test_a_cost_is_one_call_and_a_line_of_its_kind() -> None:
    history = cost(account(bill(1, 10_000)), "500", date(2023, 12, 1))
    note = history.one(DebitNoteIssued)
    assert [(line.kind, line.reference, line.amount) for line in note.lines] == [("cost", "AW-1", Decimal(500))]


# Which money pays what


def owing(book: PolicyBook | None = None) -> Given:
    """10,000 of I-1, interest of 127.60 on it, and a claim of 200."""
    history = account(bill(1, 10_000), asked_interest(1, NINETY_DAYS_LATER), book=book)
    noted = until(date(2024, 2, 1), history, [debit_note_due.TODO])
    return noted.when(cheque_bounces(10_000, date(2024, 2, 5)))


def test_order_by_law_pays_costs_and_claims_then_interest_then_the_principal() -> None:
    history = owing().when(pays(1, 5_000, date(2024, 2, 10)))
    paid = {part.invoice_id: part.amount for part in last(history, PaymentRecorded).allocations}
    assert paid == {"C-1-DN2": Decimal(200), "C-1-DN1": Decimal("127.60"), "I-1": Decimal("4672.40")}
    assert list(paid) == ["C-1-DN2", "C-1-DN1", "I-1"]
    assert open_amounts(history) == {"I-1": Decimal("5327.60")}
    assert {event.debit_note_id for event in all_of(history, DebitNoteSettled)} == {"C-1-DN1", "C-1-DN2"}


def test_named_first_money_that_names_an_invoice_pays_it_before_any_note() -> None:
    history = owing().when(pays(1, 10_000, date(2024, 2, 10), of="I-1"))
    assert "I-1" not in open_amounts(history)
    notes = {i: amount for i, amount in open_amounts(history).items() if "DN" in i}
    assert sum(notes.values()) == Decimal("327.60")


def test_a_policy_may_let_the_principal_go_first() -> None:
    history = owing(under(DebitNotePolicy(allocation_order="principal_first")))
    paid = history.when(pays(1, "10100.00", date(2024, 2, 10)))
    assert open_amounts(paid) == {"C-1-DN1": Decimal("127.60"), "C-1-DN2": Decimal(100)}


def test_money_that_names_the_number_of_the_erp_pays_the_note_told_before_or_after() -> None:
    booked = RecordInvoice(
        erp.InvoiceIssued(
            invoice_id="ERP-77", customer_id=CUSTOMER, issued_on=date(2024, 2, 6), due_on=date(2024, 3, 6),
            amount=Decimal(200), currency="CNY", debit_note_id="C-1-DN2",
        )
    )  # fmt: skip
    money = pays(1, 200, date(2024, 2, 10), of="ERP-77")
    first, second = owing().when(booked, money), owing().when(money, booked)
    assert open_amounts(first) == open_amounts(second) == {"I-1": Decimal(10_000), "C-1-DN1": Decimal("127.60")}
    assert len(all_of(first, DebitNoteInvoiced)) == 1
    first.when(booked).then()
    assert "ERP-77" not in first.state.ledger("CNY").invoices


def as_booked(**said: Any) -> RecordInvoice:
    """The ERP's invoice for the note of the cheque claim."""
    fields = {
        "invoice_id": "ERP-77", "customer_id": CUSTOMER, "issued_on": date(2024, 2, 6), "due_on": date(2024, 3, 6),
        "amount": Decimal(200), "currency": "CNY", "debit_note_id": "C-1-DN2", **said,
    }  # fmt: skip
    return RecordInvoice(erp.InvoiceIssued(**fields))


@pytest.mark.parametrize("said", [{"debit_note_id": None, "amount": Decimal(9_000)}, {"amount": Decimal(250)}])
def test_another_invoice_under_the_number_of_a_booked_note_is_refused_and_never_swallowed(said: Any) -> None:
    owing().when(as_booked()).when(as_booked(**said)).then_refused(
        FactDiffers, "It is a debit note of ours; give another invoice an id of its own."
    )


def test_a_note_is_not_booked_in_another_currency() -> None:
    owing().when(as_booked(currency="EUR")).then_refused(FactDiffers, "currency EUR instead of CNY")


def test_an_invoice_of_an_unknown_note_is_an_ordinary_invoice() -> None:
    unknown = replace(bill(7, 300), fact=bill(7, 300).fact.model_copy(update={"debit_note_id": "C-1-DN9"}))
    assert open_amounts(account(unknown)) == {"I-7": Decimal(300)}


def test_a_cheque_that_paid_a_note_and_bounces_opens_it_again() -> None:
    paid = owing().when(pays(1, "327.60", date(2024, 2, 10)))
    assert open_amounts(paid) == {"I-1": Decimal(10_000)}
    history = paid.when(cheque_bounces(100, date(2024, 2, 20), number=1))
    assert {event.debit_note_id for event in all_of(history, DebitNoteReopened)} == {"C-1-DN1", "C-1-DN2"}
    assert not all_of(history, InvoiceReopened)


# A charge is corrected


def test_interest_that_a_late_fact_makes_less_before_it_is_noted_changes_the_sum() -> None:
    paid_late = account(bill(1, 100_000), pays(1, 100_000, NINETY_DAYS_LATER, of="I-1"))
    corrected = paid_late.when(pays(2, 50_000, date(2023, 11, 10), of="I-1"))
    assert last(corrected, DebitChargeCarried).line.amount < 0
    note = last(until(date(2024, 2, 1), corrected, [debit_note_due.TODO]), DebitNoteIssued)
    assert note.amount == last(corrected, InterestCharged).total


def test_interest_that_a_late_fact_makes_less_after_it_is_noted_reduces_the_note() -> None:
    paid_late = account(bill(1, 100_000), pays(1, 100_000, NINETY_DAYS_LATER, of="I-1"))
    noted = until(date(2024, 2, 1), paid_late, [debit_note_due.TODO])
    corrected = noted.when(pays(2, 50_000, date(2023, 11, 10), of="I-1"))
    reduced = last(corrected, DebitNoteReduced)
    assert reduced.amount == last(corrected, InterestCharged).total == Decimal("1276.03") - reduced.by
    assert reduced.because == "A fact that came late made the charge for I-1 less."


def test_interest_of_an_old_log_is_in_no_note_and_its_correction_changes_none() -> None:
    """A log of before there were notes has the charge and nothing that waits."""
    old = account(bill(1, 100_000), pays(1, 100_000, NINETY_DAYS_LATER, of="I-1"))
    facts = tuple(fact for fact in old.facts if not isinstance(fact, DebitChargeCarried))
    corrected = replace(old, facts=facts).when(pays(2, 50_000, date(2023, 11, 10), of="I-1"))
    assert corrected.one(InterestCharged).amount < 0
    assert not all_of(corrected, DebitChargeCarried)
    assert not all_of(corrected, DebitNoteReduced)


# Nothing comes of a note alone


def test_note_alone_no_case() -> None:
    history = account(bill(1, 50_000), cheque_bounces(50_000, date(2023, 11, 6)), pays(1, 50_000, DUE, of="I-1"))
    later = until(date(2024, 1, 15), history, DUE_LISTS)
    assert set(open_amounts(later)) == {"C-1-DN1"}
    assert not all_of(later, PaymentOverdue)
    assert later.state.case is None
    position = later.state.position(date(2024, 1, 15), under(), "CNY")
    assert (position.oldest_overdue, position.exposure.overdue, position.exposure.receivable) == (None, 0, 1_000)


def test_a_policy_may_pursue_notes_hold_orders_for_them_and_judge_by_them() -> None:
    book = under(DebitNotePolicy(opens_case=True, holds_orders=True, counts_for_behaviour=True))
    history = account(bill(1, 50_000), pays(1, 50_000, DUE, of="I-1"), book=book)
    charged = cost(history, "1000", date(2023, 11, 6))
    later = until(date(2024, 1, 15), charged, DUE_LISTS)
    assert last(later, PaymentOverdue).invoice_id == "C-1-DN1"
    assert later.state.case is not None
    assert later.state.position(date(2024, 1, 15), book, "CNY").oldest_overdue == "C-1-DN1"
    assert later.state.behaviour.late
    paid = later.when(pays(2, 1_000, date(2024, 1, 16)))
    assert paid.state.case is None
    assert not paid.state.overdue


def test_a_policy_may_leave_notes_out_of_the_exposure() -> None:
    book = under(DebitNotePolicy(counts_for_exposure=False))
    history = owing(book)
    assert history.state.receivable("CNY") == 10_000
    assert owing().state.receivable("CNY") == Decimal("10327.60")


def test_a_note_may_bear_interest_where_the_policy_says_so() -> None:
    late = date(2024, 3, 1)
    plain = cost(account(bill(1, 100)), "10000", date(2023, 11, 6)).when(pays(1, 10_000, late))
    assert not [each for each in all_of(plain, InterestCharged) if each.invoice_id == "C-1-DN1"]
    book = under(DebitNotePolicy(bears_interest=True))
    bears = cost(account(bill(1, 100), book=book), "10000", date(2023, 11, 6)).when(pays(1, 10_000, late))
    assert last(bears, InterestCharged).invoice_id == "C-1-DN1"
    refused: Any = owing().when(ChargeInterest(CUSTOMER, "C-1-DN1", date(2024, 9, 1))).outcome
    assert str(refused) == "Debit note C-1-DN1 bears no interest itself."


# Waived


def test_what_is_waived_is_not_owed_any_more() -> None:
    history = owing().when(waive("C-1-DN2", "150", date(2024, 2, 12)))
    assert history.one(DebitNoteWaived).open == 50
    assert open_amounts(history)["C-1-DN2"] == 50
    rest = history.when(waive("C-1-DN2", None, date(2024, 2, 13)))
    assert "C-1-DN2" not in open_amounts(rest)
    row = rows(debit_note.MODEL, rest)["C-1", "C-1-DN2"]
    assert (row.state, len(row.waivers)) == ("waived", 2)


def test_above_what_one_person_waives_somebody_else_approves() -> None:
    history = cost(account(bill(1, 100)), "1500", date(2023, 12, 1))
    refused: Any = history.when(waive("C-1-DN1", None, date(2024, 2, 12))).outcome
    assert isinstance(refused, Refusal)
    assert str(refused) == "1,500.00 CNY needs somebody else's approval."
    own: Any = history.when(waive("C-1-DN1", None, date(2024, 2, 12), approved_by="chen")).outcome
    assert isinstance(own, Refusal)
    assert (
        history.when(waive("C-1-DN1", None, date(2024, 2, 12), approved_by="sun")).one(DebitNoteWaived).amount == 1_500
    )


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (waive("C-1-DN9", None, DUE), "Customer C-1 has no debit note C-1-DN9."),
        (waive("C-1-DN2", "201", DUE), "200.00 CNY of debit note C-1-DN2 are open; 201.00 CNY cannot be waived."),
        (ProposeWriteOff(CUSTOMER, "C-1-DN2", "lost", "chen", DUE), "C-1-DN2 is a debit note, which is waived and not written off."),
    ],
)  # fmt: skip
def test_a_note_is_not_given_up_in_another_way(command: Command, sentence: str) -> None:
    assert str(owing().when(command).outcome) == sentence


def test_a_note_is_disputed_as_an_invoice_is() -> None:
    history = owing().when(DisputeInvoice(CUSTOMER, "C-1-DN2", None, "the cheque was good", "zhou", date(2024, 2, 12)))
    assert history.state.claims.in_dispute("C-1-DN2") == 200


# Read models and figures


def rows(model: Any, history: Given) -> dict[Any, Any]:
    return replay(model, [(fact, envelope(n)) for n, fact in enumerate(history.facts, start=1)])


def test_ageing_shows_notes_as_a_line_of_its_own_inside_the_total() -> None:
    history = owing().when(waive("C-1-DN2", "50", date(2024, 2, 12)), pays(1, 100, date(2024, 2, 13), of="C-1-DN2"))
    items, money, met = (
        [vars(row) for row in rows(model, history).values()]
        for model in (open_item.MODEL, payment.MODEL, allocation.MODEL)
    )
    found = receivables_at(items, money, met, date(2024, 2, 14), "CNY")
    assert (found.ageing.total, found.debit_notes) == (10_000, Decimal("177.60"))
    assert found.ageing.total + found.debit_notes - found.unallocated == found.balance
    assert found.balance == history.state.ledger("CNY").balance


def test_no_order_is_held_for_a_note() -> None:
    history = owing().when(pays(1, 10_000, date(2024, 2, 10), of="I-1"))
    checked = history.when(CheckOrder("O-1", CUSTOMER, date(2024, 5, 1), Decimal(100), "CNY"))
    assert "past due" not in " ".join(str(event) for event in checked.facts[-1:])


def test_smaller_charges_have_their_own_smallest_by_currency() -> None:
    policy = DebitNotePolicy(smallest_in={"EUR": Decimal(10)})
    history = account(
        invoice(1, 1_000), bounce(1, 1_000, date(2024, 2, 5)), credit_note(1, 5, date(2024, 2, 6)), book=under(policy)
    )
    assert last(history, DebitNoteIssued).amount == 20
    assert InterestPolicy().smallest("EUR") == 1
