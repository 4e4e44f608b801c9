"""Responses about to-dos."""

from datetime import date
from typing import Literal

from contracts.figures import PlainModel


class TodoAnswer(PlainModel):
    """What is to be done about a customer; ``owner_id`` null: by the owner of its file."""

    customer_id: str
    todo_id: str
    about: str
    summary: str
    status: Literal["open", "late", "done", "withdrawn"]
    opened_on: date
    due_on: date
    owner_id: str | None
    region: str | None
    done_on: date | None
    outcome: str | None
    done_by: str | None
    withdrawn_on: date | None
