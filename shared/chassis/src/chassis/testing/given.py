"""Tests that read as business sentences: given facts, when a command, then facts or a refusal."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from chassis.domain import Command, Decider, Refusal
from chassis.policies import Policy, PolicyBook
from contracts import Event


@dataclass(frozen=True)
class Given:
    """The events that have happened; ``when`` decides commands on top of them."""

    decider: Decider
    book: PolicyBook
    facts: tuple[Event, ...] = ()
    outcome: tuple[Event, ...] | Refusal = ()

    @property
    def state(self) -> Any:
        """The state after the given facts."""
        state = self.decider.initial
        for fact in self.facts:
            state = self.decider.evolve(state, fact)
        return state

    def when(self, *commands: Command) -> "Given":
        """Decide the commands in order, each on the events of those before; the outcome is all new events."""
        current = self
        new: tuple[Event, ...] = ()
        for command in commands:
            try:
                decided = tuple(self.decider.decide(command, current.state, self.book))
            except Refusal as refusal:
                return replace(current, outcome=refusal)
            new = (*new, *decided)
            current = replace(current, facts=(*current.facts, *decided))
        return replace(current, outcome=new)

    def then(self, *expected: Event | type[Event]) -> "Given":
        """The new events are exactly these: an event is compared as a whole, an event class by type."""
        assert not isinstance(self.outcome, Refusal), f"refused: {self.outcome}"
        shown = [event if not isinstance(want, type) else type(event) for event, want in _pairs(self.outcome, expected)]
        assert shown == list(expected), f"expected {list(expected)}, got {list(self.outcome)}"
        return self

    def then_refused(self, refusal: type[Refusal], saying: str = "") -> None:
        """Assert that the command was refused with this refusal, and that its sentence contains ``saying``."""
        assert isinstance(self.outcome, refusal), f"expected {refusal.__name__}, got {self.outcome}"
        assert saying in str(self.outcome), str(self.outcome)

    def one(self, kind: type[Any]) -> Any:
        """The only new event of a type."""
        assert not isinstance(self.outcome, Refusal), f"refused: {self.outcome}"
        found = [event for event in self.outcome if isinstance(event, kind)]
        assert len(found) == 1, f"expected one {kind.__name__}, got {list(self.outcome)}"
        return found[0]


def _pairs(outcome: Sequence[Event], expected: Sequence[Any]) -> list[tuple[Event, Any]]:
    padded = [*expected, *([None] * (len(outcome) - len(expected)))]
    return list(zip(outcome, padded, strict=False))


def policy_book(policies: Sequence[type[Policy]], *documents: Policy) -> PolicyBook:
    """The default policies, with these documents in their place from the beginning."""
    book = PolicyBook.of(policies)
    for document in documents:
        book = book.with_only(document)
    return book


def given(
    decider: Decider, *facts: Event, policies: Sequence[type[Policy]] = (), book: PolicyBook | None = None
) -> Given:
    """Start from facts, under the default policies of the given types or under a book."""
    return Given(decider, book or PolicyBook.of(policies), tuple(facts))
