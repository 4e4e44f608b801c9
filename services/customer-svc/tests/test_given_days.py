"""Days that nobody can have meant are refused, whoever names them and in whatever they are named."""

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, get_type_hints

import pytest

from chassis.business_calendar import BusinessCalendar, DayImplausible
from chassis.domain import Decider
from chassis.policies import PolicyBook
from chassis.testing import given
from contracts import Event
from customer_svc.relationship.nine_box import ReviewNineBox
from customer_svc.requests.given_days import GIVEN, admitting
from customer_svc.service import SERVICE

from .test_known_ids import KNOWN

OWN = {
    "EndOverride", "TierCustomer", "TierInShadow", "ExpectTiering", "StartTiering", "CompleteTiering", "LapseFile", "EnterPhase",
    "ReportMeetingDue", "ExpectRound", "CompleteRound", "WarnOfChurn", "NoteOrder", "ReportClock", "ReportFollowUp", "NoteCredit",
    "AccrueRebate", "FollowAction", "EndAction", "WithdrawTrace", "TakeAnswer",
    "ShipLot", "TakeLotBack", "TraceLot", "RemindHolder", "ReportLate",
    "OpenTodo", "WithdrawTodo",
}  # fmt: skip
"""Commands whose days are our own: of timers, of credit-svc, of supplier-svc, or of a fact that is decided in the same unit of work."""
COMMANDS = [command for decider in SERVICE.deciders for command in decider.commands if is_dataclass(command)]


def days_of(value: Any) -> list[str]:
    kinds = get_type_hints(value if isinstance(value, type) else type(value))
    return [name for name, kind in kinds.items() if kind in (date, datetime, date | None, datetime | None)]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.__name__)
def test_every_day_of_a_command_is_given_by_somebody_or_our_own(command: type[Any]) -> None:
    if command.__module__.startswith("chassis") or command.__name__ in OWN:
        assert command not in GIVEN
    else:
        assert set(days_of(command)) == set(GIVEN.get(command, ()))
        assert "fact" in {each.name for each in fields(command)} or days_of(command) or not _names_a_day(command)


def _names_a_day(command: type[Any]) -> bool:
    return command is not ReviewNineBox and any("date" in str(each.type) for each in fields(command))


def with_day(command: Any, field: str, day: date) -> Any:
    value = command.fact if hasattr(command, "fact") else command
    held = getattr(value, field)
    other = datetime(day.year, day.month, day.day, tzinfo=UTC) if isinstance(held, datetime) else day
    if isinstance(value, Event):
        return replace(command, fact=value.model_copy(update={field: other}))
    return replace(command, **{field: other})


CASES = [
    pytest.param(decider, before, command, field, id=f"{what}: {field}")
    for what, (decider, before, command, _) in KNOWN.items()
    for field in days_of(getattr(command, "fact", command))
    if getattr(getattr(command, "fact", command), field) is not None
]


@pytest.mark.parametrize("day", [date(1900, 1, 1), date(1969, 12, 31), date(2100, 1, 1), date(2999, 12, 31)])
@pytest.mark.parametrize(("decider", "before", "command", "field"), CASES)
def test_a_day_before_1970_or_after_2099_is_refused_with_the_field_and_the_range(
    decider: Decider, before: tuple[Any, ...], command: Any, field: str, day: date
) -> None:
    known = given(admitting(decider), policies=SERVICE.policies).when(*before)
    known.when(with_day(command, field, day)).then_refused(
        DayImplausible, f"is {day}, which is not between 1970-01-01 and 2099-12-31"
    )
    assert not isinstance(known.when(command).outcome, Exception)


def test_the_policy_calendar_says_which_days_are_plausible() -> None:
    decider, before, command, _ = KNOWN["an order"]
    book = PolicyBook.of(SERVICE.policies).with_only(BusinessCalendar(plausible_from=date(1950, 1, 1)))
    early = with_day(command, "ordered_on", date(1960, 1, 1))
    assert not isinstance(given(admitting(decider), book=book).when(*before, early).outcome, Exception)


def test_the_service_decides_nothing_whose_days_it_has_not_looked_at() -> None:
    for _, (decider, _, command, _) in KNOWN.items():
        (named,) = [each for each in SERVICE.deciders if each.category == decider.category]
        for field in days_of(getattr(command, "fact", command)):
            with pytest.raises(DayImplausible):
                named.decide(with_day(command, field, date(1969, 1, 1)), named.initial, PolicyBook.of(SERVICE.policies))
