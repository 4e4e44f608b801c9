"""How far a recall reaches, and how long it may take."""

from typing import ClassVar

from pydantic import Field

from chassis.policies import Policy


class RecallPolicy(Policy):
    """The recall of a supplier's lots 召回; in force on the day of the call."""

    NAME: ClassVar[str] = "recalls"

    levels: int = Field(default=5, ge=0, le=20, description="steps of building that are followed upwards from a lot")
    due_days: int = Field(
        default=14, ge=1, le=365, description="days until it is to be done; a Saturday or Sunday moves to Monday"
    )
    near_days: int = Field(
        default=7, ge=0, le=365, description="days around a recalled lot in which the item's other lots are listed"
    )
