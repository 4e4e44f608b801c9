"""What comes again under an id that is on record: the same contents change nothing, other contents are never dropped without a word."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from chassis.domain import Refusal

Contents = Mapping[str, Any]
"""Field → value."""


class ReportedOtherwise(Refusal):
    """{what} is on record with other contents: {differences}. Send what was meant under an id of its own, or correct the record."""


def check_same(what: str, on_record: Contents, now: Contents) -> None:
    """Raises ReportedOtherwise, with the difference in words, where a field of both is not the same."""
    if words := differences(on_record, now):
        raise ReportedOtherwise(what=what, differences=words)


def differences(on_record: Contents, now: Contents) -> str:
    """``promised on 2024-05-12, before 2024-05-10; …``: the fields of both that differ; empty where none does."""
    return "; ".join(
        f"{name.replace('_', ' ')} {_written(now[name])}, before {_written(on_record[name])}"
        for name in on_record
        if name in now and on_record[name] != now[name]
    )


def _written(value: Any) -> str:
    if value is None or value == "":
        return "not named"
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_written(each)}" for name, each in value.items()) or "none"
    return ", ".join(_written(each) for each in value) or "none" if isinstance(value, tuple | list) else str(value)
