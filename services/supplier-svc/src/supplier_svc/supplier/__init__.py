"""A supplier: stream ``supplier-{id}``. Facts, gradings, movement, qualification, corrective actions, disputes.

``state`` holds what its events make of it, part by part; each other module answers the commands of one noun by telling a ``Story``.
"""

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, get_args

from chassis.domain import Decider
from chassis.policies import PolicyBook
from contracts import Event
from supplier_svc.supplier import (
    certifying,
    claiming,
    correcting,
    disputing,
    facts,
    grading,
    improving,
    onboarding,
    qualifying,
    rewarding,
    sourcing,
    trading,
)
from supplier_svc.supplier.state import Supplier, evolve
from supplier_svc.supplier.story import Story

NOUNS: tuple[ModuleType, ...] = (
    facts,
    disputing,
    grading,
    improving,
    onboarding,
    qualifying,
    trading,
    certifying,
    correcting,
    claiming,
    rewarding,
    sourcing,
)
_DECIDE: dict[type[Any], Callable[[Any, Story], None]] = {
    command: noun.decide for noun in NOUNS for command in (get_args(noun.Command) or (noun.Command,))
}


def decide(command: Any, supplier: Supplier, policies: PolicyBook) -> Sequence[Event]:
    """What the noun that answers this command tells."""
    story = Story(command.supplier_id, supplier, policies)
    _DECIDE[type(command)](command, story)
    return story.events


DECIDER = Decider(
    category="supplier",
    commands=tuple(_DECIDE),
    stream_id=lambda command: command.supplier_id,
    initial=Supplier(),
    evolve=evolve,
    decide=decide,
)
