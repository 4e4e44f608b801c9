"""What the endpoints of one running issuer share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from fastapi import Request, Response

from standing_parts.issuer.grants import Codes, RefreshTokens, SignIn, SignIns
from standing_parts.issuer.people import Directory
from standing_parts.issuer.tokens import Tokens


@dataclass
class Context:
    """`sign_ins`, `refresh_tokens` and `codes` begin empty."""

    directory: Directory
    tokens: Tokens
    now: Callable[[], float]
    sign_ins: SignIns = field(init=False)
    refresh_tokens: RefreshTokens = field(init=False)
    codes: Codes = field(init=False)

    def __post_init__(self) -> None:
        self.sign_ins = SignIns(self.now)
        self.refresh_tokens = RefreshTokens(self.now)
        self.codes = Codes(self.refresh_tokens, self.now)

    @property
    def url(self) -> str:
        return self.tokens.url

    @property
    def cookie(self) -> str:
        # Browsers do not tell the ports of a host apart when they send cookies.
        return f"standing-issuer-{urlsplit(self.url).port}"

    def sign_in_of(self, request: Request) -> SignIn | None:
        return self.sign_ins.find(request.cookies.get(self.cookie))

    def remember(self, response: Response, sign_in: SignIn) -> None:
        """Give the browser the cookie of a sign-in; it goes with the browser."""
        response.set_cookie(self.cookie, sign_in.sid, httponly=True, samesite="lax", path="/")

    def forget(self, response: Response, sid: str) -> None:
        """End a sign-in, with its refresh tokens and its cookie."""
        self.sign_ins.end(sid)
        self.refresh_tokens.revoke_sign_in(sid)
        response.delete_cookie(self.cookie, path="/", httponly=True, samesite="lax")
