"""What policies are made of."""

from pydantic import BaseModel, ConfigDict


class PolicyPart(BaseModel):
    """A group of numbers inside a policy."""

    model_config = ConfigDict(frozen=True, extra="forbid")
