"""What an issuer of tokens says of itself: OpenID Connect Discovery 1.0."""

from typing import Any

import httpx

PATH = "/.well-known/openid-configuration"


async def discovered(http: httpx.AsyncClient, issuer: str) -> dict[str, Any]:
    """The discovery document of an issuer.

    Raises httpx.HTTPError while it does not answer, and ValueError for a document that is none or that of another issuer.
    """
    about = (await http.get(issuer.rstrip("/") + PATH)).raise_for_status().json()
    if not isinstance(about, dict):
        raise ValueError("its discovery document is no JSON object")
    if about.get("issuer") != issuer:
        raise ValueError(f"its discovery document is that of {about.get('issuer')}")
    return about
