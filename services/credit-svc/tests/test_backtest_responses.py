"""A back-test knows what people did about what was decided: overrides, promises, pauses, disputes. And deciding once for both sides, where
they are the same, gives what deciding twice gives.
"""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.backtests import Trial
from chassis.calendar import add_days
from chassis.policies import Policy, PolicyBook
from chassis.testing import Given
from contracts.credit import PromiseBroken
from credit_svc.account.cases import PauseCase
from credit_svc.account.decision import Command
from credit_svc.account.disputes import DisputeInvoice, ResolveDispute
from credit_svc.account.invoices import MarkOverdue
from credit_svc.account.limits import SetCreditLimit
from credit_svc.account.orders import CheckOrder
from credit_svc.account.overrides import EndOverride, OverrideHold
from credit_svc.account.promises import RecordPromise
from credit_svc.policies.assessment import ClassPolicy
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.policies.credit import CreditPolicy
from credit_svc.policies.limits import LimitPolicy
from credit_svc.reports.backtest.both_policies import BothPolicies
from credit_svc.reports.backtest.inputs import HANDLES, Input, Inputs
from credit_svc.reports.backtest.pair import Pair
from credit_svc.reports.backtest.side import Replica, Tally
from credit_svc.service import SERVICE
from credit_svc.testing import CUSTOMER, account, credit_file, invoice, payment, under

STARTS_ON = date(2024, 1, 1)
CASE = f"{CUSTOMER}-1"
History = list[tuple[date, Command]]


def order(number: int, amount: int, on: date) -> CheckOrder:
    return CheckOrder(f"O-{number}", CUSTOMER, on, Decimal(amount), "EUR")


def limit(amount: int, on: date = STARTS_ON) -> SetCreditLimit:
    return SetCreditLimit(CUSTOMER, Decimal(amount), "EUR", on, "new", "head", on)


def inputs_of(history: History, book: PolicyBook) -> list[Input]:
    """What the back-test makes of the events that these commands lead to, each on its day."""
    found, live = Inputs(book), account(book=book)
    for on, command in history:
        live = live.when(command)
        assert isinstance(live.outcome, tuple), live.outcome
        for event in live.outcome:
            if isinstance(event, HANDLES):
                found.take(event, datetime.combine(on, time(9), UTC))
    return found.by_customer.get(CUSTOMER, [])


def tried(
    history: History, candidate: Policy, ends_on: date = date(2024, 12, 31), book: PolicyBook | None = None
) -> Pair:
    """Both sides of the account at the end."""
    book = book or PolicyBook.of(SERVICE.policies)
    trial = Trial(candidate.NAME, book, book.with_only(candidate), STARTS_ON, ends_on)
    pair = Pair(trial, BothPolicies.reading_both(trial.live, trial.candidate, trial.name))
    for each in inputs_of(history, book):
        pair.take(each)
    pair.until(add_days(ends_on, 1))
    return pair


def held(pair: Pair) -> tuple[list[str], list[str]]:
    live, candidate = pair.tallies
    return sorted(live.held), sorted(candidate.held)


def day(month: int, of_month: int) -> date:
    return date(2024, month, of_month)


# Overrides


OVERRIDDEN: History = [
    (STARTS_ON, limit(100)),
    (day(1, 2), order(1, 800, day(1, 2))),
    (day(1, 3), OverrideHold(CUSTOMER, "O-1", day(1, 10), "season", "head", day(1, 3))),
    (day(1, 4), order(2, 50, day(1, 4))),
]


def test_an_order_let_through_by_a_person_takes_its_part_of_the_limit_until_the_override_ends() -> None:
    """The second order waits behind the first one until that is held again."""
    pair = tried(OVERRIDDEN, CreditPolicy())
    assert held(pair) == (["O-1", "O-2"], ["O-1", "O-2"])
    assert sorted(pair.live.state.orders.held) == ["O-1"]
    assert sorted(pair.live.state.orders.approved) == ["O-2"]


def test_an_override_that_was_withdrawn_ends_on_that_day() -> None:
    withdrawn = EndOverride(CUSTOMER, "O-1", day(1, 6), is_over=False)
    pair = tried([*OVERRIDDEN, (day(1, 6), withdrawn)], CreditPolicy(), ends_on=day(1, 7))
    assert sorted(pair.live.state.orders.approved) == ["O-2"]


def test_where_the_candidate_holds_nothing_there_is_nothing_to_override() -> None:
    history: History = [
        (day(1, 2), order(1, 200_000, day(1, 2))),
        (day(1, 3), OverrideHold(CUSTOMER, "O-1", day(1, 10), "season", "head", day(1, 3))),
    ]
    pair = tried(history, CreditPolicy(default_limit=Decimal(300_000)))
    assert held(pair) == (["O-1"], [])
    assert sorted(pair.other.state.orders.approved) == ["O-1"]


# Promises, pauses, disputes

OVERDUE: History = [
    (day(1, 1), invoice(1)),
    (day(2, 1), MarkOverdue(CUSTOMER, "I-1", day(2, 1))),
]
"""100, due on 31 January; its case is C-1-1."""


def steps(history: History, ends_on: date, candidate: Policy | None = None) -> tuple[int, int]:
    live, other = tried(history, candidate or CollectionPolicy(), ends_on).tallies
    return sum(live.steps.values()), sum(other.steps.values())


EAGER: Any = CollectionPolicy(
    ladder=tuple({"step": step, "after_days": n} for n, step in enumerate(("reminder", "call", "letter_1")))  # type: ignore[arg-type]
)


def test_a_case_waits_for_what_was_promised_and_climbs_on_when_it_did_not_come() -> None:
    promise = RecordPromise(CASE, CUSTOMER, Decimal(100), day(2, 25), "collector", day(2, 2))
    history = [*OVERDUE, (day(2, 2), promise)]
    assert steps(OVERDUE, day(2, 24))[0] > steps(history, day(2, 24))[0] == 1
    broken = tried(history, CollectionPolicy(), day(3, 31)).live.state
    assert broken.behaviour.broken_promises
    assert PromiseBroken  # the event by which the class hears of it


def test_a_pause_by_a_person_holds_the_ladder_of_either_side() -> None:
    pause = PauseCase(CASE, CUSTOMER, day(2, 20), "on holiday", "collector", day(2, 2))
    live, eager = steps([*OVERDUE, (day(2, 2), pause)], day(2, 19), EAGER)
    assert live < steps(OVERDUE, day(2, 19))[0]
    assert eager == 2, "the reminder, and the call of 2 February, before the pause"


def test_what_is_disputed_is_not_pursued_until_the_dispute_is_resolved() -> None:
    dispute = DisputeInvoice(CUSTOMER, "I-1", None, "never ordered", "collector", day(2, 2))
    resolved = ResolveDispute(CUSTOMER, "I-1-D1", Decimal(40), "half of it was", "head", day(3, 1))
    history = [*OVERDUE, (day(2, 2), dispute)]
    assert steps(history, day(2, 28))[0] == 1
    pair = tried([*history, (day(3, 1), resolved)], EAGER, day(4, 30))
    assert {side.state.ledger("EUR").open["I-1"] for side in (pair.live, pair.other)} == {Decimal(60)}
    assert pair.tallies[0].steps.total() > 1


def test_without_a_case_on_a_side_a_promise_is_about_nothing_there() -> None:
    """The small difference of the candidate's side is none: both sides have the case, but it closed before the promise came again."""
    promise = RecordPromise(CASE, CUSTOMER, Decimal(100), day(2, 25), "collector", day(2, 2))
    history: History = [*OVERDUE, (day(2, 2), promise), (day(2, 3), payment(1, 100, day(2, 3), of=1))]
    pair = tried(history, EAGER)
    assert pair.live.state.case is None
    assert pair.other.state.case is None


def test_sides_that_parted_over_a_case_are_one_again_when_it_is_closed() -> None:
    history: History = [*OVERDUE, (day(2, 2), payment(1, 100, day(2, 2), of=1))]
    pair = tried(history, EAGER)
    assert pair.live is pair.other
    assert pair.tallies[0].steps != pair.tallies[1].steps


def test_a_candidate_that_nothing_asks_is_decided_with_the_live_policy() -> None:
    history: History = [(day(1, 1), invoice(1)), (day(1, 20), payment(1, 100, day(1, 20), of=1))]
    pair = tried(history, EAGER)
    assert pair.live is pair.other


# The law

CANDIDATES = st.sampled_from(
    [
        CreditPolicy(default_limit=Decimal(500)), CreditPolicy(watch_above_percent=Decimal(50)), EAGER,
        CollectionPolicy(promise_grace_days=9), CollectionPolicy(), ClassPolicy(bad_after_days=60), ClassPolicy(hard_items=1),
        LimitPolicy(net_assets_percent=Decimal(5)), LimitPolicy(is_capped_by_working_capital=False),
    ]
)  # fmt: skip
ACTS = st.lists(st.tuples(st.sampled_from("oippmvdc"), st.integers(0, 40), st.integers(1, 30)), max_size=14)


def _act(kind: str, number: int, on: date, amount: int, history: Given) -> Command | None:
    """What somebody does on a day, where there is something to do it with."""
    account_, invoices = history.state, sorted(history.state.ledger("EUR").open)
    match kind:
        case "o":
            return order(number, amount * 50, on)
        case "i":
            return invoice(number, amount * 20, due_on=on + timedelta(days=amount), issued_on=on)
        case "p":
            return payment(number, amount * 20, on)
        case "m" if invoices:
            return MarkOverdue(CUSTOMER, invoices[0], on)
        case "v" if account_.orders.held:
            return OverrideHold(CUSTOMER, sorted(account_.orders.held)[0], on + timedelta(days=amount), "x", "head", on)
        case "c" if account_.case is not None:
            until = on + timedelta(days=amount)
            return RecordPromise(account_.case.case_id, CUSTOMER, Decimal(amount), until, "collector", on)
        case "d" if invoices:
            return DisputeInvoice(CUSTOMER, invoices[0], Decimal(1), "x", "collector", on)
    return None


@settings(max_examples=60, deadline=None)
@given(CANDIDATES, ACTS)
def test_deciding_once_for_both_sides_gives_what_deciding_twice_gives(candidate: Policy, acts: Any) -> None:
    book, on = under(CreditPolicy(default_limit=Decimal(1_000))), STARTS_ON
    live, history = account(book=book), History()
    first = credit_file(on, net_assets=30_000, net_working_capital=2_000)
    for number, (kind, wait, amount) in enumerate([("f", 0, 1), *acts]):
        on += timedelta(days=wait)
        command = first if kind == "f" else _act(kind, number, on, amount, live)
        if command is None:
            continue
        after = live.when(command)
        if isinstance(after.outcome, tuple):
            live = after
            history.append((on, command))
    ends_on = on + timedelta(days=60)
    pair = tried(history, candidate, ends_on, book)
    trial = Trial(candidate.NAME, book, book.with_only(candidate), STARTS_ON, ends_on)
    for side, tally, policies in zip((pair.live, pair.other), pair.tallies, (trial.live, trial.candidate), strict=True):
        alone = Replica(policies, trial, (Tally(),))
        for each in inputs_of(history, book):
            alone.take(each)
        alone.until(add_days(ends_on, 1))
        assert alone.tallies[0].steps == tally.steps
        assert sorted(alone.tallies[0].held) == sorted(tally.held)
        assert alone.tallies[0].granted == tally.granted
        assert alone.state.behaviour.current == side.state.behaviour.current
        assert alone.state.ledgers == side.state.ledgers
        assert sorted(alone.state.orders.held) == sorted(side.state.orders.held)
        assert (alone.state.case is None) == (side.state.case is None)
