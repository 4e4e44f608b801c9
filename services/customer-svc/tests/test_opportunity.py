"""Opportunities: stages, probability, dwell time, present value."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from chassis.testing import given, replay
from contracts.customer import DecisionMaker, OpportunityChanged, OpportunityOpened, OpportunityStageChanged
from customer_svc.opportunities import DECIDER
from customer_svc.opportunities.opportunity import (
    ChangeOpportunity,
    MoveOpportunity,
    MovesBack,
    NoSuchStage,
    OpenOpportunity,
    OpportunityDiffers,
    OpportunityIdTaken,
    OpportunityOver,
    OpportunityUnknown,
)
from customer_svc.policies.opportunities import OpportunityPolicy
from customer_svc.read_models import opportunity
from customer_svc.service import SERVICE

MAY = date(2024, 5, 1)
CHEN = DecisionMaker(contact_id="K-1", role="decider", attitude="supporter")


def opening(name: str = "caps for the second plant", stage: str | None = None) -> OpenOpportunity:
    return OpenOpportunity(
        "OP-1", "C-1", name, "li.na", Decimal(80_000), "CNY", date(2024, 9, 30), (CHEN,), stage, None, MAY
    )


def move(stage: str, on: date = date(2024, 5, 20), probability: Decimal | None = None) -> MoveOpportunity:
    return MoveOpportunity("OP-1", stage, probability, "they asked for an offer", on, "li.na")


OPEN = given(DECIDER, policies=SERVICE.policies).when(opening())


def test_an_opportunity_begins_in_the_first_stage_and_is_worth_amount_times_probability() -> None:
    assert (OPEN.one(OpportunityOpened).stage, OPEN.one(OpportunityOpened).probability) == ("lead", 10)
    assert replay(opportunity.MODEL, OPEN.facts)["OP-1",].present_value == 8_000


def test_a_move_says_how_long_it_dwelt_and_changes_what_it_is_worth() -> None:
    moved = OPEN.when(move("proposal"), move("proposal")).then(OpportunityStageChanged)
    assert (moved.one(OpportunityStageChanged).dwell_days, moved.one(OpportunityStageChanged).previous) == (19, "lead")
    row = replay(opportunity.MODEL, moved.facts)["OP-1",]
    assert (row.present_value, row.dwelt, row.since) == (40_000, 19, date(2024, 5, 20))


def test_people_may_know_better_than_the_stage() -> None:
    assert OPEN.when(move("proposal", probability=Decimal(65))).one(OpportunityStageChanged).probability == 65


def test_won_is_certain_lost_is_nothing_and_both_are_the_end() -> None:
    won = OPEN.when(move("won"))
    assert won.one(OpportunityStageChanged).probability == 100
    won.when(move("won")).then()
    won.when(move("proposal")).then_refused(OpportunityOver, "is won")
    assert OPEN.when(move("lost")).one(OpportunityStageChanged).probability == 0


def test_another_amount_changes_the_present_value() -> None:
    change = ChangeOpportunity("OP-1", Decimal(50_000), "CNY", date(2024, 12, 31), (), date(2024, 5, 9), "li.na")
    changed = OPEN.when(change).then(OpportunityChanged)
    row = replay(opportunity.MODEL, changed.facts)["OP-1",]
    assert (row.present_value, row.expected_on, row.decision_makers) == (5_000, date(2024, 12, 31), [])


def test_what_cannot_be_is_refused() -> None:
    OPEN.when(move("dreaming")).then_refused(NoSuchStage, "there are lead, qualified")
    OPEN.when(move("proposal", date(2024, 4, 1))).then_refused(MovesBack, "before that")
    OPEN.when(opening("another")).then_refused(OpportunityDiffers)
    OPEN.when(replace(opening(), customer_id="C-2")).then_refused(OpportunityIdTaken, "OP-1 is taken")
    OPEN.when(opening()).then()
    given(DECIDER, policies=SERVICE.policies).when(move("won")).then_refused(OpportunityUnknown)


def test_stages_have_names_of_their_own() -> None:
    with pytest.raises(ValidationError, match="won and lost are the two ends"):
        OpportunityPolicy.model_validate({"stages": [{"name": "won", "probability": 10, "dwell_days": 3}]})
