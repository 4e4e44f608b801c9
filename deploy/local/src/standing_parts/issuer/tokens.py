"""Tokens: access tokens after RFC 9068, ID tokens of OpenID Connect, and how the issuer reads its own back."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jwt

from standing_parts.issuer.keys import ALGORITHM, LONGEST_LIFETIME_S, Keys
from standing_parts.issuer.people import Client, Person

ACCESS = "at+jwt"
ID = "JWT"


@dataclass(frozen=True)
class Tokens:
    """Makes and reads the tokens of the issuer `url`. `lifetime_s` is that of access and ID tokens, in seconds."""

    url: str
    audience: str
    keys: Keys
    lifetime_s: int
    now: Callable[[], float]

    def access(self, subject: str, client_id: str, claims: dict[str, Any], lifetime_s: int, typ: str = ACCESS) -> str:
        """An access token. `claims` come last: they replace the others, and None takes one away.

        Raises ValueError when it would live longer than LONGEST_LIFETIME_S.
        """
        if lifetime_s > LONGEST_LIFETIME_S:
            raise ValueError(f"No token lives longer than {LONGEST_LIFETIME_S} s, this one would {lifetime_s} s.")
        # An expired one was issued before it expired.
        issued = int(self.now()) + min(lifetime_s, 0)
        own = {
            "iss": self.url,
            "aud": self.audience,
            "sub": subject,
            "client_id": client_id,
            "iat": issued,
            "exp": int(self.now()) + lifetime_s,
            "jti": secrets.token_urlsafe(16),
        }
        return self._signed({**own, **claims}, typ)

    def id(self, person: Person, client_id: str, claims: dict[str, Any]) -> str:
        """An ID token for a client; `claims` are those of the sign-in, auth_time, nonce and sid, and the name with `profile`."""
        issued = int(self.now())
        own = {
            "iss": self.url,
            "aud": client_id,
            "sub": person.subject,
            "iat": issued,
            "exp": issued + self.lifetime_s,
        }
        return self._signed({**own, **claims}, ID)

    def read_access(self, token: str) -> dict[str, Any]:
        """The claims of an access token. Raises jwt.PyJWTError when it is none of this issuer, or expired."""
        return self._read(token, ACCESS, audience=self.audience)

    def read_hint(self, token: str) -> dict[str, Any]:
        """The claims of an ID token, also of an expired one. Raises jwt.PyJWTError when it is none of this issuer."""
        return self._read(token, ID, options={"verify_exp": False, "verify_aud": False})

    def _signed(self, claims: dict[str, Any], typ: str) -> str:
        key = self.keys.signing()
        present = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(present, key.private, ALGORITHM, {"typ": typ, "kid": key.kid})

    def _read(self, token: str, typ: str, **how: Any) -> dict[str, Any]:
        header = jwt.get_unverified_header(token)
        key = self.keys.find(str(header.get("kid")))
        if key is None or header.get("typ") != typ:
            raise jwt.InvalidTokenError("signed by another, or of another kind")
        public = key.private.public_key()
        return jwt.decode(token, public, [ALGORITHM], issuer=self.url, **how)


def person_claims(person: Person) -> dict[str, Any]:
    """What a token and /userinfo report of a person."""
    return {
        "name": person.name,
        "roles": list(person.roles),
        "tenant": person.tenant,
        "partner": _binding(person) or None,
        "department": person.department or None,
    }


def client_claims(client: Client, roles: Sequence[str] = ()) -> dict[str, Any]:
    """What the token of a client that acts for itself reports."""
    return {"name": client.client_id, "roles": list(roles or client.roles), "tenant": client.tenant}


def _binding(person: Person) -> str | dict[str, list[str]]:
    if isinstance(person.partner, str):
        return person.partner
    return {name: list(ids) for name, ids in person.partner.items()}
