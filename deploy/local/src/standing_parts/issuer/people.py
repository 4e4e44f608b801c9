"""Who can sign in at the local issuer, which programs can, and the file that remembers both."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from standing_parts.issuer.private_files import replace_private
from standing_parts.part import PartError

CLIENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,99}")
FILE = "directory.json"
SECRETS = "secrets"

T = TypeVar("T")


@dataclass(frozen=True)
class Person:
    """Somebody who can be signed in as.

    `partner` binds a supplier or a customer to its ids, such as `{"supplier_id": ["S-015"]}`; a contact of one
    partner, who has no roles, is bound by its name, `supplier:S-015`. It is empty for the company's own people.
    `department` is empty where it is unknown.
    """

    subject: str
    name: str
    roles: tuple[str, ...] = ()
    partner: Mapping[str, Sequence[str]] | str = field(default_factory=dict, hash=False)
    tenant: str = "default"
    department: str = ""


@dataclass(frozen=True)
class Client:
    """A program that is given tokens.

    A `public` one has no secret and acts for people only (authorization code with PKCE). Any other one proves
    itself with its secret, also to act for itself (client credentials), with `roles`; where `secret` is empty
    one is made and remembered. `redirect_uris` are compared exactly, but for the port of http://127.0.0.1 and
    http://[::1] of a public client (RFC 8252, 7.3).
    """

    client_id: str
    secret: str = field(default="", repr=False)
    roles: tuple[str, ...] = ()
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    tenant: str = "default"
    public: bool = False


COMMAND_LINE = Client(
    "standing-cli",
    redirect_uris=("http://127.0.0.1/callback", "http://[::1]/callback"),
    post_logout_redirect_uris=("http://127.0.0.1/", "http://[::1]/"),
    public=True,
)


class Directory:
    """The people and clients of an issuer, with the clients' secrets in files of its folder.

    Raises PartError for a name that cannot be told apart from another or cannot be a file's.
    """

    def __init__(self, folder: Path, people: Iterable[Person], clients: Iterable[Client]) -> None:
        self._folder = folder
        self.people = _unique(people, lambda person: person.subject)
        given = _unique(clients, lambda client: client.client_id)
        self.clients = {COMMAND_LINE.client_id: COMMAND_LINE, **given}
        for name in self.clients:
            if not CLIENT_ID.fullmatch(name):
                raise PartError(f"{name!r} cannot be a client_id: letters, digits and ._~- only, at most 100.")
            if name in self.people:
                raise PartError(f"{name!r} is both a person and a client; whose token would it be?")

    def secret_file(self, client_id: str) -> Path:
        """The file with a client's secret. Raises PartError when there is no such client, or it has none."""
        if self._registered(client_id).public:
            raise PartError(f"The client {client_id!r} is a public one and has no secret.")
        return self._folder / SECRETS / client_id

    def client(self, client_id: str) -> Client:
        """A client with its secret. Raises PartError when there is no such client."""
        client = self._registered(client_id)
        if client.public:
            return client
        return replace(client, secret=self.secret_file(client_id).read_text().strip())

    def write(self, audience: str) -> None:
        """Remember people, clients and audience, and make the secrets that are missing."""
        (self._folder / SECRETS).mkdir(mode=0o700, exist_ok=True)
        for client in self.clients.values():
            if client.public:
                continue
            path = self.secret_file(client.client_id)
            if client.secret or not path.is_file():
                replace_private(path, client.secret or secrets.token_urlsafe(32))
        document = {
            "audience": audience,
            "people": [asdict(each) for each in self.people.values()],
            "clients": [asdict(replace(each, secret="")) for each in self.clients.values()],
        }
        replace_private(self._folder / FILE, json.dumps(document, indent=1))

    @classmethod
    def read(cls, folder: Path) -> tuple[Directory, str]:
        """What `write` remembered, and the audience. Raises PartError when no issuer was started there."""
        try:
            document = json.loads((folder / FILE).read_text())
        except FileNotFoundError:
            raise PartError(f"No local issuer was ever started in {folder}.") from None
        people = [Person(**{**each, "roles": tuple(each["roles"])}) for each in document["people"]]
        lists = ("roles", "redirect_uris", "post_logout_redirect_uris")
        clients = [Client(**{**each, **{name: tuple(each[name]) for name in lists}}) for each in document["clients"]]
        return cls(folder, people, clients), document["audience"]

    def _registered(self, client_id: str) -> Client:
        if client_id not in self.clients:
            raise PartError(f"There is no client {client_id!r} at the local issuer.")
        return self.clients[client_id]


def _unique(things: Iterable[T], name: Callable[[T], str]) -> dict[str, T]:
    found: dict[str, T] = {}
    for thing in things:
        if found.setdefault(name(thing), thing) is not thing:
            raise PartError(f"{name(thing)!r} is twice at the local issuer.")
    return found
