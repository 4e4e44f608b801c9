"""Request bodies about recalls."""

from typing import Annotated

from pydantic import Field

from chassis.http import Body
from contracts.customer import RecallMeasure
from contracts.fields import Day, Id, Percent, Quantity, Text

Because = Annotated[Text, Field(min_length=3, max_length=2000)]


class NewRecall(Body):
    """Without ``target_percent`` and ``due_on`` the policy's hold; ``since`` is the day on which the lots came, opening day if left out."""

    recall_id: Annotated[Id, Field(max_length=90)]
    item_id: Id
    lot_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=1000)]
    because: Because
    measure: RecallMeasure
    opened_on: Day | None = None
    due_on: Day | None = None
    since: Day | None = None
    target_percent: Percent | None = None


class BackBody(Body):
    customer_id: Id
    quantity: Annotated[Quantity, Field(gt=0)]
    on: Day
    return_id: Id


class ClosingBody(Body):
    because: Because
    closed_on: Day | None = None
