"""How long the data of a customer file holds, and who owns customers that nobody registered."""

from typing import ClassVar

from pydantic import Field

from chassis.policies import Policy
from contracts.fields import Id


class FilePolicy(Policy):
    """When the data of a file has lapsed, and who owns customers that nobody registered."""

    NAME: ClassVar[str] = "files"

    lapses_after_days: int = Field(default=365, ge=1, le=3650)
    owner_of_last_resort: Id = "sales-desk"
