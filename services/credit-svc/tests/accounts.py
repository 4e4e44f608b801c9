"""Several accounts in memory, decided as the write path decides them: each command where its account is now."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from chassis.domain import Happened, Refusal
from chassis.policies import PolicyBook
from contracts import Event
from credit_svc.account import DECIDER
from credit_svc.account.state import Account
from credit_svc.service import SERVICE
from credit_svc.testing import under

NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)


class Accounts:
    """``histories``: customer → what happened in its account."""

    def __init__(self, book: PolicyBook | None = None) -> None:
        self.book = book or under()
        self.histories: dict[str, list[Happened]] = {}
        self.states: dict[str, Account] = {}
        """After these histories, as a cache has them."""

    def do(self, *commands: Any) -> list[Event]:
        """The commands of one message: all of them are decided, or none. Raises Refusal."""
        before = {customer_id: list(history) for customer_id, history in self.histories.items()}
        states = dict(self.states)
        try:
            return [event for command in commands for event in self._decided(command)]
        except Refusal:
            self.histories, self.states = before, states
            raise

    def hear(self, event: Event) -> list[Event]:
        """What an event of a source leads to, by the service's own table of reactions."""
        reaction = next(source.reactions[type(event)] for source in SERVICE.sources if type(event) in source.reactions)
        commands: Any = reaction(event, None, self.book)  # type: ignore[arg-type]
        return self.do(*(commands if isinstance(commands, Sequence) else [commands]))

    def account(self, customer_id: str) -> Account:
        """The state of a customer's own stream, wherever the account is now."""
        return self.states.get(customer_id, Account())

    def rebuilt(self, customer_id: str) -> Account:
        """The same from the history alone."""
        state: Account = DECIDER.initial
        for happened in self.histories.get(customer_id, ()):
            state = DECIDER.evolve(state, happened.event)
        return state

    def events(self, customer_id: str, *kinds: type[Event]) -> list[Any]:
        happened = self.histories.get(customer_id, ())
        return [event for event, _ in happened if isinstance(event, kinds or Event)]

    def _decided(self, command: Any) -> Sequence[Event]:
        if ids := DECIDER.histories_of(command):
            command = replace(command, histories={id: tuple(self.histories.get(id, ())) for id in ids})
        customer_id = DECIDER.stream_id(command)
        while (there := DECIDER.continues_as(command, self.account(customer_id))) is not None:
            command, customer_id = DECIDER.readdressed(command, there), there
        decided = DECIDER.decide(command, self.account(customer_id), self.book)
        self.histories.setdefault(customer_id, []).extend(Happened(event, NOON) for event in decided)
        for event in decided:
            self.states[customer_id] = DECIDER.evolve(self.account(customer_id), event)
        return decided
