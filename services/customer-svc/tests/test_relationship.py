"""Relationships: stages with gates, the nine-box with reviews, key accounts, effort."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import ValidationError

from chassis.testing import Given, given, replay
from contracts.customer import (
    EffortSpent,
    JointPlanAgreed,
    KeyAccountDesignated,
    KeyAccountMeetingDue,
    KeyAccountReleased,
    KeyAccountVisited,
    NineBoxPlaced,
    NineBoxReviewOpened,
    RelationshipStage,
    RelationshipStageChanged,
    StageEvidence,
)
from customer_svc.policies.nine_box import NineBoxPolicy
from customer_svc.policies.value import LifetimePolicy, PointsPolicy
from customer_svc.read_models import relationship
from customer_svc.relationship import DECIDER
from customer_svc.relationship.key_account import (
    DesignateKeyAccount,
    NoKeyAccount,
    RecordVisit,
    ReleaseKeyAccount,
    ReportMeetingDue,
)
from customer_svc.relationship.nine_box import PlaceInNineBox, ReviewNineBox, digit, letter
from customer_svc.relationship.plans import AgreeJointPlan, SpendEffort
from customer_svc.relationship.stage import ChangeStage, FourEyesNeeded, GateClosed, TooManySteps
from customer_svc.service import SERVICE
from customer_svc.tiers.lifetime import lifetime_value, points, value_of
from customer_svc.timers import meeting_due

DAY = date(2024, 5, 31)
ENOUGH = StageEvidence(
    orders_12_months=4, contacts=3, customer_since=date(2022, 5, 31), contract="CT-1", approved_by="zhou.min"
)


def start() -> Given:
    return given(DECIDER, policies=SERVICE.policies)


def to(stage: RelationshipStage, evidence: StageEvidence = ENOUGH) -> ChangeStage:
    return ChangeStage("C-1", stage, evidence, "they rely on us", (evidence.customer_since and DAY) or DAY, "li.na")


PLAN = AgreeJointPlan("C-1", "a second plant", DAY, "li.na")

# --- stages --------------------------------------------------------------------------------------------


def test_a_vendor_becomes_preferred_partner_and_ally_one_step_at_a_time() -> None:
    outcome = start().when(to("preferred"), PLAN, to("partner"), to("alliance"))
    outcome.then(RelationshipStageChanged, JointPlanAgreed, RelationshipStageChanged, RelationshipStageChanged)
    assert outcome.state.stage == "alliance"


def test_no_stage_is_left_out_on_the_way_up_and_down_is_always_allowed() -> None:
    start().when(to("partner")).then_refused(TooManySteps, "the next stage is preferred; partner comes after it")
    up = start().when(to("preferred"), PLAN, to("partner"))
    assert up.when(to("vendor")).one(RelationshipStageChanged).previous == "partner"


@pytest.mark.parametrize(
    ("facts", "stage", "lacking", "sentence"),
    [
        ((), "preferred", {"orders_12_months": 3}, "3 of 4 orders in 12 months"),
        ((), "preferred", {"contacts": 1}, "1 of 3 contacts"),
        ((to("preferred"), PLAN), "partner", {"customer_since": date(2022, 6, 1)}, "not for 2 years"),
        ((to("preferred"),), "partner", {}, "no joint plan"),
        ((to("preferred"), PLAN, to("partner")), "alliance", {"contract": None}, "no contract"),
        ((to("preferred"), PLAN, to("partner")), "alliance", {"approved_by": None}, "nobody approved it"),
    ],
)
def test_a_closed_gate_says_what_is_missing(
    facts: tuple[ChangeStage, ...], stage: RelationshipStage, lacking: dict[str, object], sentence: str
) -> None:
    evidence = ENOUGH.model_copy(update=lacking)
    start().when(*facts).when(to(stage, evidence)).then_refused(GateClosed, sentence)


@pytest.mark.parametrize("approved_by", ["li.na", "Li.Na", "li.na ", "l\u0456.na"])
def test_nobody_approves_an_alliance_that_a_look_alike_of_the_name_proposes(approved_by: str) -> None:
    partner = start().when(to("preferred"), PLAN, to("partner"))
    evidence = ENOUGH.model_copy(update={"approved_by": approved_by})
    partner.when(to("alliance", evidence)).then_refused(FourEyesNeeded, "another person has to")


# --- nine-box --------------------------------------------------------------------------------------------


def placed(
    fit: str = "8", growth: str = "7", relation: str = "5", share: str = "6", measured: str | None = "4"
) -> PlaceInNineBox:
    change = None if measured is None else Decimal(measured)
    return PlaceInNineBox(
        "C-1", Decimal(fit), Decimal(growth), Decimal(relation), Decimal(share), change, "CNY", "li.na", DAY
    )


def test_a1_grows_fits_the_strategy_and_is_large() -> None:
    outcome = start().when(placed()).one(NineBoxPlaced)
    assert (outcome.box, outcome.score) == ("A1", Decimal("7.0"))


@pytest.mark.parametrize(
    ("points_", "found"), [("6.7", "A"), ("6.69", "B"), ("3.3", "B"), ("3.29", "C"), ("10", "A"), ("1", "C")]
)
def test_the_letter_is_cut_at_6_7_and_3_3(points_: str, found: str) -> None:
    assert letter(Decimal(points_), NineBoxPolicy()) == found


@pytest.mark.parametrize(("share", "found"), [("5", 1), ("4.99", 2), ("1", 2), ("0.99", 3), ("0", 3)])
def test_the_digit_is_the_share_of_our_own_sales(share: str, found: int) -> None:
    assert digit(Decimal(share), NineBoxPolicy()) == found


def test_conflicting_evidence_keeps_the_last_box_and_opens_a_review_once() -> None:
    falling = placed(growth="9", measured="-12")
    outcome = start().when(placed(growth="5")).when(falling, falling).then(NineBoxReviewOpened)
    assert outcome.state.box == "B1"
    assert outcome.one(NineBoxReviewOpened).because == (
        "Growth is judged 9 of 10, and sales moved by -12 % against the 12 months before."
    )


def test_a_review_places_the_customer_in_spite_of_the_conflict_and_says_why() -> None:
    falling = placed(growth="9", measured="-12")
    outcome = start().when(falling).when(ReviewNineBox(falling, "a new plant opens in June")).one(NineBoxPlaced)
    assert (outcome.box, outcome.because) == ("A1", "a new plant opens in June")


def test_a_customer_judged_c_that_grows_is_reviewed_too() -> None:
    start().when(placed(growth="2", measured="15")).then(NineBoxReviewOpened)
    start().when(placed(growth="2", measured=None)).then(NineBoxPlaced)


def test_weights_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(ValidationError, match="must add up to 1"):
        NineBoxPolicy.model_validate({"weights": {"relation": "0.3"}})


RATINGS = st.decimals(1, 10, places=1)


@for_all(RATINGS, RATINGS, RATINGS, st.decimals(0, 100, places=1))
def test_every_rating_has_one_of_nine_boxes(fit: Decimal, growth: Decimal, relation: Decimal, share: Decimal) -> None:
    command = PlaceInNineBox("C-1", fit, growth, relation, share, None, "CNY", "li.na", DAY)
    outcome = start().when(command).one(NineBoxPlaced)
    assert outcome.box == f"{outcome.letter}{outcome.digit}"
    assert 1 <= outcome.score <= 10


# --- key accounts ------------------------------------------------------------------------------------------

DESIGNATE = DesignateKeyAccount("C-1", "li.na", "zhou.min", "quality", "8 % of our sales", DAY, "zhou.min")


def test_a_key_account_has_a_team_for_what_it_looks_at_and_a_meeting_within_a_year() -> None:
    outcome = start().when(DESIGNATE).one(KeyAccountDesignated)
    assert outcome.team == ("quality", "technology", "production")
    assert outcome.next_meeting_on == DAY + timedelta(days=365)
    start().when(DESIGNATE, DESIGNATE).then(KeyAccountDesignated)


def test_the_meeting_falls_due_once_and_a_meeting_sets_the_next() -> None:
    designated = start().when(DESIGNATE)
    row = replay(meeting_due.TODO, designated.facts)["C-1",]
    due = designated.when(meeting_due.command(row), meeting_due.command(row)).then(KeyAccountMeetingDue)
    assert replay(meeting_due.TODO, due.facts) == {}
    met = due.when(RecordVisit("C-1", "meeting", "zhou.min", "reviewed the year", date(2025, 6, 10)))
    assert met.one(KeyAccountVisited).next_meeting_on == date(2026, 6, 10)
    assert replay(meeting_due.TODO, met.facts)["C-1",].due_on == date(2026, 6, 10)


def test_an_executives_visit_moves_no_meeting() -> None:
    visited = start().when(
        DESIGNATE, RecordVisit("C-1", "executive_visit", "zhou.min", "line opened", date(2024, 9, 1))
    )
    assert visited.state.key_account.next_meeting_on == DAY + timedelta(days=365)


def test_a_released_account_has_no_meeting_and_no_visits() -> None:
    released = start().when(DESIGNATE, ReleaseKeyAccount("C-1", "moved away", DAY, "zhou.min"))
    released.then(KeyAccountDesignated, KeyAccountReleased)
    released.when(ReportMeetingDue("C-1", DAY + timedelta(days=365))).then()
    released.when(RecordVisit("C-1", "meeting", "x", "y", DAY)).then_refused(NoKeyAccount, "designate it first")


def test_effort_told_twice_is_spent_once() -> None:
    effort = SpendEffort("E-1", "C-1", "li.na", Decimal("6.5"), "visit", DAY)
    outcome = start().when(effort, effort).then(EffortSpent)
    assert replay(relationship.MODEL, outcome.facts)["C-1",].hours == Decimal("6.5")


# --- lifetime value and points -------------------------------------------------------------------------------


def test_the_lifetime_value_of_150_a_year_that_stays_with_55_percent_at_10_percent_is_150() -> None:
    assert lifetime_value(Decimal(150), Decimal("0.55"), Decimal("0.10")) == 150
    assert value_of(Decimal(600), "EUR", LifetimePolicy()) == 150


def test_a_customer_that_never_leaves_has_no_finite_value() -> None:
    with pytest.raises(ValidationError, match="retention must be less than 1 \\+ discount"):
        LifetimePolicy.model_validate({"retention": "1", "discount": "0"})


def test_points_for_money_orders_and_complaints() -> None:
    assert points(Decimal("12999.99"), 3, 2, PointsPolicy()) == 12 + 15 - 4
