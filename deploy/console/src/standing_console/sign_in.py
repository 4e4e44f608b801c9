"""Signing in at the issuer: authorization code with PKCE, refresh, and the logout that ends the sign-in there too."""

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from cryptography.fernet import Fernet, InvalidToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from standing_console.faults import IssuerAway, SessionOver, SignInFailed
from standing_console.sessions import Session, Tokens
from standing_console.settings import ConsoleSettings

ANSWER_WITHIN_S = 10.0
METADATA_S = 3600.0
BEFORE_EXPIRY_S = 30.0
PENDING_S = 600
TO_MAX = 1_000
"""Characters of the address that a sign-in leads back to; a browser keeps no cookie of more than 4,096 bytes."""
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
_BASE = ("iss", "sub", "aud", "exp", "iat")


@dataclass(frozen=True)
class Pending:
    """A sign-in that was begun: what proves its answer, and where it leads.

    The browser that began it has it, encrypted, in a cookie. Kept here, it would be pushed out by strangers who begin many.
    """

    state: str
    verifier: str
    nonce: str
    to: str


@dataclass(frozen=True)
class SignedIn:
    """Who came back from the issuer, with what, and where they wanted to go."""

    subject: str
    name: str
    tokens: Tokens
    to: str


@dataclass
class Issuer:
    """The issuer of the installation, as this console's client of it."""

    settings: ConsoleSettings
    http: httpx.AsyncClient
    clock: Callable[[], float] = time.monotonic
    _pending: Fernet = field(default_factory=lambda: Fernet(Fernet.generate_key()), repr=False)
    _metadata: tuple[float, dict[str, Any]] | None = None

    async def begin(self, to: str) -> tuple[str, str]:
        """Where the browser goes to sign in, and what its cookie has meanwhile. Raises IssuerAway."""
        endpoint = (await self._discovered())["authorization_endpoint"]
        state, nonce = (secrets.token_urlsafe(24) for _ in range(2))
        verifier = secrets.token_urlsafe(48)
        async with self._client() as client:
            url, _ = client.create_authorization_url(endpoint, state=state, nonce=nonce, code_verifier=verifier)
        pending = Pending(state, verifier, nonce, to if len(to) <= TO_MAX else "/")
        return str(url), self._pending.encrypt_at_time(json.dumps(asdict(pending)).encode(), int(self.clock())).decode()

    async def finish(self, answer: dict[str, str], cookie: str | None) -> SignedIn:
        """Who signed in, from the parameters of the callback and the cookie of ``begin``. Raises SignInFailed and IssuerAway."""
        pending = self._begun(cookie)
        if not secrets.compare_digest(pending.state.encode(), answer.get("state", "").encode()):
            raise SignInFailed("state")
        if "error" in answer:
            raise SignInFailed(answer["error"][:100])
        metadata = await self._discovered()
        if answer.get("iss", metadata["issuer"]) != metadata["issuer"]:
            raise SignInFailed("iss")
        given = await self._tokens(
            "fetch_token", grant_type="authorization_code", code=answer.get("code", ""), code_verifier=pending.verifier
        )
        claims = await self._claims(str(given.get("id_token", "")), pending.nonce)
        name = str(claims.get("name") or claims.get("preferred_username") or claims["sub"])
        return SignedIn(str(claims["sub"]), name, self._of(given), pending.to)

    async def access_token(self, session: Session) -> str:
        """A token that is good for a while yet; a new one where the former ends. Raises SessionOver and IssuerAway."""
        async with session.refreshing:  # a refresh token is good once
            if self.clock() < session.tokens.good_until:
                return session.tokens.access
            if session.tokens.refresh is None:
                raise SessionOver
            try:
                given = await self._tokens("refresh_token", refresh_token=session.tokens.refresh)
            except SignInFailed as over:
                raise SessionOver from over
            renewed = self._of(given)
            renewed.refresh = renewed.refresh or session.tokens.refresh
            renewed.id = renewed.id or session.tokens.id
            session.tokens = renewed
            return renewed.access

    async def end(self, session: Session) -> bool:
        """End the sign-in at the issuer, from here: no token passes through the browser. False where it could not be ended."""
        try:
            metadata = await self._discovered()
            endpoint = metadata.get("end_session_endpoint")
            if endpoint is None or session.tokens.id is None:
                return False
            form = {"id_token_hint": session.tokens.id, "client_id": self.settings.client_id}
            return not (await self.http.post(endpoint, data=form, timeout=ANSWER_WITHIN_S)).is_error
        except (IssuerAway, httpx.HTTPError):
            return False

    async def _tokens(self, method: str, **parameters: Any) -> dict[str, Any]:
        endpoint = (await self._discovered())["token_endpoint"]
        try:
            async with self._client() as client:
                return dict(await getattr(client, method)(endpoint, **parameters))
        except AuthlibBaseError as refused:
            raise SignInFailed(refused.error or "token") from refused
        except (httpx.HTTPError, OSError) as away:
            raise IssuerAway from away

    async def _claims(self, id_token: str, nonce: str) -> dict[str, Any]:
        """Those of an ID token that was made for this sign-in. Raises SignInFailed and IssuerAway."""
        metadata = await self._discovered()
        published = await self._document(metadata["jwks_uri"])
        options: dict[str, Any] = {name: {"essential": True} for name in _BASE}
        options["iss"]["value"] = metadata["issuer"]
        options["aud"]["value"] = self.settings.client_id
        try:
            keys = KeySet.import_key_set(published)  # type: ignore[arg-type]
            claims = dict(jwt.decode(id_token, keys, algorithms=ALGORITHMS).claims)
            jwt.JWTClaimsRegistry(leeway=60, **options).validate(claims)
        except (JoseError, ValueError) as wrong:
            raise SignInFailed("id_token") from wrong
        if claims.get("nonce") != nonce:
            raise SignInFailed("nonce")
        return claims

    async def _discovered(self) -> dict[str, Any]:
        if self._metadata is None or self.clock() - self._metadata[0] > METADATA_S:
            issuer = self.settings.auth_issuer.rstrip("/")
            found = await self._document(f"{issuer}/.well-known/openid-configuration")
            if found.get("issuer") != self.settings.auth_issuer:
                raise SignInFailed("issuer")
            self._metadata = self.clock(), found
        return self._metadata[1]

    async def _document(self, url: str) -> dict[str, Any]:
        try:
            response = await self.http.get(url, timeout=ANSWER_WITHIN_S)
            found = response.raise_for_status().json()
        except (httpx.HTTPError, ValueError) as away:
            raise IssuerAway from away
        if not isinstance(found, dict):
            raise IssuerAway
        return found

    def _client(self) -> AsyncOAuth2Client:
        secret = self.settings.secret
        return AsyncOAuth2Client(
            self.settings.client_id,
            secret,
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
            scope=" ".join(self.settings.scope),
            redirect_uri=self.settings.callback,
            code_challenge_method="S256",
            trust_env=False,
            verify=self.settings.tls,
            timeout=ANSWER_WITHIN_S,
        )

    def _of(self, given: dict[str, Any]) -> Tokens:
        lasts_s = float(given.get("expires_in") or 300)
        good_until = self.clock() + max(lasts_s - BEFORE_EXPIRY_S, lasts_s / 2)
        return Tokens(str(given["access_token"]), good_until, given.get("refresh_token"), given.get("id_token"))

    def _begun(self, cookie: str | None) -> Pending:
        """What this process put into a cookie a while ago at most. Raises SignInFailed for anything else."""
        try:
            found = self._pending.decrypt_at_time((cookie or "").encode(), PENDING_S, int(self.clock()))
        except InvalidToken as other:
            raise SignInFailed("state") from other
        return Pending(**json.loads(found))
