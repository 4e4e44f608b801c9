"""Terms of the law: when they begin, when they end, and who is reminded."""

from datetime import date

import pytest
from pydantic import ValidationError

from chassis.testing import Given, replay
from contracts.credit import (
    CaseClockEnded,
    CaseClockNear,
    CaseClockRanOut,
    CaseClockStarted,
    CaseMilestoneRecorded,
    CollectionCaseClosed,
)
from credit_svc.account.clocks import stop
from credit_svc.account.deadlines import CheckClocks
from credit_svc.account.decision import AccountDecision
from credit_svc.account.milestones import (
    HearingDayNeeded,
    MilestoneOfAnotherWay,
    NothingAppealed,
    NoTrialToExtend,
    TrialExtendedOnce,
)
from credit_svc.account.state import evolve
from credit_svc.policies.collection import Clock, CollectionPolicy, Stage
from credit_svc.policies.legal import LegalTerm, LegalTermsPolicy
from credit_svc.read_models import case_law
from credit_svc.testing import CUSTOMER, all_of, last, payment, under, until
from credit_svc.timers import stage_due

from .courts import (
    CASE,
    FILED_ON,
    TODO,
    award,
    before_court,
    before_tribunal,
    clause,
    clocks,
    judgment,
    milestone,
    overdue,
    review,
    stage,
)
from .test_courts import appeal

TERMS = LegalTermsPolicy()


def day(month: int, of_month: int, year: int = 2024) -> date:
    return date(year, month, of_month)


def filed(on: date = FILED_ON) -> Given:
    return overdue().when(stage("litigation", "filing", on))


def test_set_aside_two_laws() -> None:
    assert TERMS.last_day("set_aside", date(2026, 2, 27)) == date(2026, 8, 27)
    assert TERMS.last_day("set_aside", date(2026, 3, 1)) == date(2026, 6, 1)
    old = before_tribunal().when(award(received_on=date(2026, 2, 27)))
    new = before_tribunal().when(award(received_on=date(2026, 3, 1)))
    assert (clocks(old)["set_aside"], clocks(new)["set_aside"]) == (date(2026, 8, 27), date(2026, 6, 1))
    laws = [last(history, CaseClockStarted) for history in (old, new)]
    assert [each.clock for each in laws] == ["enforcement", "enforcement"]
    assert [e.law for h in (old, new) for e in all_of(h, CaseClockStarted) if e.clock == "set_aside"] == [
        "Arbitration Law of 1994, art. 59", "Arbitration Law of 2025, art. 72",
    ]  # fmt: skip


def test_appeal() -> None:
    history = before_court().when(judgment(served_on=date(2025, 3, 10)))
    assert clocks(history)["appeal"] == date(2025, 3, 25)


def test_trial() -> None:
    history = filed()
    ordinary = history.when(milestone("accepted", date(2025, 3, 31)))
    assert clocks(ordinary)["trial_ordinary"] == date(2025, 9, 30)
    simplified = history.when(milestone("accepted", date(2025, 5, 30), "simplified"))
    assert clocks(simplified)["trial_simplified"] == date(2025, 9, 1), "2025-08-30 is a Saturday"
    assert "trial_ordinary" not in clocks(simplified)


def test_what_the_court_does_in_order_ends_one_term_and_begins_the_next() -> None:
    history = filed()
    assert clocks(history) == {"suit_acceptance": day(2, 12)}
    history = history.when(milestone("accepted", day(2, 8)))
    assert history.one(CaseClockEnded).clock == "suit_acceptance"
    assert {each.clock: each.ends_on for each in all_of(history, CaseClockStarted)[1:]} == {
        "service": day(2, 13), "trial_ordinary": day(8, 8),
    }  # fmt: skip
    history = history.when(milestone("served", day(2, 12)), milestone("answered", day(2, 26)))
    assert (clocks(history)["answer"], clocks(history)["copy"]) == (day(2, 27), day(3, 4))
    history = history.when(milestone("copy_received", day(3, 1)), milestone("hearing_set", day(3, 4), None, day(3, 20)))
    assert clocks(history)["hearing_notice"] == day(3, 17), "three days before the hearing"
    history = history.when(milestone("hearing_notified", day(3, 10)))
    running = history.state.legal.clocks
    assert list(running) == ["trial_ordinary"]
    [row] = replay(case_law.MODEL, history.facts).values()
    assert {each["clock"]: each["status"] for each in row.clocks}["answer"] == "ended"
    assert [each["milestone"] for each in row.milestones][-1] == "hearing_notified"


def test_the_second_stage_says_that_the_case_was_accepted_where_nobody_said_so() -> None:
    history = filed().when(stage("litigation", "preparation", day(2, 8)))
    assert clocks(history)["service"] == day(2, 13)
    noted = filed().when(milestone("accepted", day(2, 7))).when(stage("litigation", "preparation", day(2, 8)))
    assert not [each for each in all_of(noted, CaseClockStarted) if each.begins_on == day(2, 8)]


def test_a_trial_is_extended_once() -> None:
    filed().when(milestone("trial_extended", day(3, 1))).then_refused(NoTrialToExtend)
    history = filed().when(milestone("accepted", day(2, 8))).when(milestone("trial_extended", day(8, 1)))
    assert clocks(history)["trial_extension"] == date(2025, 2, 10), "2025-02-08 is a Saturday"
    history.when(milestone("trial_extended", day(8, 1))).then()
    history.when(milestone("trial_extended", day(9, 1))).then_refused(TrialExtendedOnce)


def test_a_milestone_belongs_to_its_way() -> None:
    filed().when(milestone("set_aside_requested", day(3, 1))).then_refused(
        MilestoneOfAnotherWay, "Case C-1-1 is at filing; nothing is set aside requested there."
    )
    overdue().when(milestone("accepted", day(3, 1))).then_refused(MilestoneOfAnotherWay)
    filed().when(milestone("hearing_set", day(3, 1))).then_refused(HearingDayNeeded)
    filed().when(milestone("accepted", day(3, 1), "second_instance")).then_refused(NothingAppealed)
    filed().when(milestone("accepted", day(2, 8))).when(milestone("accepted", day(2, 8))).then()


def test_the_second_instance_has_three_months() -> None:
    history = before_court().when(judgment(1, "dismissed", 0)).when(appeal(day(2, 9)))
    assert "appeal" not in history.state.legal.clocks
    history = history.when(milestone("accepted", day(2, 20), "second_instance"))
    assert clocks(history)["trial_second_instance"] == day(5, 20)
    second = history.when(judgment(2, "granted", 100, day(5, 6), instance=2))
    assert list(second.state.legal.clocks) == ["enforcement"]


def test_a_decision_about_setting_aside_has_two_months() -> None:
    history = before_tribunal().when(award())
    history = history.when(milestone("set_aside_requested", day(3, 5)))
    assert clocks(history)["set_aside_decision"] == day(5, 6), "2024-05-05 is a Sunday"
    assert set(history.state.legal.clocks) == {"set_aside_decision", "enforcement"}
    assert "set_aside_decision" not in history.when(review(day(4, 2), "rejected")).state.legal.clocks


@pytest.mark.parametrize(
    ("outcome", "awarded", "whose"), [("granted", 100, "theirs"), ("partly", 60, "ours"), ("dismissed", 0, "ours")]
)
def test_it_is_ours_to_contest_what_we_lost(outcome: str, awarded: int, whose: str) -> None:
    history = before_tribunal().when(award(outcome, awarded))  # type: ignore[arg-type]
    [started] = [each for each in all_of(history, CaseClockStarted) if each.clock == "set_aside"]
    assert started.whose == whose


def test_only_terms_of_ours_are_reminded_of_30_and_7_days_before() -> None:
    history = before_tribunal().when(award(perform_by=day(2, 29)))
    assert clocks(history)["enforcement"] == date(2026, 3, 2), "2026-02-28 is a Saturday"
    history = until(date(2026, 3, 3), history, TODO)
    near = [(e.clock, e.reminded_on, e.days_left) for e in all_of(history, CaseClockNear)]
    assert near == [("enforcement", date(2026, 1, 31), 30), ("enforcement", date(2026, 2, 23), 7)]
    assert [(e.clock, e.ran_out_on, e.whose) for e in all_of(history, CaseClockRanOut)] == [
        ("set_aside", day(8, 6), "theirs"), ("enforcement", date(2026, 3, 3), "ours"),
    ]  # fmt: skip
    history.when(CheckClocks(CASE, CUSTOMER, date(2026, 2, 23))).then()


def test_a_term_that_is_recorded_late_is_not_reminded_of_in_the_past() -> None:
    lost = before_court().when(judgment(1, "dismissed", 0, served_on=day(2, 5), on=day(2, 18)))
    assert last(lost, CaseClockStarted).near_on is None
    assert not all_of(until(day(3, 1), lost, TODO), CaseClockNear)


def test_the_end_of_a_case_ends_its_terms_in_silence() -> None:
    history = filed().when(payment(1, 100, day(2, 6), of=1))
    assert history.one(CollectionCaseClosed).cause == "settled"
    assert not history.state.legal.clocks
    assert not all_of(until(day(12, 31), history, TODO), CaseClockRanOut)


def test_the_end_of_a_way_stops_its_terms() -> None:
    history = filed()
    decision = AccountDecision(CUSTOMER, history.state, history.book, evolve)
    stop(decision, CASE, "settled", day(2, 7))
    assert [(e.clock, e.cause) for e in decision.events] == [("suit_acceptance", "settled")]  # type: ignore[attr-defined]
    assert not decision.state.legal.clocks


def test_a_last_day_on_a_holiday_moves_and_an_extra_day_of_work_does_not() -> None:
    book = under(LegalTermsPolicy(holidays=frozenset({day(2, 12), day(2, 13)})))
    assert clocks(overdue(book=book).when(stage("litigation", "filing"))) == {"suit_acceptance": day(2, 14)}
    worked = LegalTermsPolicy(extra_days=frozenset({date(2025, 8, 30)}))
    assert worked.last_day("trial_simplified", date(2025, 5, 30)) == date(2025, 8, 30)
    assert TERMS.last_day("set_aside", date(2025, 8, 31)) == date(2026, 3, 2), "the month's last, a Saturday"


def test_terms_must_name_a_limitation_and_reminders_come_down() -> None:
    with pytest.raises(ValidationError, match="limitation for every day"):
        LegalTermsPolicy(terms=())
    with pytest.raises(ValidationError, match="most first"):
        LegalTermsPolicy(near_days=(7, 30))
    without = tuple(term for term in TERMS.terms if term.name != "appeal")
    assert LegalTermsPolicy(terms=without).last_day("appeal", day(1, 1)) is None
    newer = LegalTerm(name="appeal", after="judgment_served", length=10, unit="day", from_day=day(6, 1), law="new")
    changed = LegalTermsPolicy(terms=(*TERMS.terms, newer))
    assert changed.last_day("appeal", day(5, 31)) == day(6, 17)
    assert changed.last_day("appeal", day(6, 3)) == day(6, 13)


def test_a_stage_with_clocks_of_its_own_has_those_as_before() -> None:
    ways = {
        **CollectionPolicy().ways,
        "litigation": (Stage(name="filing", clocks=(Clock(name="filing", days=7),)), Stage(name="preparation")),
    }
    history = overdue(book=under(CollectionPolicy(ways=ways))).when(stage("litigation", "filing"))
    assert not clocks(history)
    [row] = replay(stage_due.TODO, history.facts).values()
    assert (row.stage, row.due_on) == ("filing", day(2, 13))
    history = until(day(2, 13), history, TODO)
    assert [(e.clock, e.whose) for e in all_of(history, CaseClockRanOut)] == [("filing", None)]
    history = history.when(milestone("accepted", day(2, 14)))
    assert history.one(CaseMilestoneRecorded).milestone == "accepted"
    assert clocks(history)["service"] == day(2, 19)


def test_arbitration_has_five_days_to_accept() -> None:
    history = overdue(clause()).when(stage("arbitration", "application"))
    assert clocks(history) == {"arbitration_acceptance": day(2, 12)}, "2024-02-10 is a Saturday"
    assert not history.when(milestone("accepted", day(2, 9))).state.legal.clocks
