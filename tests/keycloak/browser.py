"""What a browser does to sign in: authorization code with PKCE over the form of the login page, then refresh and logout."""

import base64
import hashlib
import secrets
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

REDIRECT = "http://127.0.0.1/signed-in"
WITHIN_S = 120.0


class Form(HTMLParser):
    """The form of a login page: where it is sent, and what stands in it already."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("id") == "kc-form-login":
            self.action = given["action"]
        if tag == "input" and given.get("type") == "hidden" and "name" in given:
            self.fields[given["name"]] = given.get("value", "")


class Browser:
    """One person's browser, which signs in with one public client."""

    def __init__(self, issuer: str, client_id: str) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._http = httpx.AsyncClient(trust_env=False, timeout=WITHIN_S)

    async def close(self) -> None:
        await self._http.aclose()

    async def sign_in(self, name: str, password: str) -> dict[str, Any]:
        """The tokens that the issuer gives for the code."""
        about = await self._about()
        verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(8)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code", "client_id": self._client_id, "redirect_uri": REDIRECT, "scope": "openid", "state": state,
            "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        page = await self._visit("GET", about["authorization_endpoint"], params=asked)
        form = Form(page.raise_for_status().text)
        assert form.action, f"no login form: {page.text[:2000]}"
        sent = await self._visit("POST", form.action, data={**form.fields, "username": name, "password": password})
        assert sent.status_code == 302, f"not signed in: {sent.text[:3000]}"
        back = parse_qs(urlsplit(sent.headers["Location"]).query)
        assert sent.headers["Location"].startswith(REDIRECT), sent.headers["Location"]
        assert back["state"] == [state]
        code = {"grant_type": "authorization_code", "code": back["code"][0], "redirect_uri": REDIRECT}
        tokens: dict[str, Any] = (await self.token(**code, code_verifier=verifier)).raise_for_status().json()
        return tokens

    async def without_pkce(self) -> str:
        """How the issuer refuses to begin a sign-in without a challenge: the error's name."""
        asked = {"response_type": "code", "client_id": self._client_id, "redirect_uri": REDIRECT, "scope": "openid"}
        page = await self._visit("GET", (await self._about())["authorization_endpoint"], params=asked)
        assert page.status_code == 302, page.text[:2000]
        return parse_qs(urlsplit(page.headers["Location"]).query)["error"][0]

    async def refresh(self, refresh_token: str) -> httpx.Response:
        return await self.token(grant_type="refresh_token", refresh_token=refresh_token)

    async def token(self, **grant: str) -> httpx.Response:
        about = await self._about()
        return await self._http.post(about["token_endpoint"], data={"client_id": self._client_id, **grant})

    async def sign_out(self, id_token: str) -> None:
        """End the session as a browser does, by the end_session_endpoint."""
        about = await self._about()
        asked = {"id_token_hint": id_token, "client_id": self._client_id, "post_logout_redirect_uri": REDIRECT}
        left = await self._visit("GET", about["end_session_endpoint"], params=asked)
        assert left.status_code == 302, left.text[:2000]
        assert left.headers["Location"].startswith(REDIRECT), left.headers["Location"]

    async def _visit(self, method: str, url: str, **more: Any) -> httpx.Response:
        """With the cookies: browsers send those that are for secure connections to loopback too, and the client does not."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._http.cookies.jar)
        return await self._http.request(method, url, headers={"Cookie": cookies} if cookies else None, **more)

    async def _about(self) -> dict[str, Any]:
        found: dict[str, Any] = (
            (await self._http.get(f"{self._issuer}/.well-known/openid-configuration")).raise_for_status().json()
        )
        return found
