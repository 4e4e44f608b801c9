"""What stands for money in a ledger, by an id that no other system can give to a payment. Pure.

A credit note is allocated like a payment, and what is given up stands beside the money of an invoice. Each of these begins with
a character that no id of another system has, so that a payment ``credit-note:7`` is never credit note 7. Published events say
the same by the plain text and its kind; those of old logs have no kind, and the text alone says it there.
"""

from typing import get_args

from contracts.credit import MoneyKind

OURS = "\x1f"
"""A control character: the contracts accept none in an id."""

DISCOUNT, WRITE_OFF, CREDIT_NOTE = f"{OURS}discount:", f"{OURS}write-off:", f"{OURS}credit-note:"
WAIVER = f"{OURS}waiver:"
"""Before an id, what pays an invoice without being a payment."""

PREFIXES: dict[MoneyKind, str] = {
    "payment": "", "credit_note": CREDIT_NOTE, "discount": DISCOUNT, "write_off": WRITE_OFF, "waiver": WAIVER,
}  # fmt: skip
assert set(PREFIXES) == set(get_args(MoneyKind))


def money_id(published: str, kind: MoneyKind | None) -> str:
    """The id in the ledger of what an event calls ``published``; without a kind, as old logs have it, its text decides."""
    if kind is None:
        ours = f"{OURS}{published}"
        return ours if ours.startswith((DISCOUNT, WRITE_OFF, CREDIT_NOTE, WAIVER)) else published
    return f"{OURS}{published}" if PREFIXES[kind] else published


def published_id(money: str) -> str:
    """What events call it: ``credit-note:7``."""
    return money.removeprefix(OURS)


def kind_of(money: str) -> MoneyKind:
    return next((kind for kind, prefix in PREFIXES.items() if prefix and money.startswith(prefix)), "payment")
