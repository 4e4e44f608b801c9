"""A request of /authorize, checked: who wants a code, for what, and where it goes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from standing_parts.issuer.people import Client, Directory
from standing_parts.issuer.redirects import is_registered

SCOPES = ("openid", "profile")
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
PARAMETERS = (
    "client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce", "code_challenge",
    "code_challenge_method", "prompt", "max_age", "login_hint", "request", "request_uri",
)  # fmt: skip


class Unredirectable(Exception):
    """Shown to the person, never sent on: the address to send it to is not known to be the client's."""


class Redirectable(Exception):
    """An error that goes back to the client in its redirect_uri (RFC 6749, 4.1.2.1)."""

    def __init__(self, redirect_uri: str, state: str | None, error: str, description: str) -> None:
        super().__init__(f"{error}: {description}")
        self.redirect_uri = redirect_uri
        self.state = state
        self.error = error
        self.description = description


@dataclass(frozen=True)
class AuthorizationRequest:
    """`parameters` are those it was made of, `max_age` is in seconds; `scope` is what is granted of what was wanted."""

    client: Client
    redirect_uri: str
    scope: tuple[str, ...]
    state: str | None
    nonce: str | None
    code_challenge: str
    prompt: frozenset[str]
    max_age: int | None
    parameters: dict[str, str]

    @classmethod
    def read(cls, parameters: dict[str, str], directory: Directory) -> AuthorizationRequest:
        """Raises Unredirectable or Redirectable."""
        client = directory.clients.get(parameters.get("client_id", ""))
        if client is None:
            raise Unredirectable("No client of this client_id is registered.")
        uri = parameters.get("redirect_uri", "")
        if not is_registered(uri, client.redirect_uris, any_loopback_port=client.public):
            raise Unredirectable(f"This redirect_uri is not registered for the client {client.client_id}.")
        if wrong := _wrong(parameters):
            raise Redirectable(uri, parameters.get("state"), *wrong)
        wanted = parameters.get("scope", "").split()
        return cls(
            client=client,
            redirect_uri=uri,
            scope=tuple(each for each in SCOPES if each in wanted),
            state=parameters.get("state"),
            nonce=parameters.get("nonce"),
            code_challenge=parameters["code_challenge"],
            prompt=frozenset(parameters.get("prompt", "").split()),
            max_age=int(parameters["max_age"]) if "max_age" in parameters else None,
            parameters={name: parameters[name] for name in PARAMETERS if name in parameters},
        )


def _wrong(parameters: dict[str, str]) -> tuple[str, str] | None:
    """The error and its description, for what is wrong with a request that can be answered by a redirect."""
    if "request" in parameters:
        return "request_not_supported", "Request objects are not supported."
    if "request_uri" in parameters:
        return "request_uri_not_supported", "Request objects are not supported."
    if "response_type" not in parameters:
        return "invalid_request", "response_type is missing."
    if parameters["response_type"] != "code":
        return "unsupported_response_type", "Only response_type=code is supported."
    if parameters.get("response_mode", "query") != "query":
        return "invalid_request", "Only response_mode=query is supported."
    if not CHALLENGE.fullmatch(parameters.get("code_challenge", "")):
        return "invalid_request", "code_challenge is required: 43 characters of base64url (RFC 7636)."
    if parameters.get("code_challenge_method") != "S256":
        return "invalid_request", "code_challenge_method must be S256."
    if not re.fullmatch(r"[0-9]{1,9}", parameters.get("max_age", "0")):
        return "invalid_request", "max_age must be a number of seconds."
    prompt = parameters.get("prompt", "").split()
    if "none" in prompt and len(prompt) > 1:
        return "invalid_request", "prompt=none stands alone."
    return None
