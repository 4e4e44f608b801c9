"""What comes from the ERP and from credit, and what it makes this service do."""

from dataclasses import asdict
from datetime import date
from decimal import Decimal

from hypothesis import given as for_all
from hypothesis import strategies as st

from chassis.policies import PolicyBook
from chassis.testing import envelope, given, replay
from contracts import Event, credit, customer, erp, supplier
from contracts.customer import CustomerCreditStandingNoted
from customer_svc.care.retention import NoteOrder
from customer_svc.care.round import ExpectRound
from customer_svc.files.credit_standing import DECIDER, NoteCredit, overdue_sentence
from customer_svc.orders.credit import ConfirmOrder, EndOverride, HoldOrder, OverrideHold
from customer_svc.orders.order import SubmitOrder
from customer_svc.orders.returns import ReturnOrder
from customer_svc.reactions import SOURCES
from customer_svc.read_models import credit_standing
from customer_svc.returns import RecordReturn
from customer_svc.service import SERVICE
from customer_svc.tiers.tiering import ExpectTiering

EXPOSURE = credit.Exposure(
    currency="BRL",
    limit=Decimal(1_000),
    receivable=Decimal(300),
    approved_orders=Decimal(100),
    security=Decimal(0),
    overdue=Decimal(0),
)
SUBMITTED = erp.OrderSubmitted(
    order_id="O-1", customer_id="C-1", ordered_on=date(2024, 1, 10), currency="BRL", total=Decimal(200)
)


def react(event: Event) -> object:
    reaction = next(source.reactions[type(event)] for source in SOURCES if type(event) in source.reactions)
    return reaction(event, envelope(), PolicyBook.of(SERVICE.policies))


def test_a_submitted_order_is_submitted_expected_by_its_runs_and_noted_for_its_customer() -> None:
    assert react(SUBMITTED) == (
        ExpectTiering("BRL", date(2024, 1, 10)),
        ExpectRound(date(2024, 1, 10)),
        SubmitOrder(SUBMITTED),
        NoteOrder("C-1", "O-1", date(2024, 1, 10)),
    )


def test_a_return_is_one_of_its_order_or_of_its_customer_alone() -> None:
    fact = erp.OrderReturned(
        return_id="R-1", order_id="O-1", customer_id="C-1", returned_on=date(2024, 1, 10), amount=Decimal(2),
        currency="BRL", reason="broken",
    )  # fmt: skip
    assert react(fact) == ReturnOrder(fact)
    unnamed = fact.model_copy(update={"order_id": None})
    assert react(unnamed) == RecordReturn(unnamed)
    assert SERVICE.decider_of(RecordReturn(unnamed)).category == "return"


def test_credit_is_remembered_in_a_sentence() -> None:
    overdue = credit.PaymentOverdue(
        invoice_id="I-1", customer_id="C-1", due_on=date(2024, 1, 10), overdue_since=date(2024, 1, 11),
        open_amount=Decimal(90), currency="BRL", policy_version=1,
    )  # fmt: skip
    summary = "Invoice I-1 is overdue with 90.00 BRL."
    assert react(overdue) == NoteCredit("C-1", "overdue", summary, date(2024, 1, 11))
    noted = given(DECIDER).when(react(overdue), react(overdue)).then(CustomerCreditStandingNoted)
    row = replay(credit_standing.MODEL, noted.facts)["C-1",]
    assert (row.overdue, row.deliveries) == (summary, "free")


def test_what_is_overdue_ends_when_credit_says_so_in_each_currency() -> None:
    def late(invoice_id: str, total: int, invoices: int, currency: str = "BRL") -> credit.PaymentOverdue:
        return credit.PaymentOverdue(
            invoice_id=invoice_id, customer_id="C-1", due_on=date(2024, 1, 10), overdue_since=date(2024, 1, 11),
            open_amount=Decimal(90), currency=currency, policy_version=1, customer_overdue=Decimal(total),
            customer_overdue_invoices=invoices, customer_oldest_due_on=date(2024, 1, 10),
        )  # fmt: skip

    def ended(invoice_id: str, total: int, invoices: int, currency: str = "BRL") -> credit.PaymentOverdueEnded:
        return credit.PaymentOverdueEnded(
            invoice_id=invoice_id, customer_id="C-1", currency=currency, overdue_since=date(2024, 1, 11),
            ended_on=date(2024, 2, 1), days_overdue=22, because="settled", customer_overdue=Decimal(total),
            customer_overdue_invoices=invoices, customer_oldest_due_on=date(2024, 1, 20) if invoices else None,
        )  # fmt: skip

    both = given(DECIDER).when(react(late("I-1", 90, 1)), react(late("I-2", 180, 2)), react(late("I-3", 90, 1, "USD")))
    row = replay(credit_standing.MODEL, both.facts)["C-1",]
    assert (
        row.overdue
        == "2 invoices, 180.00 BRL, the oldest due 2024-01-10. 1 invoice, 90.00 USD, the oldest due 2024-01-10."
    )
    one = both.when(react(ended("I-1", 90, 1)), react(ended("I-3", 0, 0, "USD")))
    row = replay(credit_standing.MODEL, one.facts)["C-1",]
    assert (row.overdue, row.overdue_since) == ("1 invoice, 90.00 BRL, the oldest due 2024-01-20.", date(2024, 1, 20))
    assert row.overdue_by_currency["BRL"]["amount"] == "90"
    cleared = credit.CustomerOverdueCleared(customer_id="C-1", cleared_on=date(2024, 2, 1), longest_days=22)
    none = one.when(react(ended("I-2", 0, 0)), react(cleared))
    row = replay(credit_standing.MODEL, none.facts)["C-1",]
    assert (row.overdue, row.overdue_since, row.overdue_by_currency) == (None, None, {})


def test_what_credit_said_of_a_merged_id_is_over_and_the_survivor_has_the_sum() -> None:
    stop = credit.DeliveriesStopped(customer_id="C-2", case_id="K-1", because="late", stopped_on=date(2024, 2, 11))
    merged = credit.AccountMerged(
        customer_id="C-2", survivor_id="C-1", merged_on=date(2024, 3, 1), because="one company", moved=()
    )
    of_other = given(DECIDER).when(react(stop), react(merged))
    assert replay(credit_standing.MODEL, of_other.facts) == {}
    assert of_other.facts[-1].summary == "Its account is part of that of C-1 since 2024-03-01."  # type: ignore[attr-defined]
    assert react(merged.model_copy(update={"parts": 2})) is None
    sums = (
        credit.OverdueSum(currency="BRL", amount=Decimal(180), invoices=2, oldest_due_on=date(2024, 1, 10)),
        credit.OverdueSum(currency="USD", amount=Decimal(90), invoices=1, oldest_due_on=date(2024, 1, 20)),
    )
    absorbed = credit.AccountAbsorbed(
        customer_id="C-1", absorbed_id="C-2", absorbed_on=date(2024, 3, 1), moved=(), overdue=sums
    )
    said = react(absorbed)
    assert isinstance(said, list)
    row = replay(credit_standing.MODEL, given(DECIDER).when(*said).facts)["C-1",]
    assert row.overdue_by_currency["BRL"]["summary"] == "2 invoices, 180.00 BRL, the oldest due 2024-01-10."
    assert (row.overdue_by_currency["USD"]["invoices"], row.overdue_since) == (1, date(2024, 1, 10))
    stopped_again = of_other.when(react(stop))
    assert replay(credit_standing.MODEL, stopped_again.facts)["C-2",].deliveries == "stopped"


def test_an_overdue_that_an_old_log_tells_of_ends_too() -> None:
    old = NoteCredit("C-1", "overdue", "Invoice I-1 is overdue with 90.00 BRL.", date(2024, 1, 11))
    cleared = credit.CustomerOverdueCleared(customer_id="C-1", cleared_on=date(2024, 2, 1), longest_days=22)
    facts = given(DECIDER).when(old, react(cleared)).facts
    assert replay(credit_standing.MODEL, facts)["C-1",].overdue is None


def test_stopped_deliveries_go_on_when_credit_says_so() -> None:
    stopped = credit.DeliveriesStopped(
        customer_id="C-1", case_id="K-1", because="31 days overdue", stopped_on=date(2024, 2, 11)
    )
    resumed = credit.DeliveriesResumed(customer_id="C-1", because="paid", resumed_on=date(2024, 2, 20))
    facts = given(DECIDER).when(react(stopped)).facts
    assert replay(credit_standing.MODEL, facts)["C-1",].deliveries == "stopped"
    facts = given(DECIDER).when(react(stopped), react(resumed)).facts
    assert replay(credit_standing.MODEL, facts)["C-1",].deliveries == "free"


def test_a_customer_with_two_accounts_is_stopped_while_one_of_them_is() -> None:
    said = [
        NoteCredit("C-1", "deliveries_stopped", "31 days overdue", date(2024, 2, 11)),
        NoteCredit("C-1", "behaviour_class", "B: pays late", date(2024, 2, 11)),
        NoteCredit("C-2", "deliveries_resumed", "paid", date(2024, 2, 20)),
        NoteCredit("C-2", "overdue", "Invoice I-1 is overdue with 90.00 BRL.", date(2024, 2, 1)),
        NoteCredit("C-2", "behaviour_class", "C: pays very late", date(2024, 1, 11)),
    ]
    accounts = replay(
        credit_standing.MODEL, [given(DECIDER).when(each).one(CustomerCreditStandingNoted) for each in said]
    )
    one = credit_standing.combined("C-1", [asdict(row) for row in accounts.values()])
    assert one is not None
    assert (one["customer_id"], one["deliveries"], one["deliveries_because"]) == ("C-1", "stopped", "31 days overdue")
    assert (one["overdue_since"], one["behaviour_class"]) == (date(2024, 2, 1), "C: pays very late")
    assert credit_standing.combined("C-1", []) is None


@for_all(
    st.dictionaries(
        st.tuples(st.sampled_from(["C-1", "C-2", "C-3"]), st.sampled_from(["BRL", "USD"])),
        st.tuples(st.integers(1, 20), st.integers(1, 10**6), st.dates(date(2024, 1, 1), date(2024, 12, 31))),
        min_size=1,
    )
)
def test_the_sentence_and_the_figures_of_what_is_overdue_are_of_one_sum_also_of_several_accounts(
    overdue: dict[tuple[str, str], tuple[int, int, date]],
) -> None:
    said = [
        NoteCredit(customer, "overdue", overdue_sentence(count, Decimal(cents) / 100, currency, due), due, False, currency,
                   Decimal(cents) / 100, count)
        for (customer, currency), (count, cents, due) in overdue.items()
    ]  # fmt: skip
    accounts = replay(
        credit_standing.MODEL, [given(DECIDER).when(each).one(CustomerCreditStandingNoted) for each in said]
    )
    one = credit_standing.combined("C-1", [asdict(row) for row in accounts.values()])
    assert one is not None
    expected = []
    for currency in sorted({currency for _, currency in overdue}):
        parts = [part for (_, of), part in overdue.items() if of == currency]
        invoices, amount = sum(part[0] for part in parts), sum(Decimal(part[1]) for part in parts) / 100
        shown = one["overdue_by_currency"][currency]
        assert (shown["invoices"], Decimal(shown["amount"])) == (invoices, amount)
        expected.append(overdue_sentence(invoices, amount, currency, min(part[2] for part in parts)))
    assert one["overdue"] == " ".join(expected)
    assert one["overdue_since"] == min(part[2] for part in overdue.values())


def test_an_approval_confirms_with_what_is_left_of_the_limit() -> None:
    approved = credit.OrderCreditApproved(
        order_id="O-1",
        customer_id="C-1",
        amount=Decimal(200),
        currency="BRL",
        exposure=EXPOSURE,
        status="ok",
        after_hold=False,
        policy_version=1,
    )
    assert react(approved) == ConfirmOrder("O-1", Decimal(400), "BRL", Decimal(200), "BRL")


def test_what_an_order_in_another_currency_leaves_of_the_limit_is_in_the_limits_currency() -> None:
    rate = credit.Rate(currency="USD", into="BRL", rate=Decimal("5.125"), quoted_on=date(2024, 1, 2))
    approved = credit.OrderCreditApproved(
        order_id="O-1", customer_id="C-1", amount=Decimal("40.01"), currency="USD", exposure=EXPOSURE, status="ok",
        after_hold=False, policy_version=1, rate=rate,
    )  # fmt: skip
    assert react(approved) == ConfirmOrder("O-1", Decimal("394.95"), "BRL", Decimal("40.01"), "USD")


def test_an_override_carries_who_why_and_until_when_and_its_end_what_became_of_it() -> None:
    overridden = credit.OrderCreditOverridden(
        order_id="O-1", customer_id="C-1", amount=Decimal(700), currency="BRL", exposure=EXPOSURE, policy_version=1,
        reason="paid in cash tomorrow", overridden_by="han.lei", ends_on=date(2024, 1, 31),
        held_because="over the limit by 100",
    )  # fmt: skip
    override = customer.HoldOverride(
        by="han.lei", reason="paid in cash tomorrow", held_because="over the limit by 100", ends_on=date(2024, 1, 31)
    )
    assert react(overridden) == OverrideHold("O-1", override, Decimal(-100), "BRL", Decimal(700), "BRL")
    ended = credit.OverrideEnded(order_id="O-1", customer_id="C-1", ended_on=date(2024, 2, 1), cause="expired")
    assert react(ended) == EndOverride("O-1", "expired", date(2024, 2, 1))


def test_a_hold_carries_credits_words() -> None:
    held = credit.OrderCreditHeld(
        order_id="O-1",
        customer_id="C-1",
        amount=Decimal(700),
        currency="BRL",
        exposure=EXPOSURE,
        status="hold",
        reason="over the limit by 100",
        releases_at="a payment of 100",
        policy_version=1,
    )
    assert react(held) == HoldOrder("O-1", "over the limit by 100", "a payment of 100", Decimal(700), "BRL")
    waiting = held.model_copy(update={"total_room": "waiting"})
    assert isinstance(react(waiting), HoldOrder)
    assert react(held.model_copy(update={"total_room": "requested"})) is None, "its check goes on"


def test_every_command_that_a_reaction_can_give_has_a_decider() -> None:
    facts = [event for source in SOURCES for event in source.reactions]
    answers = (
        credit.OrderCreditApproved, credit.OrderCreditHeld, credit.OrderCreditOverridden, credit.OverrideEnded,
        credit.PaymentOverdue, credit.PaymentOverdueEnded, credit.CustomerOverdueCleared, credit.DeliveriesStopped,
        credit.DeliveriesResumed, credit.BehaviourClassChanged, credit.AccountMerged, credit.AccountAbsorbed,
        credit.BehaviourActionAsked, credit.BehaviourActionWithdrawn,
    )  # fmt: skip
    of_suppliers = (
        supplier.CorrectiveActionOpened, supplier.ComplaintJoinedAction, supplier.CorrectiveActionStepDone,
        supplier.CorrectiveActionClosed, supplier.ComplaintTraceRefuted, supplier.ComplaintAnswered,
        supplier.LotRecallCalled, supplier.LotRecallWidened,
    )  # fmt: skip
    assert set(facts) == {*erp.TOPICS["erp.orders"], *erp.TOPICS["erp.surveys"], *answers, *of_suppliers}
    commands = react(SUBMITTED)
    assert isinstance(commands, tuple)
    assert [SERVICE.decider_of(command).category for command in commands] == [
        "tiering", "care", "order", "retention",
    ]  # fmt: skip


def test_the_service_publishes_what_its_contract_says() -> None:
    assert (SERVICE.topic, SERVICE.events) == ("customer.events", customer.EVENTS)
