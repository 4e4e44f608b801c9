"""A service is a value: its whole composition in one place."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from fastapi import APIRouter

from chassis.backtests import Backtest
from chassis.domain import Command, Decider
from chassis.policies import Policy, PolicyBook
from chassis.reactions import Source
from chassis.read_models import ReadModel
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
    title: str = field(default="")

    @cached_property
    def event_types(self) -> dict[tuple[str, int], type[Event]]:
        return {(name, event.VERSION): event for event in self.events for name in event.types()}

    @cached_property
    def deciders_by_command(self) -> dict[type[Any], Decider]:
        return {command: decider for decider in self.deciders for command in decider.commands}

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
