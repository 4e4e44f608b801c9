"""A supplier: stream ``supplier-{id}``.

``state/`` holds what its events make of it, part by part. Each module beside it has the commands, the refusals and the decisions of one
noun; ``rules/`` is pure arithmetic. One command's facts have consequences in other nouns, so all of them share a ``Decision``.
"""

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, get_args

from chassis.domain import Decider, Decision
from chassis.policies import PolicyBook
from contracts import Event
from supplier_svc.supplier import (
    cases,
    certificates,
    claim_answers,
    claims,
    complaint_answers,
    contracts,
    corrective_actions,
    facts,
    gradings,
    improvements,
    incentive_terms,
    incentives,
    notes,
    objections,
    onboarding,
    partner_ratings,
    pending_steps,
    qualification,
    recalls,
    responsibility,
    sourcing,
    sub_suppliers,
    submissions,
    surveys,
    trading_status,
)
from supplier_svc.supplier.documents import CLAIMS
from supplier_svc.supplier.state import Supplier, evolve

NOUNS: tuple[ModuleType, ...] = (
    facts,
    cases,
    responsibility,
    objections,
    gradings,
    improvements,
    onboarding,
    qualification,
    trading_status,
    certificates,
    contracts,
    corrective_actions,
    claims,
    incentive_terms,
    claim_answers,
    notes,
    complaint_answers,
    incentives,
    sourcing,
    surveys,
    partner_ratings,
    submissions,
    sub_suppliers,
    recalls,
)
_DECIDE: dict[type[Any], Callable[[Any, Decision[Supplier]], None]] = {
    command: noun.decide for noun in NOUNS for command in (get_args(noun.Command) or (noun.Command,))
}


def decide(command: Any, supplier: Supplier, policies: PolicyBook) -> Sequence[Event]:
    """What the noun of the command decides, with everything that follows from it."""
    decision = Decision(command.supplier_id, supplier, policies, evolve)
    _DECIDE[type(command)](command, decision)
    pending_steps.follow(decision)
    return decision.events


DECIDER = Decider(
    category="supplier",
    commands=tuple(_DECIDE),
    stream_id=lambda command: command.supplier_id,
    initial=Supplier(),
    evolve=evolve,
    decide=decide,
    names="supplier",
    claims=CLAIMS,
)
