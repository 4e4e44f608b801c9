"""A fuzzy evaluation to be worked out, as HTTP body."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from chassis.http import Body
from contracts.fields import Amount
from supplier_svc.policies.fuzzy import Operator

Weight = Annotated[Decimal, Field(ge=0, le=1, max_digits=28, decimal_places=12)]
Membership = Annotated[Decimal, Field(max_digits=28, decimal_places=12)]
Comments = Field(min_length=1, max_length=100)
Factors = Field(min_length=1, max_length=100)


class FuzzyBody(Body):
    """``matrix`` has a row of memberships (0 to 1 by comment, best first) for each of the ``weights``, which make 1; ``values`` are
    what the comments are worth, for a score.
    """

    weights: Annotated[tuple[Weight, ...], Factors]
    matrix: Annotated[tuple[Annotated[tuple[Membership, ...], Comments], ...], Factors]
    operator: Operator = "product_sum"
    values: Annotated[tuple[Amount, ...], Comments] | None = None
