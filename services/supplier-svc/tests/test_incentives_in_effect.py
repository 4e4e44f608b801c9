"""Rewards and penalties that take effect: on the shares of items, from their first day to their end (奖惩)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from pydantic import ValidationError

from chassis.testing import given, replay
from chassis.testing.replay import envelope
from contracts.supplier import (
    IncentiveEnded,
    IncentiveStarted,
    OnboardingFile,
    OrderSharesChanged,
    PenaltyCharged,
    RewardGranted,
    ShareEffect,
    SourceStandingChanged,
)
from supplier_svc.items import DECIDER as ITEM
from supplier_svc.items.rules.divisions import Source, divide
from supplier_svc.policies.incentives import SupplierIncentives
from supplier_svc.policies.order_shares import OrderSharing
from supplier_svc.read_models import item_share, settlement
from supplier_svc.requests.incentives import PenaltyBody, RewardBody
from supplier_svc.scoring.period import Period
from supplier_svc.supplier import DECIDER
from supplier_svc.supplier.gradings import GradeSupplier
from supplier_svc.supplier.improvements import JudgeImprovement, RecordImprovement
from supplier_svc.supplier.incentive_terms import EndIncentive, IncentiveNotRunning, last_day
from supplier_svc.supplier.incentives import (
    ChargePenalty,
    GrantReward,
    NoLargerShare,
    NoOrdersNow,
    NoSourceLeft,
    NotItsItem,
)
from supplier_svc.supplier.onboarding import AdoptSupplier
from supplier_svc.supplier.partner_ratings import RatePartner
from supplier_svc.supplier.sourcing import NameSource
from supplier_svc.supplier.trading_status import SuspendSupplier
from supplier_svc.testing import GivenSupplier, book, deliveries, inspection
from supplier_svc.timers import incentive_due, sources_due

D = Decimal
DEFECTS = {"A": (), "B": ("major",), "C": ("major", "major"), "D": ("critical", "critical")}
"""In 20 lots."""


class Item:
    """The item bolt and its sources A, B, C …, each graded as its letter; what suppliers report is passed on, what is due is done."""

    def __init__(self, grades: str, period: str = "2025-03", under: tuple[SupplierIncentives, ...] = ()) -> None:
        self.book = book(*under)
        self.suppliers = {grade: GivenSupplier(DECIDER, self.book, ()) for grade in grades}
        self.item = given(ITEM, book=self.book)
        for grade in grades:
            self.graded(grade, period, grade)

    def graded(self, who: str, period: str, grade: str) -> None:
        on = f"{period}-10"
        lots = [
            replace(each, delivery=each.delivery.model_copy(update={"supplier_id": who})) for each in deliveries(20, on)
        ]
        defects = [inspection(f"I-{period}", *DEFECTS[grade], on=on, supplier_id=who)] if DEFECTS[grade] else []
        self.do(*lots, *defects, GradeSupplier(who, Period.parse(period)))

    def do(self, *commands) -> GivenSupplier:
        who = next(getattr(each, "supplier_id", None) or each.delivery.supplier_id for each in commands)
        known = self.suppliers[who].when(*commands)
        self._pass_on(who, known)
        return known

    def _pass_on(self, who: str, known: GivenSupplier) -> None:
        self.suppliers[who] = known
        for row in replay(sources_due.TODO, list(_enveloped(known.facts))).values():
            *notes, confirmation = sources_due.commands(row)
            self.item = self.item.when(*(note for note in notes if note.item_id == "bolt"))
            self.suppliers[who] = self.suppliers[who].when(confirmation)

    def reach(self, day: str) -> None:
        """Until 00:00 of a day, with what is due by then."""
        for who in self.suppliers:
            for row in replay(incentive_due.TODO, list(_enveloped(self.suppliers[who].facts))).values():
                if row.due_on is not None and row.due_on <= date.fromisoformat(day):
                    self._pass_on(who, self.suppliers[who].when(incentive_due.start_or_expire(row)))

    @property
    def divided(self) -> OrderSharesChanged:
        return self.item.state.divided

    @property
    def shares(self) -> str:
        """By the letters of the suppliers."""
        of = {each.supplier_id: each.share_percent for each in self.divided.sources}
        return " / ".join(f"{of.get(who, D(0)).normalize():f}" for who in sorted(self.suppliers))


def _enveloped(facts):
    return ((event, envelope(n)) for n, event in enumerate(facts, start=1))


def day(text: str) -> date:
    return date.fromisoformat(text)


def reward(who: str = "B", **fields) -> GrantReward:
    return GrantReward(who, "RW-1", "larger_share", "it helped us out", day("2025-04-01"), **fields)


def penalty(who: str = "B", kind="smaller_share", **fields) -> ChargePenalty:
    return ChargePenalty(who, "PN-1", kind, "late again", day("2025-04-01"), **fields)


def stop(who: str = "A", **fields) -> ChargePenalty:
    return penalty(who, "orders_stopped", **fields)


def end(who: str, incentive_id: str, on: str) -> EndIncentive:
    return EndIncentive(who, incentive_id, day(on), "li.na", "it keeps its word again")


# --- the page's examples


def test_reward_of_ten_runs_from_april_to_june_and_then_the_table_holds_again():
    item = Item("ABC")
    assert item.shares == "60 / 30 / 10"
    granted = item.do(reward()).one(RewardGranted)
    assert (granted.points, granted.starts_on, granted.ends_on) == (10, day("2025-04-01"), day("2025-06-30"))
    assert item.shares == "51.43 / 40 / 8.57"
    [adjustment] = item.divided.adjustments
    assert (adjustment.supplier_id, adjustment.points, adjustment.incentive_id) == ("B", D("10.00"), "RW-1")
    assert adjustment.ends_on == day("2025-06-30")
    item.reach("2025-06-30")
    assert item.shares == "51.43 / 40 / 8.57"
    item.reach("2025-07-01")
    assert (item.shares, item.divided.adjustments) == ("60 / 30 / 10", ())
    ended = _last(item, "B", IncentiveEnded)
    assert (ended.because, ended.ended_on, ended.kind) == ("expired", day("2025-07-01"), "larger_share")
    assert (item.divided.changed_on, item.divided.because) == (
        day("2025-07-01"),
        "B: Incentive RW-1 ran until 2025-06-30.",
    )
    item.reach("2025-08-01")
    assert item.shares == "60 / 30 / 10"


def test_penalty_of_ten_goes_to_the_other_source():
    item = Item("AB")
    item.do(penalty())
    assert item.shares == "80 / 20"
    assert [(each.supplier_id, each.points) for each in item.divided.adjustments] == [("B", D("-10.00"))]


def test_stopped_orders_go_to_the_other_source_until_they_are_restored():
    item = Item("AB")
    told = item.do(stop()).one(SourceStandingChanged)
    assert (told.orders_stopped, told.may_supply, told.share_points) == (True, False, 0)
    assert (item.shares, item.divided.pattern, item.divided.is_sole_source) == ("0 / 100", "B", True)
    item.reach("2026-04-01")
    assert item.shares == "0 / 100"
    ended = item.do(end("A", "PN-1", "2025-05-05")).one(IncentiveEnded)
    assert (ended.because, ended.by, ended.reason) == ("withdrawn", "li.na", "it keeps its word again")
    assert (item.shares, item.divided.is_sole_source) == ("70 / 30", False)


def test_stopped_not_alone_by_hand_a_sole_source_is_not_stopped_unless_that_is_accepted():
    item = Item("A")
    alone = stop(left_without=("bolt",))
    item.suppliers["A"].when(alone).then_refused(
        NoSourceLeft, "Item bolt would have no source left; say accept_no_source to stop all the same."
    )
    item.do(replace(alone, accept_no_source=True))
    assert (item.shares, item.divided.no_source_left, item.divided.action) == ("0", True, "emergency_sourcing")


def test_improved_but_still_d_the_stop_ends_and_the_grades_0_stays_until_the_next_grade():
    item = Item("A", "2025-02")
    item.suppliers["D"] = GivenSupplier(DECIDER, item.book, ())
    item.graded("D", "2025-03", "D")
    charged = _last(item, "D", PenaltyCharged)
    assert (charged.kind, charged.starts_on, charged.ends_on) == ("orders_stopped", day("2025-04-01"), None)
    assert item.shares == "100 / 0"
    accepted = item.do(RecordImprovement("D", "2025-03", day("2025-04-08"), "zhao", "the measures are sound"))
    ended = accepted.one(IncentiveEnded)
    assert (ended.because, ended.ended_on, ended.incentive_id) == ("improved", day("2025-04-08"), "PN-D-2025-03")
    assert item.shares == "100 / 0"
    item.graded("D", "2025-04", "B")
    assert item.shares == "70 / 30"


def _last(item: Item, who: str, kind):
    return [event for event in item.suppliers[who].facts if isinstance(event, kind)][-1]


# --- how it starts and ends


def test_a_reward_for_a_later_day_waits_for_it():
    item = Item("AB")
    item.do(reward(starts_on=day("2025-05-15"), months=1, points=D(5)))
    assert item.shares == "70 / 30"
    item.reach("2025-05-14")
    assert item.shares == "70 / 30"
    item.reach("2025-05-15")
    assert _last(item, "B", IncentiveStarted).started_on == day("2025-05-15")
    assert item.shares == "65 / 35"
    item.reach("2025-06-14")
    assert item.shares == "65 / 35"
    item.reach("2025-06-15")
    assert item.shares == "70 / 30"


def test_one_that_was_ended_before_it_started_never_takes_effect():
    item = Item("AB")
    item.do(reward(starts_on=day("2025-05-15")))
    item.do(end("B", "RW-1", "2025-05-01"))
    item.reach("2025-09-01")
    assert item.shares == "70 / 30"


@pytest.mark.parametrize(
    ("starts_on", "months", "expected"),
    [
        ("2025-04-01", 3, "2025-06-30"), ("2025-01-31", 1, "2025-02-28"), ("2024-01-30", 1, "2024-02-29"),
        ("2025-03-31", 1, "2025-04-30"), ("2025-05-15", 1, "2025-06-14"), ("2024-11-15", 3, "2025-02-14"),
    ],
)  # fmt: skip
def test_the_last_day_is_the_one_before_the_same_day_some_months_later(starts_on, months, expected):
    assert last_day(day(starts_on), months) == day(expected)


def test_what_is_not_running_cannot_be_ended():
    item = Item("AB")
    known = item.do(reward())
    known.when(end("B", "RW-9", "2025-05-05")).then_refused(IncentiveNotRunning, "Incentive RW-9 is not running.")
    over = known.when(end("B", "RW-1", "2025-05-05"))
    over.when(end("B", "RW-1", "2025-05-06")).then_refused(IncentiveNotRunning, "Incentive RW-1 is not running.")
    money = known.when(GrantReward("B", "RW-2", "money", "a good year", day("2025-04-01"), D(100), "CNY"))
    money.when(end("B", "RW-2", "2025-05-06")).then_refused(IncentiveNotRunning, "RW-2")


def test_a_stop_ends_when_its_period_is_restated_to_better_than_d():
    item = Item("AB")
    item.suppliers["D"] = GivenSupplier(DECIDER, item.book, ())
    item.graded("D", "2025-03", "D")
    more = [
        replace(each, delivery=each.delivery.model_copy(update={"supplier_id": "D", "delivery_id": f"late-{n}"}))
        for n, each in enumerate(deliveries(60, "2025-03-11"))
    ]
    restated = item.do(*more)
    assert restated.one(IncentiveEnded).because == "restated"
    assert item.divided.pattern == "ABB"


def test_a_stop_stays_where_the_policy_leaves_it_to_a_person():
    item = Item("A", "2025-02", under=(SupplierIncentives(stop_ends_with_improvement=False),))
    item.suppliers["D"] = GivenSupplier(DECIDER, item.book, ())
    item.graded("D", "2025-03", "D")
    accepted = item.do(RecordImprovement("D", "2025-03", day("2025-04-08"), "zhao", "sound"))
    assert not accepted.all_of(IncentiveEnded)
    item.graded("D", "2025-04", "B")
    assert item.shares == "100 / 0"


def test_a_preferred_source_gets_a_larger_share_of_its_items_for_three_months():
    item = Item("AB", "2025-01")
    for period in ("2025-02", "2025-03"):
        item.graded("A", period, "A")
    granted = _last(item, "A", RewardGranted)
    assert (granted.kind, granted.points, granted.ends_on) == ("preferred_source", 10, day("2025-06-30"))
    assert item.shares == "80 / 20"
    item.reach("2025-07-01")
    assert item.shares == "70 / 30"


def test_a_preferred_source_keeps_its_share_where_the_policy_says_so():
    item = Item("AB", "2025-01", under=(SupplierIncentives(preferred_larger_share=False),))
    for period in ("2025-02", "2025-03"):
        item.graded("A", period, "A")
    assert (_last(item, "A", RewardGranted).starts_on, item.shares) == (None, "70 / 30")


def test_a_c_costs_points_where_the_policy_has_some():
    assert Item("AC").shares == "80 / 20"
    item = Item("AC", under=(SupplierIncentives(penalty_c_points=D(5)),))
    charged = _last(item, "C", PenaltyCharged)
    assert (charged.kind, charged.points, charged.period) == ("smaller_share", 5, "2025-03")
    assert item.shares == "85 / 15"


def test_an_improvement_that_is_missed_ends_nothing():
    item = Item("A", "2025-02")
    item.suppliers["D"] = GivenSupplier(DECIDER, item.book, ())
    item.graded("D", "2025-03", "D")
    assert not item.do(JudgeImprovement("D", "2025-03")).all_of(IncentiveEnded)


# --- which items, and what is refused


def test_a_penalty_of_one_item_leaves_the_others_alone():
    item = Item("AB")
    item.do(NameSource("B", "nut", day("2025-04-01"), "a second item"))
    changed = item.do(penalty(item_ids=("nut",))).all_of(SourceStandingChanged)
    assert [(each.item_ids, each.share_points) for each in changed] == [(("nut",), -10)]
    assert item.shares == "70 / 30"
    item.suppliers["B"].when(replace(penalty(), penalty_id="PN-2", item_ids=("gear",))).then_refused(
        NotItsItem, "Supplier B is not a source of item gear."
    )


def test_items_with_the_same_rewards_are_notified_by_one_event():
    item = Item("AB")
    item.do(NameSource("B", "nut", day("2025-04-01"), "a second item"))
    item.do(penalty(item_ids=("nut",)))
    changed = item.do(reward()).all_of(SourceStandingChanged)
    assert sorted((each.item_ids, each.share_points) for each in changed) == [(("bolt",), 10), (("nut",), 0)]
    item.graded("B", "2025-04", "A")
    last = [each for each in item.suppliers["B"].facts if isinstance(each, SourceStandingChanged)][-2:]
    assert {(each.item_ids, each.share_points) for each in last} == {(("bolt",), 10), (("nut",), 0)}


def test_a_supplier_that_may_not_get_orders_gets_no_larger_share():
    item = Item("AB")
    sentence = "Supplier B may not get orders now; a larger share would have no effect."
    item.suppliers["B"].when(stop("B")).when(reward()).then_refused(NoOrdersNow, sentence)
    adopted = item.suppliers["B"].when(
        AdoptSupplier("B", OnboardingFile(name="B"), day("2025-04-01"), "li", "traded for years")
    )
    adopted.when(SuspendSupplier("B", day("2025-04-02"), "a fire")).when(reward()).then_refused(NoOrdersNow, sentence)
    rated = adopted.when(RatePartner("B", "D", "it pays late", day("2025-04-02")))
    rated.when(reward()).then_refused(NoLargerShare, "It is rated D; it gets no larger share.")


def test_a_reward_has_no_effect_while_the_partner_is_rated_d():
    item = Item("AB")
    item.do(AdoptSupplier("B", OnboardingFile(name="B"), day("2025-04-01"), "li", "traded for years"))
    item.do(reward())
    assert item.shares == "60 / 40"
    item.do(RatePartner("B", "D", "it pays late", day("2025-04-02")))
    assert item.shares == "80 / 20", "a D gets a fifth at most"
    item.do(RatePartner("B", "C", "it pays", day("2025-05-02")))
    assert item.shares == "60 / 40"


def test_a_penalty_that_was_recorded_before_penalties_took_effect_changes_nothing():
    old = PenaltyCharged(
        supplier_id="B",
        penalty_id="PN-0",
        kind="orders_stopped",
        period="2025-02",
        because="D",
        charged_on=day("2025-03-01"),
    )
    item = Item("AB")
    known = GivenSupplier(DECIDER, item.book, (*item.suppliers["B"].facts, old))
    assert not known.state.incentives.running
    again = known.when(ChargePenalty("B", "PN-9", "smaller_share", "late", day("2025-04-01")))
    again.when(ChargePenalty("B", "PN-9", "smaller_share", "late", day("2025-04-01"))).then()
    by_hand = old.model_copy(update={"period": None, "because": "late again", "penalty_id": "PN-1"})
    GivenSupplier(DECIDER, item.book, (*known.facts, by_hand)).when(
        ChargePenalty("B", "PN-1", "orders_stopped", "late again", day("2025-03-01"))
    ).then()


@pytest.mark.parametrize(
    ("body", "fields", "words"),
    [
        (RewardBody, {"kind": "money", "points": D(5)}, "money does not use points"),
        (PenaltyBody, {"kind": "money", "starts_on": "2025-05-01"}, "money does not use starts_on"),
        (PenaltyBody, {"kind": "orders_stopped", "months": 2}, "orders_stopped does not use months"),
        (
            RewardBody,
            {"kind": "larger_share", "starts_on": "2025-03-31"},
            "it starts on 2025-03-31, before it was decided",
        ),
        (RewardBody, {"kind": "larger_share", "points": D(0)}, "greater than 0"),
    ],
)
def test_what_a_reward_or_penalty_does_not_have_is_refused(body, fields, words):
    ids = (
        {"reward_id": "X-1", "granted_on": "2025-04-01"}
        if body is RewardBody
        else {"penalty_id": "X-1", "charged_on": "2025-04-01"}
    )
    with pytest.raises(ValidationError, match=words):
        body.model_validate({**ids, "because": "for a test", **fields}, strict=False)


# --- what is shown


def test_a_settlement_shows_its_state_and_an_allocation_its_adjustments():
    item = Item("AB")
    item.do(reward())
    rows = replay(settlement.MODEL, list(_enveloped(item.suppliers["B"].facts)))
    row = rows[("B", "RW-1")]
    assert (row.effect_status, row.points, row.starts_on, row.ends_on) == (
        "running",
        10,
        day("2025-04-01"),
        day("2025-06-30"),
    )
    [allocation] = replay(item_share.MODEL, list(_enveloped(item.item.facts))).values()
    assert allocation.adjustments == [
        {"supplier_id": "B", "points": "10.00", "incentive_id": "RW-1", "ends_on": "2025-06-30"}
    ]
    item.reach("2025-07-01")
    row = replay(settlement.MODEL, list(_enveloped(item.suppliers["B"].facts)))[("B", "RW-1")]
    assert (row.effect_status, row.ended_on, row.ended_because) == ("ended", day("2025-07-01"), "expired")


# --- laws

POLICY = OrderSharing()
POINTS = st.decimals(-60, 60, places=2).filter(lambda points: abs(points) >= 1)
EFFECTS = st.lists(st.tuples(st.integers(1, 4), POINTS), max_size=3)
SOURCE = st.tuples(
    st.sampled_from("ABCD"), st.integers(0, 3), st.sampled_from([100, 100, 10, 20, 35, 60]), EFFECTS, st.booleans()
)
SOURCES = st.lists(SOURCE, min_size=1, max_size=5)


def effect(incentive_id: str, points: Decimal, on: int = 1) -> ShareEffect:
    return ShareEffect(incentive_id=incentive_id, points=points, starts_on=date(2025, 4, on))


def sources(drawn) -> list[Source]:
    return [
        Source(
            f"S-{n}", grade, D(merit), D(cap),
            effects=tuple(effect(f"S-{n}-{k}", points, on) for k, (on, points) in enumerate(effects)),
            is_stopped=is_stopped and n == 2,
        )
        for n, (grade, merit, cap, effects, is_stopped) in enumerate(drawn)
    ]  # fmt: skip


@settings(max_examples=100, deadline=None)
@for_all(SOURCES)
def test_shares_sum_to_100_under_any_mix_of_effects_and_their_ends(drawn):
    remaining = sources(drawn)
    while True:
        division = divide(remaining, POLICY)
        assert sum(division.shares.values()) == (100 if division.counted else 0)
        assert all(share >= 0 for share in division.shares.values())
        running = [n for n, each in enumerate(remaining) if each.effects]
        if not running:
            break
        remaining[running[0]] = replace(remaining[running[0]], effects=remaining[running[0]].effects[1:])


@settings(max_examples=100, deadline=None)
@for_all(SOURCES)
def test_nobody_is_above_its_maximum_while_the_others_can_take_the_rest(drawn):
    of = sources(drawn)
    division = divide(of, POLICY)
    counted = [each for each in of if each.grade != "D" and not each.is_stopped]
    if sum(each.share_max_percent for each in counted) >= 100:
        without = divide([replace(each, effects=()) for each in of], POLICY).shares
        assert all(
            division.shares[each.supplier_id] <= max(each.share_max_percent, without[each.supplier_id])
            for each in counted
        )


@settings(max_examples=200, deadline=None)
@for_all(SOURCES, st.integers(0, 4), st.integers(0, 2))
def test_a_penalised_source_never_has_more_than_without_the_penalty(drawn, who, which):
    of = sources(drawn)
    who %= len(of)
    effects = of[who].effects
    if effects and effects[which % len(effects)].points < 0:
        lifted = effects[which % len(effects)]
        without = [*of]
        without[who] = replace(of[who], effects=tuple(each for each in effects if each != lifted))
        assert divide(of, POLICY).shares[f"S-{who}"] <= divide(without, POLICY).shares[f"S-{who}"]


def test_a_penalty_that_the_others_have_no_room_for_stays_and_is_interim():
    of = [
        Source(
            "S-0",
            "B",
            D(90),
            D(100),
            effects=(ShareEffect(incentive_id="PN-1", points=D(-30), starts_on=day("2025-04-01")),),
        ),
        Source("S-1", "A", D(90), D(20)),
    ]
    division = divide(of, POLICY)
    assert (division.shares, division.is_interim) == ({"S-0": D(80), "S-1": D(20)}, True)
    assert division.adjustments[0].points == 0


def test_a_source_that_is_alone_keeps_all():
    alone = Source(
        "S-0", "A", D(90), effects=(ShareEffect(incentive_id="PN-1", points=D(-30), starts_on=day("2025-04-01")),)
    )
    assert divide([alone], POLICY).shares == {"S-0": 100}
