"""Lives of a customer, drawn at random: every kind of fact, told on its day or late, and what people decide meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from chassis.testing import Given
from contracts import erp
from contracts.credit import PlanInstalment
from credit_svc.account.charges import charge_cost
from credit_svc.account.debit_notes import WaiveDebitNote
from credit_svc.account.decision import AccountDecision, Command
from credit_svc.account.disputes import DisputeInvoice, ResolveDispute
from credit_svc.account.fees import RecordFee
from credit_svc.account.files import SetTerms
from credit_svc.account.invoices import RecordInvoice
from credit_svc.account.payments import ReassignPayment, RecordPayment
from credit_svc.account.plans import AgreePlan
from credit_svc.account.refunds import RecordRefund
from credit_svc.account.state import evolve
from credit_svc.account.write_offs import ApproveWriteOff, ProposeWriteOff
from credit_svc.policies.cases import CasePolicy
from credit_svc.policies.debit_notes import DebitNotePolicy
from credit_svc.policies.receivables import ExchangePolicy, InterestPolicy, Quotation
from credit_svc.reactions import cancel_plan, plan_receipts
from credit_svc.testing import CUSTOMER, account, bounce, credit_note, invoice, payment, under, until
from credit_svc.timers import behaviour_due, debit_note_due, instalment_due, invoice_due, step_due

BEGINS = date(2024, 1, 1)
TIMERS = (instalment_due.TODO, invoice_due.TODO, debit_note_due.TODO, behaviour_due.TODO, step_due.TODO)
BOOK = under(
    DebitNotePolicy(interest="at_once", smallest=Decimal(1), waiver_alone_max=Decimal(50)),
    InterestPolicy(markup_percent=Decimal(5_000), smallest_charge=Decimal("0.01")),
    ExchangePolicy(
        quotations=(Quotation(currency="USD", into="EUR", from_day=date(2023, 1, 1), rate=Decimal("0.9")),),
        difference_max_percent=Decimal(20),
    ),
    CasePolicy(plan_refused_behaviour=()),
)
"""Interest so high and notes so small that a short life has both."""

INVOICED = ("invoice", "in instalments", "in dollars", "of the contract")
PAID = ("payment", "named", "shares", "of a part", "in advance")
TOLD = (
    *INVOICED, "fee", "signed", "changed", "cancelled", "payment", "named", "shares", "of a part", "in advance",
    "credit", "bounce", "correct", "refund", "booked", "dollars",
)  # fmt: skip
"""What other systems tell."""
DECIDED = ("reassign", "cost", "waive", "write off", "dispute", "resolve", "plan", "wait")
"""What people decide, and days on which nothing comes."""


@dataclass(frozen=True)
class Act:
    """``of``: which of the others it is about; ``late``: days from its day to its telling; ``waits``: from the telling before."""

    kind: str
    amount: int
    of: int
    late: int
    waits: int


def lives(kinds: Sequence[str]) -> st.SearchStrategy[list[Act]]:
    """Of invoices and some other kinds each, so that these meet often."""
    return st.sets(st.sampled_from(sorted(set(kinds))), min_size=2, max_size=5).flatmap(
        lambda some: st.lists(
            st.builds(Act, st.sampled_from(["invoice", *sorted(some)]), *_FIELDS), min_size=1, max_size=12
        )
    )


_FIELDS = (
    st.integers(1, 90), st.sampled_from([0, 0, 0, 1, 2, 3, 7]), st.sampled_from([0, 0, 0, 3, 9, 25]),
    st.sampled_from([0, 1, 4, 11, 32]),
)  # fmt: skip
LIVES = lives((*TOLD, *DECIDED))


@dataclass(frozen=True)
class Life:
    """``commits``: after which numbers of facts what was decided together ends."""

    history: Given
    on: date = BEGINS
    commits: tuple[int, ...] = (0,)

    def then(self, *commands: Command) -> "Life":
        """What is refused did not happen."""
        life = self
        for command in commands:
            tried = life.history.when(command)
            if not isinstance(tried.outcome, Exception):
                life = life._with(tried)
        return life

    def charged(self, amount: int, reference: str) -> "Life":
        decision = AccountDecision(CUSTOMER, self.history.state, self.history.book, evolve)
        charge_cost(decision, Decimal(amount), "EUR", reference, "A cost.", self.on)
        return self._with(replace(self.history, facts=(*self.history.facts, *decision.events)))

    def until(self, day: date) -> "Life":
        return replace(self, on=day)._with(until(day, self.history, TIMERS))

    def _with(self, history: Given) -> "Life":
        return replace(self, history=history, commits=(*self.commits, len(history.facts)))


def lived(drawn: Sequence[Act], discount: bool) -> Life:
    """``discount``: whether it has terms by which less is owed when it pays early."""
    life = Life(account(*([TERMS] if discount else []), book=BOOK))
    for number, act in enumerate(drawn, start=1):
        life = life.until(life.on + timedelta(days=act.waits))
        if act.kind == "cost":
            life = life.charged(act.amount, f"R-{number}")
            continue
        life = life.then(*(told(number, act, drawn, life.on) or decided(act, drawn, life)))
    return life.until(life.on + timedelta(days=40))


TERMS = SetTerms(CUSTOMER, 30, 10, Decimal(2), None, None, date(2023, 1, 1), "agreed", "sales")


def one_of(kinds: Sequence[str], of: int, drawn: Sequence[Act]) -> int:
    """The number of an act of these kinds, before or after; 99 where there is none."""
    found = [number for number, act in enumerate(drawn, start=1) if act.kind in kinds]
    return found[of % len(found)] if found else 99


def told(number: int, act: Act, drawn: Sequence[Act], heard_on: date) -> list[Command]:
    """The fact of another system, on its own day; nothing for what people decide."""
    on, amount = heard_on - timedelta(days=act.late), act.amount
    due_on = on + timedelta(days=1 + amount % 20)
    named = one_of(INVOICED, act.of, drawn)
    paid = one_of(PAID, act.of, drawn)
    match act.kind:
        case "invoice" | "in dollars":
            currency, order = ("USD", None) if act.kind == "in dollars" else ("EUR", act.of % 3 or None)
            return [invoice(number, amount, due_on, on, order, currency)]
        case "in instalments":
            return [RecordInvoice(_of_invoice(number, act, on, due_on, split=True))]
        case "of the contract":
            return [RecordInvoice(_of_invoice(number, act, on, due_on))]
        case "booked":
            fact = _of_invoice(number, act, on, due_on).model_copy(
                update={"contract_id": None, "instalment": None, "debit_note_id": f"{CUSTOMER}-DN{1 + act.of % 4}"}
            )
            return [RecordInvoice(fact)]
        case "correct":
            return [invoice(named, amount, due_on, on)]
        case "fee":
            fee = erp.ServiceFeeCharged(
                fee_id=f"F-{number}", customer_id=CUSTOMER, charged_on=on, due_on=due_on, amount=Decimal(amount),
                currency="EUR", text="Repair",
            )  # fmt: skip
            return [RecordFee(fee)]
        case "signed" | "changed" | "cancelled":
            return _contract(act, on)
        case "payment":
            return [payment(number, amount, on)]
        case "named":
            return [payment(number, amount, on, of=named)]
        case "dollars":
            return [payment(number, amount, on, of=named if act.of % 2 else None, currency="USD")]
        case "shares" | "of a part" | "in advance":
            return [RecordPayment(_money(number, act, on, named, drawn))]
        case "credit":
            return [credit_note(number, amount, on, of=named if act.of % 3 else None)]
        case "bounce":
            return [bounce(paid, amount, on)]
        case "refund":
            fact_ = erp.PaymentRefunded(
                refund_id=f"R-{number}", customer_id=CUSTOMER, payment_id=f"P-{paid}" if act.of % 3 else None,
                amount=Decimal(amount), currency="EUR", refunded_on=on,
            )  # fmt: skip
            return [RecordRefund(fact_)]
    return []


def _of_invoice(number: int, act: Act, on: date, due_on: date, split: bool = False) -> erp.InvoiceIssued:
    """An invoice of the contract, or one in two parts."""
    parts = tuple(erp.Instalment(due_on=due_on + timedelta(days=later), amount=Decimal(act.amount)) for later in (0, 9))
    return erp.InvoiceIssued(
        invoice_id=f"I-{number}", customer_id=CUSTOMER, issued_on=on, due_on=due_on, currency="EUR",
        amount=Decimal(act.amount) * (2 if split else 1), instalments=parts if split else (),
        contract_id=None if split else "CT-1", instalment=None if split else 1 + act.of % 3,
    )  # fmt: skip


def _money(number: int, act: Act, on: date, named: int, drawn: Sequence[Act]) -> erp.PaymentReceived:
    """Half of it is for one invoice, the rest for a planned instalment, a debit note or none; or all for an instalment or an order."""
    part = f"I-{one_of(('in instalments',), act.of, drawn)}#{1 + act.amount % 2}"
    rest = [None, f"contract:CT-1#{1 + act.of % 3}", f"{CUSTOMER}-DN{1 + act.of % 3}"][act.of % 3]
    shares = (erp.Allocation(invoice_id=f"I-{named}", amount=Decimal(act.amount) / 2),)
    return erp.PaymentReceived(
        payment_id=f"P-{number}", customer_id=CUSTOMER, amount=Decimal(act.amount), currency="EUR", paid_on=on,
        method="transfer", invoice_id={"shares": rest, "of a part": part}.get(act.kind),
        order_id=f"O-{1 + act.of % 2}" if act.kind == "in advance" else None,
        allocations=shares if act.kind == "shares" else (),
    )  # fmt: skip


def _contract(act: Act, on: date) -> list[Command]:
    """The contract CT-1 with instalments 5, 14 and 23 days after a day."""
    if act.kind == "cancelled":
        ended = erp.ContractCancelled(contract_id="CT-1", kind="sale", party_id=CUSTOMER, cancelled_on=on)
        return [command for command in (cancel_plan(ended),) if command]
    instalments = tuple(
        erp.ContractInstalment(number=n, due_on=on + timedelta(days=9 * n - 4), amount=Decimal(act.amount + n))
        for n in range(1, 2 + act.of % 3)
    )
    fields: dict[str, Any] = {
        "contract_id": "CT-1", "kind": "sale", "party_id": CUSTOMER, "signed_on": on, "currency": "EUR",
        "amount": Decimal(1_000), "instalments": instalments,
    }  # fmt: skip
    fact = erp.ContractSigned(**fields) if act.kind == "signed" else erp.ContractChanged(**fields, changed_on=on)
    return [command for command in (plan_receipts(fact),) if command]


def decided(act: Act, drawn: Sequence[Act], life: Life) -> list[Command]:
    """What people decide on what is known."""
    on, state, amount = life.on, life.history.state, Decimal(act.amount)
    items = sorted(item for ledger in state.ledgers.values() for item in ledger.open)
    item = items[act.of % len(items)] if items else "I-99"
    match act.kind:
        case "reassign":
            paid = one_of(PAID, act.of, drawn)
            return [ReassignPayment(CUSTOMER, f"P-{paid}", item if act.amount % 3 else None, "meant so", "clerk")]
        case "waive":
            notes = sorted(state.debits.notes)
            note_id = notes[act.of % len(notes)] if notes else f"{CUSTOMER}-DN1"
            return [WaiveDebitNote(CUSTOMER, note_id, amount / 10 if act.amount % 2 else None, "x", "a", "b", on)]
        case "write off":
            return [ProposeWriteOff(CUSTOMER, item, "lost", "a", on), ApproveWriteOff(CUSTOMER, item, "b", on)]
        case "dispute":
            return [DisputeInvoice(CUSTOMER, item, None, "damaged", "sales", on)]
        case "resolve":
            return [
                ResolveDispute(CUSTOMER, dispute_id, min(amount, dispute.amount), "half", "sales", on)
                for dispute_id, dispute in sorted(state.claims.disputes.items())
            ]
        case "plan" if state.case is not None and (debt := state.debt(CUSTOMER, on, BOOK)) is not None:
            half = (debt.overdue / 2).quantize(Decimal("0.01"))
            parts = tuple(
                PlanInstalment(due_on=on + timedelta(days=days), amount=part)
                for days, part in ((5, half), (15, debt.overdue - half))
            )
            return [AgreePlan(state.case.case_id, CUSTOMER, parts, None, "in trouble", "a", "b", on)]
    return []
