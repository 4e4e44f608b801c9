"""Parameters of requests, and the errors of RFC 6749 that answer them."""

from __future__ import annotations

from urllib.parse import parse_qsl

from fastapi import Request

FORM = "application/x-www-form-urlencoded"
LONGEST_FORM_BYTES = 64 * 1024


class OAuthError(Exception):
    """Answered as a JSON document with `error` and `error_description` (RFC 6749, 5.2)."""

    def __init__(self, error: str, description: str, status: int = 400, headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description
        self.status = status
        self.headers = headers or {}


async def parameters_of(request: Request) -> dict[str, str]:
    """The parameters of a GET's query or a POST's form; an empty one counts as missing (RFC 6749, 3.1).

    Raises OAuthError `invalid_request` when one is there twice, or the form is none.
    """
    if request.method == "POST":
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
            raise OAuthError("invalid_request", f"The body must be {FORM}.")
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > LONGEST_FORM_BYTES:
                raise OAuthError("invalid_request", f"The form is larger than {LONGEST_FORM_BYTES} bytes.", 413)
        text = body.decode("ascii", errors="replace")
    else:
        text = request.url.query
    found: dict[str, str] = {}
    for name, value in parse_qsl(text):
        if name in found:
            raise OAuthError("invalid_request", f"{name} is there twice.")
        found[name] = value
    return found


def required(parameters: dict[str, str], name: str) -> str:
    """Raises OAuthError `invalid_request` when it is missing."""
    if name not in parameters:
        raise OAuthError("invalid_request", f"{name} is missing.")
    return parameters[name]
