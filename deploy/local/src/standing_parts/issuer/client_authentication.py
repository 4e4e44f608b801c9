"""How a client proves itself at /token: client_secret_basic, client_secret_post, or by its name alone where it is public."""

from __future__ import annotations

import binascii
import secrets
from base64 import b64decode
from urllib.parse import unquote_plus

from fastapi import Request

from standing_parts.issuer.forms import OAuthError
from standing_parts.issuer.people import Client, Directory

METHODS = ["client_secret_basic", "client_secret_post", "none"]


def authenticated_client(request: Request, parameters: dict[str, str], directory: Directory) -> Client:
    """Raises OAuthError `invalid_client`, or `invalid_request` when two ways are used at once (RFC 6749, 2.3)."""
    header = request.headers.get("authorization")
    if header is None:
        client_id, secret = parameters.get("client_id", ""), parameters.get("client_secret", "")
    else:
        client_id, secret = _basic(header)
        if "client_secret" in parameters or parameters.get("client_id", client_id) != client_id:
            raise OAuthError("invalid_request", "A client proves itself in one way: by the header or in the form.")
    registered = directory.clients.get(client_id)
    if registered is None:
        raise _refused()
    if registered.public:
        if secret:
            raise _refused()
        return registered
    client = directory.client(client_id)
    if not secrets.compare_digest(client.secret.encode(), secret.encode()):
        raise _refused()
    return client


def _basic(header: str) -> tuple[str, str]:
    """Name and secret, each form-encoded before they were joined (RFC 6749, 2.3.1)."""
    scheme, _, encoded = header.partition(" ")
    try:
        if scheme.lower() != "basic":
            raise ValueError(scheme)
        name, colon, secret = b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (ValueError, binascii.Error):
        raise _refused() from None
    if not colon:
        raise _refused()
    return unquote_plus(name), unquote_plus(secret)


def _refused() -> OAuthError:
    challenge = {"WWW-Authenticate": 'Basic realm="local issuer", charset="UTF-8"'}
    return OAuthError("invalid_client", "The client is unknown or its secret is wrong.", 401, challenge)
