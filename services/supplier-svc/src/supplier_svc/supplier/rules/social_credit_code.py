"""The check character of a unified social credit code 统一社会信用代码. Pure; source: GB 32100-2015."""

CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Digits and capital letters without I, O, S, V and Z; the place of a character is its value."""
LENGTH = 18
_WEIGHTS = tuple(pow(3, place, len(CHARACTERS)) for place in range(LENGTH - 1))


def stranger_in(number: str) -> str | None:
    """The first character that cannot stand in a code; None where each can."""
    return next((each for each in number if each not in CHARACTERS), None)


def check_character(number: str) -> str:
    """The last character that a code with these first 17 has."""
    total = sum(CHARACTERS.index(each) * weight for each, weight in zip(number[: LENGTH - 1], _WEIGHTS, strict=True))
    return CHARACTERS[-total % len(CHARACTERS)]
