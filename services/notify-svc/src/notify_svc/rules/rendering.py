"""Jinja2 in a sandbox: how the sources of a text become subject and body, where a name that the event does not have is an error."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from chassis.calendar import add_months, month_end
from contracts import currencies

BODY_BYTES_MAX = 65_536
SUBJECT_BYTES_MAX = 2_000


class TextTooLong(ValueError):
    """A template made more text than a notice may have."""


class TextNotStorable(ValueError):
    """A template made characters that are no text: NUL, or half of a surrogate pair."""


@dataclass(frozen=True, slots=True)
class Rendered:
    subject: str
    body: str


def rendered_text(subject: str, body: str, facts: Mapping[str, Any], cut: bool = False) -> Rendered:
    """Both sources rendered. Raises TextTooLong (unless it is to be ``cut``), TextNotStorable, or whatever the template does."""
    # A subject is one line: what comes from an event must not start a new mail header.
    line = " ".join(_text(subject, facts, "subject", SUBJECT_BYTES_MAX, cut).split())
    return Rendered(line, _text(body, facts, "body", BODY_BYTES_MAX, cut).strip())


def _text(source: str, facts: Mapping[str, Any], name: str, most: int, cut: bool) -> str:
    parts, size = [], 0
    for part in _compiled(source).generate(facts):
        try:
            size += len(part.encode())
        except UnicodeEncodeError as error:
            raise TextNotStorable(f"its {name} has half of a surrogate pair, which is no character") from error
        parts.append(part)
        if size > most and not cut:
            raise TextTooLong(f"its {name} is longer than {most:,} bytes")
        if size > most:
            return "".join(parts).encode()[: most - 3].decode("utf-8", "ignore") + "…"
    text = "".join(parts)
    if "\x00" in text:
        raise TextNotStorable(f"its {name} has the character U+0000, which cannot be stored")
    return text


def names_in(source: str) -> set[str]:
    """Every name that a source speaks of, of variables and of what is within them; none of one that is no template."""
    try:
        found = _SANDBOX.parse(source).find_all((nodes.Name, nodes.Getattr, nodes.Getitem))
        return {name for each in found if (name := _named(each)) is not None}
    except (TemplateSyntaxError, RecursionError):
        return set()


def _named(node: nodes.Node) -> str | None:
    match node:
        case nodes.Name(name=name) | nodes.Getattr(attr=name) | nodes.Getitem(arg=nodes.Const(value=str() as name)):
            return str(name)
        case _:
            return None


def number(value: str | int | Decimal) -> str:
    """``12000.5`` → ``12,000.50``; ``12000`` → ``12,000``: two places or none, thousands apart."""
    rounded = Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{rounded:,.0f}" if rounded == rounded.to_integral_value() else f"{rounded:,.2f}"


def money(value: str | int | Decimal, currency: str) -> str:
    """``1234.5`` of EUR → ``1,234.50 EUR``, ``1234.567`` of BHD → ``1,234.567 BHD``: an amount in the places of its currency."""
    return currencies.money(Decimal(value), currency)


def figure(value: str | int | Decimal, currency: str) -> str:
    """As ``money``, without the currency's name."""
    return currencies.figure(Decimal(value), currency)


def next_day_of_month(after: str, day: int) -> str:
    """The first such day after an ISO date (10 after 2024-02-01: 2024-02-10); a shorter month has its last day instead."""
    start = date.fromisoformat(after)
    this_month = _day_in_month_of(start, day)
    return (this_month if this_month > start else _day_in_month_of(add_months(start, 1), day)).isoformat()


def moment(instant: str) -> str:
    """``2024-02-01T10:00:00Z`` → ``2024-02-01 10:00 UTC``: an instant for people."""
    at = datetime.fromisoformat(instant)
    try:
        at = at.astimezone(UTC)
    except OverflowError:  # year 1 east of Greenwich, or year 9999 west of it: an older log has such instants
        at = at.replace(tzinfo=UTC)
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _day_in_month_of(any_day: date, day: int) -> date:
    end = month_end(any_day)
    return end.replace(day=min(day, end.day))


_SANDBOX = ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
_SANDBOX.filters.update(number=number, money=money, figure=figure, next_day_of_month=next_day_of_month, moment=moment)


@lru_cache(maxsize=512)
def _compiled(source: str) -> Template:
    return _SANDBOX.from_string(source)
