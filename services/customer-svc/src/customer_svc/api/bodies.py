"""Facts as request bodies: the contract's own event, held to the same rules as a message of its topic."""

from chassis.http import JsonBody
from contracts import erp

OrderBody = JsonBody[erp.OrderSubmitted]
SurveyBody = JsonBody[erp.SurveyAnswered]
