"""How a customer pays: refusals, and classes that time alone may change."""

from dataclasses import dataclass
from datetime import date

from contracts.credit import PaymentRefused
from credit_svc.account.consequences import follow
from credit_svc.account.decision import AccountDecision, Handlers


@dataclass(frozen=True, slots=True)
class RecordPaymentRefusal:
    customer_id: str
    reason: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class JudgeBehaviour:
    """Time alone may have changed the behaviour class."""

    customer_id: str
    on: date


def _record_refusal(decision: AccountDecision, command: RecordPaymentRefusal) -> None:
    decision.emit(
        PaymentRefused(
            customer_id=decision.id,
            refused_on=command.on,
            reason=command.reason,
            recorded_by=command.by,
        )
    )
    follow(decision, command.on)


def _judge(decision: AccountDecision, command: JudgeBehaviour) -> None:
    if decision.state.behaviour.review_on == command.on:
        follow(decision, command.on, day_passed=True)


DECIDE: Handlers = {RecordPaymentRefusal: _record_refusal, JudgeBehaviour: _judge}
