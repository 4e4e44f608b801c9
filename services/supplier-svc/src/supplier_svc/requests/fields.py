"""Fields that several requests share: a reason in words, periods and months as they are written."""

from typing import Annotated

from pydantic import Field, StringConstraints

from chassis.http import Form
from contracts.fields import Text

Because = Annotated[Text, Field(min_length=3, max_length=2000)]
"""Why a person does something, in words."""

CertificateNumber = Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
"""As it is printed; blanks around it are none of it."""

PeriodText = Annotated[
    str,
    Form(
        r"^(19|20)[0-9][0-9](-(0[1-9]|1[0-2])|-Q[1-4])?$",
        "a month as 2024-05, a quarter as 2024-Q2 or a year as 2024, from 1900 to 2099",
    ),
    Field(
        description="a month, a quarter or a year",
        examples=["2024-05", "2024-Q2", "2024"],
    ),
]

WithinDays = Annotated[int, Field(ge=0, le=3660)]
"""How many days ahead a list looks."""
