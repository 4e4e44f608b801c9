"""To-dos: what somebody is to do about a customer by a day."""

from typing import ClassVar, Literal

from contracts.envelope import Event
from contracts.fields import Day, Id, Text

TodoAbout = Literal["replacement"]
"""What a to-do is about; ``replacement``: another customer is to be found in the place of this one."""


class TodoOpened(Event):
    """Somebody is to do something about a customer by ``due_on``."""

    TYPE: ClassVar[str] = "customer.TodoOpened"
    todo_id: Id
    customer_id: Id
    about: TodoAbout
    summary: Text
    """What is to be done, as a sentence."""
    opened_on: Day
    due_on: Day
    owner_id: Id | None = None
    """Who is to do it; None: the owner of the customer's file."""
    region: Id | None = None


class TodoDone(Event):
    """A to-do was done; ``outcome`` is what came of it."""

    TYPE: ClassVar[str] = "customer.TodoDone"
    todo_id: Id
    customer_id: Id
    outcome: Text
    done_on: Day
    by: Text


class TodoWithdrawn(Event):
    """A to-do is to be done no more: what called for it is over (``cause``)."""

    TYPE: ClassVar[str] = "customer.TodoWithdrawn"
    todo_id: Id
    customer_id: Id
    cause: Literal["class_changed", "judged_anew", "merged"]
    withdrawn_on: Day


EVENTS: tuple[type[Event], ...] = (TodoOpened, TodoDone, TodoWithdrawn)
