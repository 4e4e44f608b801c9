"""To-dos: what somebody is to do about a customer, and what came of it. Stream ``todo-{customer_id}``.

They are the work of the owner of the customer's file, whoever that is by then.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, assert_never

from immutables import Map

from chassis.domain import Decider, Refusal
from chassis.policies import PolicyBook
from contracts import Event
from contracts.customer import TodoAbout, TodoDone, TodoOpened, TodoWithdrawn

# State


@dataclass(frozen=True)
class Todos:
    """``open``: what is to be done, by id. ``known``: all ids there were."""

    open: Map[str, TodoOpened] = field(default_factory=Map)
    known: frozenset[str] = frozenset()


def evolve(todos: Todos, event: Event) -> Todos:
    match event:
        case TodoOpened(todo_id=todo_id):
            return replace(todos, open=todos.open.set(todo_id, event), known=todos.known | {todo_id})
        case TodoDone(todo_id=todo_id) | TodoWithdrawn(todo_id=todo_id):
            return replace(todos, open=todos.open.delete(todo_id)) if todo_id in todos.open else todos
    return todos


# Commands


@dataclass(frozen=True, slots=True)
class OpenTodo:
    """The same id again opens nothing."""

    todo_id: str
    customer_id: str
    about: TodoAbout
    summary: str
    on: date
    due_on: date
    region: str | None = None


@dataclass(frozen=True, slots=True)
class FinishTodo:
    customer_id: str
    todo_id: str
    outcome: str
    on: date
    by: str


@dataclass(frozen=True, slots=True)
class WithdrawTodo:
    """What called for it is over; one that is done stays done."""

    customer_id: str
    todo_id: str
    cause: Literal["class_changed", "judged_anew", "merged"]
    on: date


TodoCommand = OpenTodo | FinishTodo | WithdrawTodo


# Decide


class NoSuchTodo(Refusal):
    """Customer {customer_id} has no open to-do {todo_id}."""

    status = 404


def decide(command: TodoCommand, todos: Todos, _: PolicyBook) -> Sequence[Event]:
    match command:
        case OpenTodo():
            if command.todo_id in todos.known:
                return []
            return [
                TodoOpened(
                    todo_id=command.todo_id,
                    customer_id=command.customer_id,
                    about=command.about,
                    summary=command.summary,
                    opened_on=command.on,
                    due_on=command.due_on,
                    region=command.region,
                )
            ]
        case FinishTodo(customer_id, todo_id, outcome, on, by):
            if todo_id not in todos.open:
                raise NoSuchTodo(customer_id=customer_id, todo_id=todo_id)
            return [TodoDone(todo_id=todo_id, customer_id=customer_id, outcome=outcome, done_on=on, by=by)]
        case WithdrawTodo(customer_id, todo_id, cause, on):
            if todo_id not in todos.open:
                return []
            return [TodoWithdrawn(todo_id=todo_id, customer_id=customer_id, cause=cause, withdrawn_on=on)]
        case _:
            assert_never(command)


DECIDER = Decider(
    category="todo",
    commands=(OpenTodo, FinishTodo, WithdrawTodo),
    stream_id=lambda command: command.customer_id,
    initial=Todos(),
    evolve=evolve,
    decide=decide,
    names="customer",
)
