"""A service is a value: its whole composition in one place."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from operator import or_
from typing import Any

from fastapi import APIRouter

from chassis.backtests import Backtest
from chassis.claims import NO_CLAIMS, Claims
from chassis.domain import Command, Decider
from chassis.erasures import ERASURES, erasures_in
from chassis.personal_ids import PersonalIds
from chassis.policies import Policy, PolicyBook
from chassis.reactions import Source
from chassis.read_models import ReadModel
from chassis.roles import Roles
from chassis.sentences import Sentence
from chassis.timers import TodoList
from contracts import Event


@dataclass(frozen=True)
class Service:
    """Everything that makes one service different from another."""

    name: str
    topic: str
    port: int
    events: tuple[type[Event], ...]
    deciders: tuple[Decider, ...]
    policies: tuple[type[Policy], ...] = ()
    sources: tuple[Source, ...] = ()
    read_models: tuple[ReadModel[Any], ...] = ()
    backtests: tuple[Backtest, ...] = ()
    routes: tuple[APIRouter, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    """What it says of its own accord in events and answers."""
    title: str = field(default="")
    forget: Callable[[str, int], Sequence[Command]] | None = None
    """The commands that follow the erasure of a person, by its subject and the number of the last key that is destroyed: what there is
    of it beside texts ends. They may be executed again at any time, also when the person has come back, with the next key."""

    def __post_init__(self) -> None:
        """Every service has a policy of roles: its own, or that of running it; and one of ids that tell of persons. One of persons has
        the list of erasures. Raises ValueError for two sources of one topic: a message has one place where it is taken, so that the
        second would silence the first."""
        twice = sorted(topic for topic, number in Counter(each.topic for each in self.sources).items() if number > 1)
        if twice:
            raise ValueError(
                f"{self.name} has two sources of {', '.join(twice)}; give one source all reactions to a topic"
            )
        if not any(model.name == ERASURES.name for model in self.read_models):
            object.__setattr__(self, "read_models", (*self.read_models, *erasures_in(self.events)))
        if not any(issubclass(kind, Roles) for kind in self.policies):
            object.__setattr__(self, "policies", (*self.policies, Roles))
        if PersonalIds not in self.policies:
            object.__setattr__(self, "policies", (*self.policies, PersonalIds))

    @cached_property
    def event_types(self) -> dict[tuple[str, int], type[Event]]:
        return {(name, event.VERSION): event for event in self.events for name in event.types()}

    @cached_property
    def deciders_by_command(self) -> dict[type[Any], Decider]:
        return {command: decider for decider in self.deciders for command in decider.commands}

    @cached_property
    def claims(self) -> Claims:
        """Those of all deciders."""
        return reduce(or_, (decider.claims for decider in self.deciders), NO_CLAIMS)

    @cached_property
    def todo_lists(self) -> tuple[TodoList[Any], ...]:
        return tuple(model for model in self.read_models if isinstance(model, TodoList))

    @property
    def database(self) -> str:
        return self.name.replace("-", "_")

    def decider_of(self, command: Command) -> Decider:
        """The decider of a command. Raises KeyError for a command without one."""
        return self.deciders_by_command[type(command)]

    def policy_book(self) -> PolicyBook:
        return PolicyBook.of(self.policies)
