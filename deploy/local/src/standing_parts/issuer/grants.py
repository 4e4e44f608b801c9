"""What the issuer remembers while it runs: sign-ins, codes and refresh tokens. It is forgotten when it stops."""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace

from standing_parts.issuer.forms import OAuthError
from standing_parts.issuer.people import Person

CODE_LIFETIME_S = 60
SIGN_IN_LIFETIME_S = 12 * 3600
"""How long a sign-in, and the refresh tokens that come of it, are good for, however often they are used."""


@dataclass(frozen=True)
class SignIn:
    """A person who signed in with a browser: `sid` names it, `at` is the second since the epoch."""

    sid: str
    person: Person
    at: int


@dataclass(frozen=True)
class Grant:
    """What a code stands for, and later its refresh tokens."""

    grant_id: str
    sign_in: SignIn
    client_id: str
    redirect_uri: str
    code_challenge: str
    nonce: str | None
    scope: tuple[str, ...]


@dataclass(frozen=True)
class _Code:
    grant: Grant
    expires_at: float
    used: bool = False


class SignIns:
    """The sign-ins of browsers, found by the value of their cookie."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._current: dict[str, SignIn] = {}

    def begin(self, person: Person) -> SignIn:
        fresh = SignIn(secrets.token_urlsafe(24), person, int(self._now()))
        self._current = {sid: each for sid, each in self._current.items() if self._valid(each)}
        self._current[fresh.sid] = fresh
        return fresh

    def find(self, sid: str | None) -> SignIn | None:
        found = self._current.get(sid or "")
        return found if found is not None and self._valid(found) else None

    def end(self, sid: str) -> None:
        self._current.pop(sid, None)

    def _valid(self, sign_in: SignIn) -> bool:
        return sign_in.at + SIGN_IN_LIFETIME_S > self._now()


class RefreshTokens:
    """One valid refresh token a grant. A former one that is used again ends the grant (RFC 9700, 4.14.2)."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._valid: dict[str, tuple[Grant, str]] = {}

    def issue(self, grant: Grant) -> str:
        """A new token in place of the former one."""
        self._valid = {key: one for key, one in self._valid.items() if not self._expired(one[0])}
        token = f"{grant.grant_id}.{secrets.token_urlsafe(32)}"
        self._valid[grant.grant_id] = (grant, token)
        return token

    def grant_of(self, token: str, client_id: str) -> Grant:
        """Raises OAuthError `invalid_grant` when the token is not the valid one of a grant of that client."""
        grant_id = token.partition(".")[0]
        grant, valid = self._valid.get(grant_id, (None, ""))
        if grant is None or self._expired(grant) or grant.client_id != client_id:
            raise OAuthError("invalid_grant", "The refresh token is unknown, expired, revoked or another client's.")
        if not secrets.compare_digest(valid.encode(), token.encode()):
            self.revoke(grant_id)
            raise OAuthError("invalid_grant", "The refresh token was used before; all that came of it is revoked.")
        return grant

    def revoke(self, grant_id: str) -> None:
        self._valid.pop(grant_id, None)

    def revoke_sign_in(self, sid: str) -> None:
        self._valid = {key: one for key, one in self._valid.items() if one[0].sign_in.sid != sid}

    def _expired(self, grant: Grant) -> bool:
        return grant.sign_in.at + SIGN_IN_LIFETIME_S <= self._now()


class Codes:
    """Authorization codes: good for one use within CODE_LIFETIME_S. The second use ends what came of the first."""

    def __init__(self, refresh_tokens: RefreshTokens, now: Callable[[], float]) -> None:
        self._refresh_tokens = refresh_tokens
        self._now = now
        self._codes: dict[str, _Code] = {}

    def issue(self, grant: Grant) -> str:
        self._codes = {key: one for key, one in self._codes.items() if one.expires_at > self._now()}
        code = secrets.token_urlsafe(32)
        self._codes[code] = _Code(grant, self._now() + CODE_LIFETIME_S)
        return code

    def redeem(self, code: str, client_id: str, redirect_uri: str, verifier: str) -> Grant:
        """The grant of a code, once. Raises OAuthError `invalid_grant`."""
        found = self._codes.get(code)
        if found is None or found.expires_at <= self._now() or found.grant.client_id != client_id:
            raise OAuthError("invalid_grant", "The code is unknown, expired or another client's.")
        if found.used:
            self._refresh_tokens.revoke(found.grant.grant_id)
            raise OAuthError("invalid_grant", "The code was used before; all that came of it is revoked.")
        # Also when it fails below: whoever guesses at a verifier has one guess.
        self._codes[code] = replace(found, used=True)
        if found.grant.redirect_uri != redirect_uri:
            raise OAuthError("invalid_grant", "redirect_uri is another than the one the code was given to.")
        if not secrets.compare_digest(s256(verifier).encode(), found.grant.code_challenge.encode()):
            raise OAuthError("invalid_grant", "code_verifier does not belong to the code_challenge.")
        return found.grant


def s256(verifier: str) -> str:
    """The code challenge of a verifier (RFC 7636, 4.2)."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
