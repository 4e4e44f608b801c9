"""The check character of a unified social credit code 统一社会信用代码. Pure; source: GB 32100-2015."""

CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Digits and capital letters without I, O, S, V and Z; the place of a character is its value."""
LENGTH = 18
_WEIGHTS = tuple(pow(3, place, len(CHARACTERS)) for place in range(LENGTH - 1))


def has_form(number: str) -> bool:
    """Whether it has 18 of the characters of a code, whatever the last one is."""
    return len(number) == LENGTH and set(number) <= set(CHARACTERS)


def check_character(number: str) -> str:
    """The last character that a code with these first 17 has."""
    total = sum(CHARACTERS.index(each) * weight for each, weight in zip(number[: LENGTH - 1], _WEIGHTS, strict=True))
    return CHARACTERS[-total % len(CHARACTERS)]
