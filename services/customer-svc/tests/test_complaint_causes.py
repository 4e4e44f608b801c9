"""The cause of a complaint comes back from the supplier; it is handed over to one that handles it itself."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from chassis.policies import PolicyBook
from chassis.testing import Given, envelope, replay
from contracts import Event, customer, supplier
from contracts.customer import (
    ComplaintActionFollowed,
    ComplaintCauseReported,
    ComplaintClosed,
    ComplaintHandedToSupplier,
    ComplaintTraced,
    ComplaintTraceWithdrawn,
)
from contracts.supplier import DisciplineDone, DisciplineDue
from customer_svc.complaints import DECIDER
from customer_svc.complaints.call_back import CallBack
from customer_svc.complaints.causes import (
    DueBeforeHandover,
    FollowAction,
    HandedAlready,
    HandOver,
    NotForSupplier,
    TakeAnswer,
)
from customer_svc.complaints.complaint import ComplaintUnknown, OpenComplaint, Trace
from customer_svc.complaints.supplier_reactions import REACTIONS
from customer_svc.complaints.work import Resolve
from customer_svc.read_models import complaint
from customer_svc.service import SERVICE
from customer_svc.timers import complaint_clock_due

BOOK = PolicyBook.of(SERVICE.policies)
OPENED = datetime(2025, 3, 3, 1, tzinfo=UTC)
THIRD, FIFTH, TWENTIETH, END = date(2025, 3, 3), date(2025, 3, 5), date(2025, 3, 20), date(2025, 5, 30)
STEPS: tuple[Any, ...] = (
    "team", "problem", "containment", "cause", "action", "verification", "prevention", "closure",
)  # fmt: skip
DUE = tuple(DisciplineDue(step=step, due_on=date(2025, 3, 4 + n)) for n, step in enumerate(STEPS))


def opened(topic: Any = "product_quality", severity: Any = "general") -> OpenComplaint:
    return OpenComplaint("X-1", "C-1", topic, severity, "It leaks.", "li", None, None, OPENED)


def trace(supplier_id: str = "S-1", lot_id: str = "L-1") -> Trace:
    return Trace(
        ComplaintTraced(
            complaint_id="X-1", customer_id="C-1", supplier_id=supplier_id, item_id="bolt", lot_id=lot_id,
            severity="minor", quantity=Decimal(5), code="crack", description="a crack", traced_on=THIRD,
        )
    )  # fmt: skip


def traced(*more: Any) -> Given:
    known = Given(DECIDER, BOOK, ())
    for command in (opened(), trace(), *more):
        known = known.when(command)
    return known


def hears(known: Given, *events: Event) -> Given:
    """What the reactions to events of supplier-svc command, one after the other; the outcome is all that follows."""
    outcome: list[Event] = []
    for event in events:
        commands = REACTIONS[type(event)](event, envelope(), BOOK)
        for command in commands if isinstance(commands, Sequence) else [commands]:
            known = known.when(command)
            assert isinstance(known.outcome, Sequence), known.outcome
            outcome += known.outcome
    return Given(known.decider, known.book, known.facts, tuple(outcome))


def action_opened(supplier_id: str = "S-1", **fields: Any) -> supplier.CorrectiveActionOpened:
    return supplier.CorrectiveActionOpened(
        supplier_id=supplier_id, action_id="CA-X-1", cause="nonconformance", reference="X-1", summary="traced",
        opened_on=THIRD, steps=DUE, policy_version=1, **{"complaint_ids": ("X-1",), **fields},
    )  # fmt: skip


def step(name: Any, on: date, statement: str = "", supplier_id: str = "S-1") -> supplier.CorrectiveActionStepDone:
    following = DUE[STEPS.index(name) + 1] if name != "closure" else None
    return supplier.CorrectiveActionStepDone(
        supplier_id=supplier_id, action_id="CA-X-1", step=name, done_on=on, done_by="wang", evidence="inside only",
        next_step=following.step if following else None, next_due_on=following.due_on if following else None,
        complaint_ids=("X-1",), statement=statement,
    )  # fmt: skip


def closed(outcome: Any = "done", on: date = END, supplier_id: str = "S-1") -> supplier.CorrectiveActionClosed:
    return supplier.CorrectiveActionClosed(
        supplier_id=supplier_id, action_id="CA-X-1", outcome=outcome, closed_on=on, because="as agreed",
        complaint_ids=("X-1",),
    )  # fmt: skip


REFUTED = supplier.ComplaintTraceRefuted(
    supplier_id="S-1", complaint_id="X-1", customer_id="C-1", because="It was not its lot.", refuted_on=TWENTIETH
)
WHOLE = (
    action_opened(),
    step("team", THIRD),
    step("problem", THIRD),
    step("containment", FIFTH, "The lot is blocked."),
    step("cause", TWENTIETH, "A worn die."),
    step("action", TWENTIETH, "The die is changed."),
    *(step(name, END, f"{name}.") for name in STEPS[5:]),
    closed(),
)


def reports(known: Given) -> list[ComplaintCauseReported]:
    return [event for event in known.outcome if isinstance(event, ComplaintCauseReported)]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("cause", "action", "told"),
    [
        ("A worn die", "The die is changed", "A worn die. The die is changed"),
        ("A worn die. ", "The die is changed.", "A worn die. The die is changed."),
        ("模具磨损。", "模具已更换。", "模具磨损。 模具已更换。"),
        ("", "The die is changed", "The die is changed"),
        ("A worn die", " ", "A worn die"),
    ],
)
def test_cause_and_action_are_told_as_two_sentences_whoever_left_out_the_stop(cause: str, action: str, told: str):
    known = hears(traced(), action_opened(), step("cause", TWENTIETH, cause), step("action", TWENTIETH, action))
    assert [each.text for each in reports(known)] == [told]


def test_loop_closes_with_three_reports_of_which_the_last_is_final():
    known = hears(traced(), *WHOLE)
    assert [(each.step, each.reported_on, each.text, each.is_final) for each in reports(known)] == [
        ("containment", FIFTH, "The lot is blocked.", False),
        ("action", TWENTIETH, "A worn die. The die is changed.", False),
        ("closure", END, "closure.", True),
    ]
    assert [each.due_on for each in reports(known)] == [DUE[3].due_on, DUE[5].due_on, None]
    assert {each.owner_id for each in reports(known)} == {"li"}
    assert "inside only" not in str(known.facts)


def test_what_comes_again_changes_nothing_and_none_of_it_moves_a_clock():
    known = hears(traced(), *WHOLE)
    assert not hears(known, *WHOLE).outcome
    assert known.state.clocks == traced().state.clocks
    assert replay(complaint_clock_due.TODO, known.facts) == replay(complaint_clock_due.TODO, traced().facts)


def test_a_closed_complaint_still_hears_of_its_cause():
    work = [
        Resolve("X-1", "replaced", OPENED, "li"),
        CallBack("X-1", True, "", datetime(2025, 3, 4, 9, tzinfo=UTC), "li"),
    ]
    known = traced(*work)
    assert any(isinstance(event, ComplaintClosed) for event in known.facts)
    assert len(reports(hears(known, *WHOLE))) == 3


def test_without_a_statement_the_report_says_what_was_done_and_when():
    silent = [event.model_copy(update={"statement": ""}) if hasattr(event, "statement") else event for event in WHOLE]
    assert [each.text for each in reports(hears(traced(), *silent))] == [
        "The defect is contained since 2025-03-05.",
        "The cause was found and acted upon by 2025-03-20.",
        "The corrective action was closed on 2025-05-30.",
    ]


def test_who_joins_later_is_told_what_is_done_already_and_then_the_rest():
    joined = supplier.ComplaintJoinedAction(
        supplier_id="S-1", action_id="CA-X-0", complaint_id="X-1", joined_on=date(2025, 3, 10), next_step="cause",
        next_due_on=DUE[3].due_on, done=(DisciplineDone(step="containment", done_on=FIFTH, statement="Blocked."),),
    )  # fmt: skip
    known = hears(traced(), joined)
    assert [(each.step, each.text) for each in reports(known)] == [("containment", "Blocked.")]
    assert not hears(known, joined).outcome


def test_the_report_is_final_when_nothing_is_owed_by_another_supplier_either():
    known = hears(traced(trace("S-2", "L-9")), action_opened(), action_opened("S-2"), closed())
    assert [each.is_final for each in reports(known)] == [False]
    assert [each.is_final for each in reports(hears(known, closed(supplier_id="S-2")))] == [True]


def test_refuted_withdraws_the_trace_once_and_names_the_owner():
    known = hears(traced(), action_opened(), REFUTED)
    withdrawn = known.one(ComplaintTraceWithdrawn)
    assert (withdrawn.owner_id, withdrawn.because) == ("li", "It was not its lot.")
    assert not hears(known, REFUTED).outcome
    row = replay(complaint.MODEL, known.facts)[("X-1",)]
    assert (row.traces[0]["withdrawn_because"], row.actions[0]["status"]) == ("It was not its lot.", "withdrawn")


def test_a_supplier_that_answers_for_it_again_is_followed_again():
    known = hears(traced(), action_opened(), REFUTED, step("team", END))
    assert (known.state.causes.withdrawn, known.state.causes.owed()) == (frozenset(), {("S-1", "CA-X-1")})
    row = replay(complaint.MODEL, known.facts)[("X-1",)]
    assert "withdrawn_on" not in row.traces[0]
    assert hears(known, REFUTED).one(ComplaintTraceWithdrawn)


def test_a_withdrawn_action_is_reported_as_that():
    [report] = reports(hears(traced(), action_opened(), closed("withdrawn", TWENTIETH)))
    assert (report.step, report.text, report.is_final) == ("withdrawn", "as agreed", True)


def test_a_complaint_that_nobody_knows_is_refused_and_so_parked():
    unknown = Given(DECIDER, BOOK, ()).when(FollowAction("X-9", "S-1", "CA-X-9", (), None, None))
    unknown.then_refused(ComplaintUnknown, "There is no complaint X-9")


def test_an_action_about_no_complaint_is_not_of_interest():
    event = action_opened(complaint_ids=())
    assert REACTIONS[type(event)](event, envelope(), BOOK) == []


def test_the_row_shows_supplier_lot_and_the_steps_done_and_due():
    row = replay(complaint.MODEL, hears(traced(), *WHOLE[:4]).facts)[("X-1",)]
    assert (row.traces[0]["supplier_id"], row.traces[0]["lot_id"]) == ("S-1", "L-1")
    [action] = row.actions
    assert [each["step"] for each in action["done"]] == ["team", "problem", "containment"]
    assert (action["status"], action["next_step"], action["next_due_on"]) == ("open", "cause", "2025-03-07")
    row = replay(complaint.MODEL, hears(traced(), *WHOLE).facts)[("X-1",)]
    assert (row.actions[0]["status"], row.actions[0]["next_step"], len(row.reports)) == ("done", None, 3)


# --- handed over


def hand_over(due_on: date = TWENTIETH, supplier_id: str = "S-1") -> HandOver:
    return HandOver("X-1", supplier_id, due_on, FIFTH, "li")


def test_a_traced_complaint_is_handed_over_and_the_answer_is_reported():
    known = traced(hand_over())
    handed = known.one(ComplaintHandedToSupplier)
    assert (handed.lot_id, handed.due_on, handed.owner_id, handed.by) == ("L-1", TWENTIETH, "li", "li")
    known.when(hand_over()).then()
    known.when(hand_over(END)).then_refused(HandedAlready, "handed to S-1 already, to be answered by 2025-03-20")
    answer = TakeAnswer("X-1", "S-1", "We replaced it.", date(2025, 3, 7))
    answered = known.when(answer)
    report = answered.one(ComplaintCauseReported)
    assert (report.step, report.action_id, report.text, report.is_final) == ("handover", None, "We replaced it.", True)
    answered.when(answer).then()
    row = replay(complaint.MODEL, answered.facts)[("X-1",)]
    assert row.handovers == [
        {"supplier_id": "S-1", "handed_on": "2025-03-05", "due_on": "2025-03-20", "answered_on": "2025-03-07"}
    ]


ONLY = "Only a complaint that was traced to a supplier's lot can be handed to it."


@pytest.mark.parametrize(
    "commands",
    [
        (opened(),),
        (opened("transport"), trace()),
        (opened(severity="urgent"), trace()),
        (opened(), trace("S-2")),
    ],
    ids=["not traced", "of transport", "urgent", "traced to another"],
)
def test_another_complaint_is_not_handed_over(commands):
    known = Given(DECIDER, BOOK, ())
    for command in commands:
        known = known.when(command)
    known.when(hand_over()).then_refused(NotForSupplier, ONLY)


def test_nor_one_whose_trace_was_withdrawn_nor_to_be_answered_before():
    hears(traced(), REFUTED).when(hand_over()).then_refused(NotForSupplier, ONLY)
    traced().when(hand_over(THIRD)).then_refused(DueBeforeHandover, "cannot be due on 2025-03-03")


def test_nothing_circulates_between_the_two_services():
    """What supplier-svc listens to is made by people alone, and what it becomes is nothing that it listens to."""
    heard = {customer.ComplaintTraced, customer.ComplaintHandedToSupplier}
    known = hears(traced(hand_over()), *WHOLE, REFUTED)
    assert not heard & {type(event) for event in known.outcome}
    assert {type(event) for event in known.outcome} == {
        ComplaintActionFollowed, ComplaintCauseReported, ComplaintTraceWithdrawn,
    }  # fmt: skip
