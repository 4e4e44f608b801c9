"""Who is signed in. Sessions and their tokens stay in this process; the browser has a random number in a cookie, and no token."""

import asyncio
import secrets
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

COOKIE = "__Host-standing-console"
SESSIONS_MAX = 10_000
RIGHTS_S = 300.0
"""For how long what a service said of the rights that a token gives is taken as said."""


@dataclass
class Tokens:
    """What the issuer gave for one sign-in; ``good_until`` in seconds of the monotonic clock."""

    access: str
    good_until: float
    refresh: str | None = None
    id: str | None = None


@dataclass(frozen=True)
class Known:
    """The rights of a token in a service, as this said ``at`` that second of the monotonic clock."""

    token: str
    at: float
    rights: frozenset[str]


@dataclass(frozen=True)
class Notice:
    """Shown once, on the next page; ``good`` is whether what was wanted was done."""

    sentence: str
    good: bool


@dataclass
class Session:
    """One person in one browser. ``csrf`` stands in every form of the session's pages."""

    subject: str
    name: str
    tokens: Tokens
    last_seen: float
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    refreshing: asyncio.Lock = field(default_factory=asyncio.Lock)
    rights: dict[str, Known] = field(default_factory=dict)
    asking: dict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    """By service: held while it is asked for the rights."""
    notice: Notice | None = None
    drafts: dict[tuple[str, str], Any] = field(default_factory=dict)
    """What the person edits and has not sent, by service and name."""
    refused: tuple[str, dict[str, str]] | None = None
    """The form that was refused last, by the address of its page: shown there once more with what was typed."""
    run: Any = None
    """The proof that the person began last."""
    over: bool = False
    at_end: set[Callable[[], None]] = field(default_factory=set)
    """Called once it is over."""

    def know(self, service: str, token: str, at: float, rights: Iterable[str]) -> Known:
        self.rights[service] = known = Known(token, at, frozenset(rights))
        return known

    def end(self) -> None:
        self.over = True
        for close in tuple(self.at_end):
            close()


class Sessions:
    """All sessions, by the number in the cookie. One ends after ``idle_s`` seconds without a request."""

    def __init__(self, idle_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._idle_s = idle_s
        self._clock = clock
        self._by_id: dict[str, Session] = {}

    def begin(self, subject: str, name: str, tokens: Tokens) -> str:
        """A new session; returns what goes into the cookie."""
        self.drop_idle()
        while len(self._by_id) >= SESSIONS_MAX:
            self.end(min(self._by_id, key=lambda each: self._by_id[each].last_seen))
        number = secrets.token_urlsafe(32)
        self._by_id[number] = Session(subject, name, tokens, self._clock())
        return number

    def find(self, number: str | None) -> Session | None:
        session = self._by_id.get(number or "")
        if session is None:
            return None
        if self._clock() - session.last_seen > self._idle_s:
            self.end(number)
            return None
        session.last_seen = self._clock()
        return session

    def end(self, number: str | None) -> Session | None:
        session = self._by_id.pop(number or "", None)
        if session is not None:
            session.end()
        return session

    def drop_idle(self) -> None:
        """End those whose time is over without anybody having asked for them."""
        oldest = self._clock() - self._idle_s
        for number in [each for each, session in self._by_id.items() if session.last_seen < oldest]:
            self.end(number)
