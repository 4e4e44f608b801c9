"""Checks a bearer token: an access token of the issuer (RFC 9068), signed with one of its keys, for this installation, now."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import jwt
from jwt import PyJWK

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""Those of our list only: a token never chooses to be unsigned, or to be checked with a public key as a shared secret."""
SKEW_S = 60
TOKEN_MAX = 8_192
REMEMBERED_MAX = 10_000
REMEMBERED_S = 600.0
"""A token is checked anew after this long: one signed with a key that the issuer has withdrawn ends with it, whatever it says of itself."""

Claims = Mapping[str, Any]


class NotAccepted(Exception):
    """The token does not count; the message is the reason."""


class Keys(Protocol):
    """Where the public keys come from."""

    async def key(self, key_id: str) -> PyJWK | None:
        """The key with this id; None where there is none."""


@dataclass(frozen=True)
class Accepts:
    """What a token has to be: of this issuer, for this audience, of this type (``any``: also the plain ``JWT`` of some issuers)."""

    issuer: str
    audience: str
    typ: Literal["at+jwt", "any"] = "at+jwt"


class Bearer:
    """The check; a token that was accepted is remembered for a while, at most until it expires."""

    def __init__(self, accepts: Accepts, keys: Keys) -> None:
        self._accepts = accepts
        self._keys = keys
        self._remembered: dict[str, tuple[float, Claims]] = {}

    async def claims(self, token: str) -> Claims:
        """What the token says. Raises NotAccepted, and IssuerAway when there are no keys to check it with."""
        found = self._remembered.get(token)
        if found is not None:
            if time.time() < found[0]:
                return found[1]
            del self._remembered[token]
        claims = await self._checked(token)
        if len(self._remembered) >= REMEMBERED_MAX:
            self._remembered.clear()  # rather than an order of use on each request: each is checked once more
        self._remembered[token] = (min(float(claims["exp"]) + SKEW_S, time.time() + REMEMBERED_S), claims)
        return claims

    async def _checked(self, token: str) -> Claims:
        if len(token) > TOKEN_MAX:
            raise NotAccepted(f"it is longer than {TOKEN_MAX} characters")
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError as error:
            raise NotAccepted("it is no JSON Web Token") from error
        self._refuse_other_types(header)
        key = await self._keys.key(str(header.get("kid", "")))
        if key is None:
            raise NotAccepted(f"the issuer {self._accepts.issuer} has no key of the id that it names")
        try:
            claims: Claims = jwt.decode(
                token,
                key,
                algorithms=[header["alg"]],
                audience=self._accepts.audience,
                issuer=self._accepts.issuer,
                leeway=SKEW_S,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except jwt.PyJWTError as error:
            raise NotAccepted(_reason(error)) from error
        except (ValueError, TypeError, OverflowError) as error:
            raise NotAccepted("it cannot be read") from error
        if not _is_name(claims["sub"]):
            raise NotAccepted("its subject (sub) is no name of 1 to 100 characters")
        return claims

    def _refuse_other_types(self, header: Mapping[str, Any]) -> None:
        if header.get("alg") not in ALGORITHMS:
            raise NotAccepted(f"its algorithm is none of {', '.join(ALGORITHMS)}")
        typ = str(header.get("typ", "")).lower().removeprefix("application/")
        allowed = ("at+jwt", "jwt") if self._accepts.typ == "any" else ("at+jwt",)
        if typ not in allowed:
            raise NotAccepted(f"it is no access token (typ {' or '.join(allowed)})")


def _is_name(subject: Any) -> bool:
    return isinstance(subject, str) and 1 <= len(subject) <= 100 and subject.isprintable()


def _reason(error: jwt.PyJWTError) -> str:
    match error:
        case jwt.ExpiredSignatureError():
            return "it has expired"
        case jwt.ImmatureSignatureError():
            return "it does not count yet (nbf or iat is in the future)"
        case jwt.InvalidIssuerError():
            return "it is of another issuer"
        case jwt.InvalidAudienceError():
            return "it is for another audience"
        case jwt.MissingRequiredClaimError():
            return f"it lacks {error.claim}"
        case jwt.InvalidSignatureError() | jwt.InvalidAlgorithmError() | jwt.InvalidKeyError():
            return "its signature does not fit"
        case _:
            return "it cannot be read"
