"""What every body has in common: strict about JSON, and nothing in it that is not understood."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from contracts.fields import Text


class Body(BaseModel):
    """Routes read a body as JSON once more (``JsonBody``), where a date is a string and nothing else."""

    model_config = ConfigDict(extra="forbid", strict=True)


Because = Annotated[Text, Field(min_length=3, max_length=2000)]
"""Why a person does something, in words."""
