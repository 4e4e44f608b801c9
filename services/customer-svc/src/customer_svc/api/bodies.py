"""Facts as request bodies: the contract's own event, held to the same rules as a message of its topic."""

from typing import Annotated

from chassis.http import on_the_wire
from contracts import erp

OrderBody = Annotated[erp.OrderSubmitted, on_the_wire(erp.OrderSubmitted)]
SurveyBody = Annotated[erp.SurveyAnswered, on_the_wire(erp.SurveyAnswered)]
