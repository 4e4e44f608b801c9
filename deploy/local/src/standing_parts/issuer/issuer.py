"""The local issuer as its users see it: started on a folder, asked for tokens, stopped."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from standing_parts.issuer.app import issuer_app
from standing_parts.issuer.context import Context
from standing_parts.issuer.keys import Keys
from standing_parts.issuer.people import COMMAND_LINE, Client, Directory, Person
from standing_parts.issuer.server import Server
from standing_parts.issuer.tokens import ACCESS, Tokens, client_claims, person_claims
from standing_parts.part import PartError, lock_folder
from standing_parts.ports import free_port

LIFETIME_S = 900


class Issuer:
    """An issuer of tokens for development, on loopback. Its keys, secrets, people and port are in its folder.

    Made by `start`, which serves it, or by `open`, which signs with the keys of one that was started.
    """

    def __init__(self, folder: Path, directory: Directory, tokens: Tokens, now: Callable[[], float]) -> None:
        self.folder = folder
        self._directory = directory
        self._tokens = tokens
        self._now = now
        self._server: Server | None = None
        self._held: int | None = None

    @classmethod
    def start(
        cls,
        folder: Path,
        people: Sequence[Person],
        clients: Sequence[Client] = (),
        port: int | None = None,
        audience: str = "standing",
        *,
        lifetime_s: int = LIFETIME_S,
        now: Callable[[], float] = time.time,
    ) -> Issuer:
        """Serve an issuer on 127.0.0.1 in a thread of this process; return when it answers.

        `port` None takes that of the last start in this folder, or a free one. `lifetime_s` is that of the tokens
        that it gives over HTTP, in seconds; `now` gives the seconds since the epoch. Raises PartError.
        """
        folder = folder.absolute()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        held = lock_folder(folder)
        try:
            if port is None:
                port = free_port(folder / "port")
            else:
                (folder / "port").write_text(f"{port}\n")
            directory = Directory(folder, people, clients)
            directory.write(audience)
            keys = Keys(folder, now)
            keys.make_missing()
            issuer = cls(folder, directory, Tokens(_url(port), audience, keys, lifetime_s, now), now)
            issuer._serve(held)
        except BaseException:
            os.close(held)
            raise
        return issuer

    @classmethod
    def open(cls, folder: Path) -> Issuer:
        """The issuer of a folder, to sign and to look up secrets; it need not run, and this does not serve it.

        Raises PartError when none was ever started there.
        """
        folder = folder.absolute()
        directory, audience = Directory.read(folder)
        url = _url(int((folder / "port").read_text()))
        return cls(folder, directory, Tokens(url, audience, Keys(folder, time.time), LIFETIME_S, time.time), time.time)

    @property
    def url(self) -> str:
        """The issuer identifier, `http://127.0.0.1:PORT`."""
        return self._tokens.url

    @property
    def lifetime_s(self) -> int:
        """That of the tokens that it gives over HTTP, in seconds."""
        return self._tokens.lifetime_s

    @property
    def people(self) -> tuple[Person, ...]:
        return tuple(self._directory.people.values())

    def token(
        self,
        subject: str,
        roles: Sequence[str] = (),
        *,
        client_id: str = COMMAND_LINE.client_id,
        lifetime_s: int = LIFETIME_S,
        typ: str = ACCESS,
        **claims: Any,
    ) -> str:
        """An access token, signed here without HTTP; a `lifetime_s` below 0 makes an expired one.

        What is known of the person or client `subject` is in it; `roles`, where there are some, replace theirs.
        Anybody else has the name `subject`, the tenant `default` and the given roles. `claims` replace all others,
        None takes one away. Raises ValueError when it would live longer than a day.
        """
        person = self._directory.people.get(subject)
        client = self._directory.clients.get(subject)
        if person is not None:
            known = person_claims(person)
        elif client is not None:
            known = client_claims(client)
            client_id = subject
        else:
            known = person_claims(Person(subject, subject))
        if roles:
            known["roles"] = list(roles)
        return self._tokens.access(subject, client_id, {**known, **claims}, lifetime_s, typ)

    def client(self, client_id: str) -> Client:
        """A client with its secret. Raises PartError when there is no such client."""
        return self._directory.client(client_id)

    def secret_file(self, client_id: str) -> Path:
        """The file, of mode 600, with the secret of a client. Raises PartError when it has none."""
        return self._directory.secret_file(client_id)

    def rotate_keys(self) -> str:
        """Sign with a new key from now on and return its kid; the former stays in the key set for a day."""
        return self._tokens.keys.rotate()

    def stop(self) -> None:
        """Stop serving, at most within some seconds; sign-ins, codes and refresh tokens are forgotten."""
        if self._server is not None:
            self._server.stop()
            self._server = None
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def start_again(self, lifetime_s: int | None = None) -> None:
        """Serve again on the same port, with the same keys and people. Raises PartError.

        `lifetime_s` is that of the tokens that it gives over HTTP from now on; None leaves it as it was.
        """
        self.stop()
        if lifetime_s is not None:
            self._tokens = replace(self._tokens, lifetime_s=lifetime_s)
        held = lock_folder(self.folder)
        try:
            self._serve(held)
        except PartError:
            os.close(held)
            raise

    def _serve(self, held: int) -> None:
        self._server = Server(issuer_app(Context(self._directory, self._tokens, self._now)), _port(self.url))
        self._held = held


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _port(url: str) -> int:
    return int(url.rpartition(":")[2])
