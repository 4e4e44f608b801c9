"""What was agreed before a tribunal or a court: a promise for each instalment, one after the other."""

from datetime import date

from chassis.calendar import add_days
from contracts.credit import CasePaused, PromiseMade
from contracts.currencies import money
from credit_svc.account.decision import AccountDecision
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.sentences import Sentences


def promise_next(decision: AccountDecision, on: date) -> bool:
    """The next instalment is promised, and the case waits for its day. False where none is left, or another promise stands.

    What came for the last one does not count for it.
    """
    case, legal = decision.state.case, decision.state.legal
    if case is None or case.promise is not None or not legal.instalments or legal.agreed is None:
        return False
    instalment, agreed = legal.instalments[0], legal.agreed
    grace = decision.policy(CollectionPolicy, on).document.promise_grace_days
    decision.emit(
        PromiseMade(
            promise_id=f"{case.case_id}-P{case.promises + 1}",
            customer_id=decision.id,
            case_id=case.case_id,
            amount=instalment.amount,
            currency=agreed.currency,
            promised_on=instalment.due_on,
            made_on=on if legal.kept_on is None else add_days(legal.kept_on, 1),
            recorded_by=agreed.recorded_by,
        ),
        CasePaused(
            case_id=case.case_id,
            customer_id=decision.id,
            cause="promise",
            until=add_days(instalment.due_on, grace + 1),
            reason=Sentences.PROMISED(amount=money(instalment.amount, agreed.currency), promised_on=instalment.due_on),
            paused_on=on,
            paused_by=agreed.recorded_by,
        ),
    )
    return True
