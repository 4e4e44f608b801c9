"""The account of a customer: file, limit, orders, receivables and collection share one stream, as they share one exposure.

One stream per customer, ``account-{customer_id}``. Pure; one module per noun with its commands, its refusals and what it
decides.
"""

from collections.abc import Sequence

from chassis.domain import Decider, Refusal
from chassis.policies import PolicyBook
from contracts import Event
from credit_svc.account import (
    awards,
    behaviour,
    behaviour_actions,
    case_reviews,
    cases,
    contacts,
    deadlines,
    debit_notes,
    disputes,
    due_soon,
    fees,
    files,
    increases,
    interest,
    invoices,
    judgments,
    limitation,
    limits,
    merges,
    milestones,
    orders,
    overdue,
    overrides,
    payments,
    plan_proposals,
    plans,
    promises,
    reaching,
    receipt_plans,
    refunds,
    reviews,
    stages,
    strategies,
    total_room,
    waivers,
    way_answers,
    ways,
    write_offs,
)
from credit_svc.account.consequences import notice_use
from credit_svc.account.decision import AccountDecision, Command, Handlers
from credit_svc.account.documents import CLAIMS
from credit_svc.account.due_soon import schedule_reminder
from credit_svc.account.given_days import require_given_days
from credit_svc.account.limitation import follow_acts
from credit_svc.account.overdue import tell_ended
from credit_svc.account.state import Account, evolve

NOUNS = (
    invoices, payments, refunds, disputes, write_offs, interest, debit_notes, orders, overrides, limits, increases, files,
    reviews, behaviour, cases, promises, stages, ways, way_answers, strategies, case_reviews, plans, awards, judgments,
    milestones, deadlines, limitation, overdue, merges, total_room, behaviour_actions, due_soon, receipt_plans, fees, reaching,
    contacts, waivers, plan_proposals,
)  # fmt: skip

DECIDE: Handlers = {command: decide for noun in NOUNS for command, decide in noun.DECIDE.items()}


def admit(command: Command, account: Account, policies: PolicyBook) -> Sequence[Event]:
    """What comes in is decided when the days that it gives are plausible. Raises DayImplausible."""
    require_given_days(command, policies)
    return decide(command, account, policies)


def decide(command: Command, account: Account, policies: PolicyBook) -> Sequence[Event]:
    decision = decided(command, account, policies)
    notice_use(decision, account, account.latest if command.on is None else command.on)
    return decision.events


def decided(command: Command, account: Account, policies: PolicyBook, may_be_refused: bool = False) -> AccountDecision:
    """The decision with its events and the state after them, but for the notice of how much of the limit is used, which changes nothing;
    a refusal decides nothing where it ``may_be_refused``.
    """
    decision = AccountDecision(command.customer_id, account, policies, evolve)
    try:
        DECIDE[type(command)](decision, command)
    except Refusal:
        if may_be_refused:
            return AccountDecision(command.customer_id, account, policies, evolve)
        raise
    tell_ended(decision)
    follow_acts(decision)
    schedule_reminder(decision)
    return decision


DECIDER = Decider(
    category="account",
    commands=tuple(DECIDE),
    stream_id=lambda command: command.customer_id,
    initial=Account(),
    evolve=evolve,
    decide=admit,
    continues_as=merges.continues_as,
    readdressed=merges.readdressed,
    histories_of=merges.histories_of,
    names="customer",
    claims=CLAIMS,
)
