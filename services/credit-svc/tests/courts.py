"""A case before a tribunal or a court, for tests: who is bound by a clause, stages, awards, judgments."""

from datetime import date
from decimal import Decimal
from typing import Any

from chassis.policies import PolicyBook
from chassis.testing import Given
from contracts.credit import CaseClockStarted, Outcome, Route
from contracts.erp import Instalment
from credit_svc.account.awards import RecordAward, ReviewAward
from credit_svc.account.files import SetTerms
from credit_svc.account.judgments import RecordJudgment
from credit_svc.account.milestones import RecordMilestone
from credit_svc.account.stages import RecordStage
from credit_svc.account.suits import Claim
from credit_svc.testing import CUSTOMER, account, all_of, invoice, until
from credit_svc.timers import behaviour_due, clock_due, invoice_due, limitation_due, stage_due, step_due

CASE = "C-1-1"
TODO: tuple[Any, ...] = (
    invoice_due.TODO, behaviour_due.TODO, step_due.TODO, stage_due.TODO, clock_due.TODO, limitation_due.TODO,
)  # fmt: skip
FILED_ON = date(2024, 2, 5)
CONDITIONS = {
    "direct_interest": "we sold and delivered",
    "definite_defendant": "Bright Ltd, Beijing",
    "concrete_claim": "the price of I-1",
    "competent_court": "the court of its seat",
    "within_clause": "clause 9 of the contract",
}
ARBITRATION = ("application", "tribunal", "hearing_and_award")
LITIGATION = ("filing", "preparation", "hearing")


def claim(*items: str, **said: Any) -> Claim:
    return Claim(items, tuple(CONDITIONS.items()), **said)


def stage(way: Route, name: str, on: date = FILED_ON, said: Claim | None = None) -> RecordStage:
    return RecordStage(CASE, CUSTOMER, way, name, "noted", "lawyer", on, claim=said or claim())


def clause(has: bool = True, valid_from: date = date(2022, 1, 1)) -> SetTerms:
    return SetTerms(CUSTOMER, 30, 0, Decimal(0), None, has, valid_from, "contract", "sales")


def overdue(*first: Any, amount: str | int = 100, book: PolicyBook | None = None) -> Given:
    """Invoice I-1, due on 2024-01-31 and unpaid on 2024-02-05."""
    return until(FILED_ON, account(*first, invoice(1, amount), book=book), TODO)


def before_tribunal(amount: str | int = 100) -> Given:
    """The hearing of the tribunal is over."""
    return overdue(clause(), amount=amount).when(*(stage("arbitration", name) for name in ARBITRATION))


def before_court(amount: str | int = 100, on: date = FILED_ON) -> Given:
    """The court has heard the case."""
    return overdue(amount=amount).when(*(stage("litigation", name, on) for name in LITIGATION))


def award(
    outcome: Outcome = "granted",
    awarded: str | int = 100,
    received_on: date = FILED_ON,
    costs: str | int = 0,
    **said: Any,
) -> RecordAward:
    fields = {
        "award_id": "AW-1", "currency": "EUR", "made_on": received_on, "perform_by": None, "items": (),
        "instalments": (), "by": "lawyer", "on": received_on, **said,
    }  # fmt: skip
    return RecordAward(
        CASE,
        CUSTOMER,
        outcome=outcome,
        awarded=Decimal(awarded),
        costs=Decimal(costs),
        received_on=received_on,
        **fields,
    )


def review(on: date, outcome: Any = "granted", kind: Any = "set_aside") -> ReviewAward:
    return ReviewAward(CASE, CUSTOMER, "AW-1", kind, outcome, on, "lawyer", on)


def judgment(
    number: int = 1, outcome: Outcome = "granted", adjudged: str | int = 100, served_on: date = FILED_ON, **said: Any
) -> RecordJudgment:
    fields = {
        "instance": 1, "costs": Decimal(0), "currency": "EUR", "made_on": served_on, "is_final": False,
        "perform_by": None, "instalments": (), "by": "lawyer", "on": served_on, **said,
    }  # fmt: skip
    return RecordJudgment(
        CASE, CUSTOMER, f"J-{number}", outcome=outcome, adjudged=Decimal(adjudged), served_on=served_on, **fields
    )


def milestone(what: Any, on: date, procedure: Any = None, hearing_on: date | None = None) -> RecordMilestone:
    return RecordMilestone(CASE, CUSTOMER, what, on, procedure, hearing_on, "", "lawyer", on)


def instalments(*parts: tuple[date, str]) -> tuple[Instalment, ...]:
    return tuple(Instalment(due_on=on, amount=Decimal(amount)) for on, amount in parts)


def clocks(history: Given) -> dict[str, date]:
    """Each term that ever ran, with the last day that was told."""
    return {event.clock: event.ends_on for event in all_of(history, CaseClockStarted)}
