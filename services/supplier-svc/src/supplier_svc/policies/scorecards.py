"""Who a scorecard comes from."""

from typing import Annotated, ClassVar

from pydantic import Field

from chassis.policies import Policy
from contracts.fields import Text


class SupplierScorecard(Policy):
    """The sender of a scorecard that is handed to a supplier; in force on the day on which it is made."""

    NAME: ClassVar[str] = "supplier-scorecard"

    sender: Annotated[Text, Field(min_length=1, max_length=120)] = Field(
        default="Supplier quality management", description="the company or department that sends it"
    )
    address: Annotated[Text, Field(max_length=300)] = Field(default="", description="its postal address, on one line")
    contact: Annotated[Text, Field(max_length=200)] = Field(
        default="", description="whom a supplier may ask: a name, an e-mail address, a telephone number"
    )
    closing: Annotated[Text, Field(max_length=600)] = Field(
        default="Whoever disagrees with a record may object to it with evidence; an objection that is upheld changes the grade.",
        description="the last sentence before the key",
    )
