"""What comes again under an id that is on record: the same contents change nothing, other contents are never dropped without a word."""

from collections.abc import Mapping

from chassis.differences import difference
from chassis.domain import Refusal

Contents = Mapping[str, object]
"""Field → value."""


class ReportedOtherwise(Refusal):
    """{what} is on record with other contents: {differences}. Send what was meant under an id of its own, or correct the record."""


def check_same(what: str, on_record: Contents, now: Contents) -> None:
    """Raises ReportedOtherwise, with the difference in words, where a field of both is not the same."""
    if words := differences(on_record, now):
        raise ReportedOtherwise(what=what, differences=words)


def differences(on_record: Contents, now: Contents) -> str:
    """``promised_on 2024-05-12 instead of 2024-05-10, …``: of the fields that both have; empty where none differs."""
    names = [name for name in on_record if name in now]
    return difference({name: on_record[name] for name in names}, {name: now[name] for name in names})
