"""The decision on one command, and what every command of an account has."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from chassis.domain import Decision
from credit_svc.account.state import Account


class Command(Protocol):
    """What every command of an account has: whose account it is, and its business day."""

    @property
    def customer_id(self) -> str: ...

    @property
    def on(self) -> date | None:
        """None: the latest business day of the account."""


class WithoutDay:
    """A command that names no business day."""

    __slots__ = ()

    @property
    def on(self) -> None:
        return None


@dataclass
class AccountDecision(Decision[Account]):
    """``judged``: how many of the events the behaviour class has been judged on."""

    judged: int = 0

    def day(self, on: date) -> date:
        """A fact that arrives late does not turn the account's day back."""
        return max(on, self.state.latest)


Handlers = Mapping[type[Any], Callable[[AccountDecision, Any], None]]
"""The commands of a noun, each with the function that decides it."""
