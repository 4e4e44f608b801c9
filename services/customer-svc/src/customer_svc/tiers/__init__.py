"""A customer: its tier in each currency it orders in, and its answers to surveys. Stream ``customer-{customer_id}``.

Beside it stands ``tiering``, the stream of the runs; everything else here is rules: what a customer is worth, and where
that ranks it.
"""

from collections.abc import Sequence
from typing import assert_never

from immutables import Map

from chassis.claims import Claims, Document
from chassis.domain import Decider
from chassis.policies import PolicyBook
from contracts import Event
from contracts.customer import SurveyRecorded
from customer_svc.satisfaction.survey import RecordSurvey, record
from customer_svc.tiers.standing import Customer, TierCustomer, TierInShadow, evolve, tier, tier_in_shadow

CustomerCommand = RecordSurvey | TierCustomer | TierInShadow


def customer_id_of(command: CustomerCommand) -> str:
    return command.fact.customer_id if isinstance(command, RecordSurvey) else command.customer_id


def decide(command: CustomerCommand, customer: Customer, policies: PolicyBook) -> Sequence[Event]:
    match command:
        case RecordSurvey():
            return record(command, customer.surveys, policies)
        case TierCustomer():
            return tier(command, customer, policies)
        case TierInShadow():
            return tier_in_shadow(command, customer)
        case _:
            assert_never(command)


DECIDER = Decider(
    category="customer",
    commands=(RecordSurvey, TierCustomer, TierInShadow),
    stream_id=customer_id_of,
    initial=Customer(Map(), Map()),
    evolve=evolve,
    decide=decide,
    names="customer",
    claims=Claims(takes={SurveyRecorded: lambda event: [Document("survey", event.survey_id)]}),
)
