"""Sealing on the way in: commands before they are decided, and what an event still holds in clear before it is written."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar

from chassis.commands import Request
from chassis.domain import Refusal
from chassis.errors import ConcurrentWrite, Tampered, UsageError
from chassis.personal.keys import Keys, PersonalKeys, destroy, hold
from chassis.personal.wrapping import Wrapping
from chassis.personal_settings import PersonalSettings
from chassis.service import Service
from chassis.storage.database import Connection, Database
from contracts.data_subjects import UnknownSubject, flaws_of, places_of, subject_of, with_each
from contracts.personal import Clear, Sealed

T = TypeVar("T")

FROM_A_REQUEST = "http/"
"""How the ids of commands of HTTP requests begin."""
NOTHING = "A" * 40


class NobodyKnown(Refusal):
    """It cannot be said whom a personal text tells of: {reason}"""

    status = 422


class SealedForAnother(Refusal):
    """What is sealed for {sealed} cannot stand for {subject}; send the text, or leave it out."""

    status = 422


class CannotBeOpened(Refusal):
    """What is sent sealed for {subject} with key {key} is not what this service sealed, or can no longer be opened; send the text."""

    status = 422


def holds_personal_data(service: Service) -> bool:
    """Whether an event, a command or a policy has a personal text. Raises UsageError where one does not say whom it tells of."""
    kinds = [*service.events, *service.deciders_by_command, *service.policies]
    if flaws := [flaw for kind in kinds for flaw in flaws_of(kind)]:
        raise UsageError(" ".join(dict.fromkeys(flaws)))
    return any(places_of(kind) for kind in kinds)


def keys_of(service: Service, database: Database, settings: PersonalSettings) -> PersonalKeys | None:
    """The keys of a service; None for one that holds no personal data. Raises UsageError without a wrapping key."""
    if not holds_personal_data(service):
        return None
    return PersonalKeys(database.pool, Wrapping(settings.wrapping(), settings.wrapping))


def refuse_unsealed(service: Service, settings: PersonalSettings) -> None:
    """Raises UsageError for a service that holds personal data and has no wrapping key, before it touches anything."""
    if holds_personal_data(service):
        Wrapping(settings.wrapping())


class KeysWanted(ConcurrentWrite):
    """It came out while deciding whose keys are needed: read them, or make them, and decide again."""


class Sealing:
    """Seals with the keys at hand; ``wanted`` are the persons whose keys were needed and are not: then nothing of it may be written."""

    def __init__(self) -> None:
        self.keys = Keys()
        self.wanted: set[str] = set()
        self.used: dict[str, int] = {}
        """Which keys have sealed in the present attempt, by their persons."""
        self._checked_for: set[str] = set()
        self._read: set[str] = set()

    async def fetch(self, keys: PersonalKeys, requests: Iterable[Request], now: datetime) -> "Sealing":
        """Read the keys that the commands will need, as far as it shows before they are decided, and those wanted; make the missing."""
        self.used = {}
        for request in requests:
            with suppress(UnknownSubject):
                with_each(request.command, self._noted if _is_sent(request) else self._noted_if_clear)
                self._note_ahead(request.command)
        if self.wanted or self._checked_for:
            self.keys.update(await keys.made_for(self.wanted, now, self._checked_for))
            self._read |= self.wanted | self._checked_for
            self.wanted, self._checked_for = set(), set()
        return self

    @property
    def incomplete(self) -> bool:
        """Whether keys were needed that have not been read."""
        return bool(self.wanted or self._checked_for)

    def command(self, request: Request, command: T) -> T:
        """The command, sealed. What an HTTP request sends sealed must have been sealed here for the same person. Raises Refusal."""
        return self._sealed(command, self._checked if _is_sent(request) else self._seal)

    def event(self, event: T) -> T:
        """The event, with what it has in clear sealed: a state folded from a log of before holds such texts. Raises Refusal."""
        return self._sealed(event, self._seal)

    def stretch(self, plain: bytes, subject: str) -> Sealed:
        """A stretch of a message, sealed."""
        if (key := self.keys.live.get(subject)) is None:
            return self._missing(subject)
        self.used[subject] = key.number
        return key.seal_bytes(plain)

    def _missing(self, subject: str) -> Sealed:
        self.wanted.add(subject)
        return Sealed(sealed=NOTHING, subject=subject, key=1)  # in place of it until the keys are there

    def _sealed(self, value: T, change: Any) -> T:
        try:
            return with_each(value, change)
        except UnknownSubject as error:
            raise NobodyKnown(reason=str(error)) from error

    async def settle(self, connection: Connection, erased: Collection[str], now: datetime) -> None:
        """In the transaction of the events, after them: destroy the keys of who was erased.

        Raises KeysWanted where a key that has sealed was destroyed meanwhile: its text would never open.
        """
        if self.used and not await hold(connection, self.used):
            for subject in self.used:
                self.keys.live.pop(subject, None)
            raise KeysWanted("the keys of persons")
        if erased:
            await destroy(connection, erased, now)

    def _note_ahead(self, command: Any) -> None:
        """Of whom a decision will seal a text that is not in the command: ``SEALS_FOR`` is the template of that person.

        It spares deciding twice where there is a key; none is made, because the decision may come out otherwise.
        """
        if (template := getattr(command, "SEALS_FOR", None)) is not None:
            self._checked_for |= {subject_of(template, (command,))} - self._read

    def _noted(self, personal: Sealed | Clear, subject: str) -> Sealed | Clear:
        if isinstance(personal, Sealed) and subject not in self._read:
            self._checked_for.add(subject)
        return self._noted_if_clear(personal, subject)

    def _noted_if_clear(self, personal: Sealed | Clear, subject: str) -> Sealed | Clear:
        if isinstance(personal, Clear) and subject not in self.keys.live:
            self.wanted.add(subject)
        return personal

    def _seal(self, personal: Sealed | Clear, subject: str) -> Sealed | Clear:
        if isinstance(personal, Sealed):
            return personal
        if (key := self.keys.live.get(subject)) is not None:
            self.used[subject] = key.number
            return key.seal(personal.text)
        return self._missing(subject)

    def _checked(self, personal: Sealed | Clear, subject: str) -> Sealed | Clear:
        if isinstance(personal, Clear):
            return self._seal(personal, subject)
        if personal.subject != subject:
            raise SealedForAnother(sealed=personal.subject, subject=subject)
        if subject not in self._read:
            self._checked_for.add(subject)
        elif not self._opens(personal):
            raise CannotBeOpened(subject=subject, key=personal.key)
        return personal

    def _opens(self, sealed: Sealed) -> bool:
        key = self.keys.all.get((sealed.subject, sealed.key))
        if key is None:
            return False
        with suppress(Tampered):
            key.open(sealed)
            return True
        return False


def _is_sent(request: Request) -> bool:
    return request.id is not None and request.id.startswith(FROM_A_REQUEST)
