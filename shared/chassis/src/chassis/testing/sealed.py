"""Personal texts as commands have them when they are decided."""

from chassis.personal.cipher import KEY_BYTES, PersonKey
from contracts.personal import Sealed


def sealed(text: str, subject: str, key: int = 1) -> Sealed:
    """The text sealed with a key of that person that every test has: the same form for the same text."""
    return PersonKey(subject, key, b"\0" * KEY_BYTES).seal(text)
