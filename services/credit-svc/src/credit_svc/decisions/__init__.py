"""What an account answers. Pure; one module per noun, each consequence decided on all that was told before it."""

from collections.abc import Sequence
from datetime import date
from typing import assert_never, get_args

from chassis.domain import Decider
from chassis.policies import PolicyBook
from contracts import Event
from credit_svc.account.state import Account, evolve
from credit_svc.commands import (
    CollectionCommand,
    Command,
    LimitCommand,
    OrderCommand,
    ReceivablesCommand,
    RecordBouncedCheque,
    RecordCreditNote,
    RecordInvoice,
    RecordPayment,
    StandingCommand,
)
from credit_svc.decisions.answer import Answer, notice_use
from credit_svc.decisions.cases import answer_collection
from credit_svc.decisions.limits import answer_limit
from credit_svc.decisions.orders import answer_order
from credit_svc.decisions.receivables import answer_receivables
from credit_svc.decisions.standing import answer_standing


def decide(command: Command, account: Account, policies: PolicyBook) -> Sequence[Event]:
    answer = Answer(account, policies, customer_id(command))
    if isinstance(command, ReceivablesCommand):
        answer_receivables(answer, command)
    elif isinstance(command, OrderCommand):
        answer_order(answer, command)
    elif isinstance(command, LimitCommand):
        answer_limit(answer, command)
    elif isinstance(command, StandingCommand):
        answer_standing(answer, command)
    elif isinstance(command, CollectionCommand):
        answer_collection(answer, command)
    else:
        assert_never(command)
    notice_use(answer, account, _day(command, account))
    return answer.events


def customer_id(command: Command) -> str:
    """Whose account a command speaks to."""
    match command:
        case RecordInvoice() | RecordPayment() | RecordCreditNote() | RecordBouncedCheque():
            return command.fact.customer_id
        case _:
            return command.customer_id


def _day(command: Command, account: Account) -> date:
    """The business day of a command; the account's own where it names none."""
    match command:
        case RecordInvoice(fact=fact) | RecordCreditNote(fact=fact):
            return fact.issued_on
        case RecordPayment(fact=fact):
            return fact.paid_on
        case RecordBouncedCheque(fact=fact):
            return fact.bounced_on
        case _:
            day: date = getattr(command, "on", getattr(command, "ordered_on", account.latest))
            return day


DECIDER = Decider(
    category="account",
    commands=get_args(Command),
    stream_id=customer_id,
    initial=Account(),
    evolve=evolve,
    decide=decide,
)
