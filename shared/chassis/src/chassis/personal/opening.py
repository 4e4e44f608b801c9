"""Opening what is sealed: many at once, with one query for the keys of all persons."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from chassis.errors import Tampered
from chassis.personal.cipher import PersonKey
from chassis.personal.keys import PersonalKeys
from contracts.personal import SECRET, Clear, Sealed

Cause = Literal["erased", "unknown-key", "tampered", "secret"]


class Opened(NamedTuple):
    """The text; or None with the cause and a sentence."""

    text: str | None
    cause: Cause | None = None
    reason: str | None = None


async def opened(keys: PersonalKeys, sealed: Sequence[Sealed], secrets: bool = False) -> list[Opened]:
    """The texts, in order; those that only the service itself may open with ``secrets`` alone. Raises the driver's errors."""
    found = await keys.of({each.subject for each in sealed})
    answers = []
    for each in sealed:
        place = (each.subject, each.key)
        if place not in found.all:
            reason = f"This service has sealed nothing for {each.subject} with key {each.key}."
            answers.append(Opened(None, "unknown-key", reason))
        elif (key := found.all[place]) is None:
            answers.append(Opened(None, "erased", f"{each.subject} was erased: key {each.key} is destroyed."))
        else:
            answers.append(_opened(key, each, secrets))
    return answers


def _opened(key: PersonKey, sealed: Sealed, secrets: bool) -> Opened:
    try:
        text = key.open(sealed)
    except Tampered as error:
        return Opened(None, "tampered", str(error))
    if text.startswith(SECRET) and not secrets:
        return Opened(None, "secret", f"A secret about {sealed.subject}, which only this service itself opens.")
    return Opened(text.removeprefix(SECRET))


async def text_of(keys: PersonalKeys | None, personal: Sealed | Clear | None) -> str | None:
    """One text, also a secret, for the service's own use; None where there is none, or the person was erased.

    Raises Tampered for what this service has not sealed so.
    """
    if not isinstance(personal, Sealed):
        return None if personal is None else personal.text
    if keys is None:
        raise Tampered("This service holds no personal data, so it opens none.")
    [answer] = await opened(keys, [personal], secrets=True)
    if answer.cause in (None, "erased"):
        return answer.text
    raise Tampered(str(answer.reason))
