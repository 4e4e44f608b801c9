"""A bearer token counts only when the issuer signed it, as an access token, for this installation, and now."""

import base64
import contextlib
import hashlib
import hmac
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt import PyJWK
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from chassis.http.identity.bearer import Accepts, Bearer, NotAccepted

ISSUER, AUDIENCE = "https://login.example", "standing"
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
ED_KEY = ed25519.Ed25519PrivateKey.generate()
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def published(algorithm: type[Any], key: Any, kid: str, alg: str) -> PyJWK:
    return PyJWK({**json.loads(algorithm.to_jwk(key.public_key())), "kid": kid, "alg": alg, "use": "sig"})


class Published:
    """The issuer's public keys."""

    def __init__(self) -> None:
        self.asked = 0
        self.keys = {
            "rsa": published(RSAAlgorithm, RSA_KEY, "rsa", "RS256"),
            "pss": published(RSAAlgorithm, RSA_KEY, "pss", "PS256"),
            "ec": published(ECAlgorithm, EC_KEY, "ec", "ES256"),
            "ed": published(OKPAlgorithm, ED_KEY, "ed", "EdDSA"),
        }

    async def key(self, key_id: str) -> PyJWK | None:
        self.asked += 1
        return self.keys.get(key_id)


def signed(key: Any = EC_KEY, alg: str = "ES256", kid: str = "ec", typ: str = "at+jwt", **changed: Any) -> str:
    now = int(time.time())
    claims = {
        "iss": ISSUER, "aud": AUDIENCE, "sub": "li.wei", "client_id": "shop", "iat": now, "exp": now + 300, "jti": "1",
        **changed,
    }  # fmt: skip
    claims = {name: claim for name, claim in claims.items() if claim is not None}
    return jwt.encode(claims, key, algorithm=alg, headers={"kid": kid, "typ": typ})


def bearer(typ: Any = "at+jwt", keys: Published | None = None) -> Bearer:
    return Bearer(Accepts(ISSUER, AUDIENCE, typ), keys or Published())


@pytest.mark.parametrize(
    ("key", "alg", "kid"),
    [(RSA_KEY, "RS256", "rsa"), (RSA_KEY, "PS256", "pss"), (EC_KEY, "ES256", "ec"), (ED_KEY, "EdDSA", "ed")],
)
async def test_a_token_signed_by_the_issuer_counts(key: Any, alg: str, kid: str) -> None:
    assert (await bearer().claims(signed(key, alg, kid)))["sub"] == "li.wei"


def public_key_as_secret() -> str:
    """HS256 "signed" with the public key, which anybody can read, as if it were a shared secret."""
    pem = EC_KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def part(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    header = part(json.dumps({"alg": "HS256", "kid": "ec", "typ": "at+jwt"}).encode())
    body = signed().split(".")[1]
    return f"{header}.{body}." + part(hmac.new(pem, f"{header}.{body}".encode(), hashlib.sha256).digest())


def tampered() -> str:
    header, body, signature = signed().split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    forged = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "the.boss"}).encode()).rstrip(b"=").decode()
    return f"{header}.{forged}.{signature}"


def unsigned() -> str:
    return jwt.encode(
        jwt.decode(signed(), options={"verify_signature": False}), None, algorithm="none",
        headers={"kid": "ec", "typ": "at+jwt"},
    )  # fmt: skip


NOW = int(time.time())
REFUSED = {
    "expired": (signed(exp=NOW - 61), "has expired"),
    "not yet": (signed(nbf=NOW + 3_600), "does not count yet"),
    "issued in the future": (signed(iat=NOW + 3_600), "does not count yet"),
    "wrong issuer": (signed(iss="https://elsewhere.example"), "another issuer"),
    "wrong audience": (signed(aud="payroll"), "another audience"),
    "no audience": (signed(aud=None), "lacks aud"),
    "no subject": (signed(sub=None), "lacks sub"),
    "no expiry": (signed(exp=None), "lacks exp"),
    "a subject of control characters": (signed(sub="li\nwei"), "no name"),
    "alg none": (unsigned(), "algorithm is none of"),
    "HS256 with the public key": (public_key_as_secret(), "algorithm is none of"),
    "RS512, which is not on the list": (signed(RSA_KEY, "RS512", "rsa"), "algorithm is none of"),
    "an algorithm that the key is not for": (signed(RSA_KEY, "RS256", "ec"), "signature does not fit"),
    "another's signature": (signed(STRANGER, "RS256", "rsa"), "signature does not fit"),
    "tampered": (tampered(), "signature does not fit"),
    "unknown kid": (signed(kid="elsewhere"), "has no key"),
    "an ID token": (signed(typ="JWT"), "no access token"),
    "no token at all": ("li.wei", "no JSON Web Token"),
    "longer than any token": ("a" * 10_000, "longer than"),
}


@pytest.mark.parametrize("kind", REFUSED)
async def test_a_token_that_does_not_count_is_refused_with_its_reason(kind: str) -> None:
    token, reason = REFUSED[kind]
    with pytest.raises(NotAccepted, match=reason):
        await bearer("any" if kind != "an ID token" else "at+jwt").claims(token)


async def test_a_minute_of_difference_between_clocks_is_borne() -> None:
    now = int(time.time())
    assert await bearer().claims(signed(exp=now - 30, iat=now + 30, nbf=now + 30))


async def test_an_issuer_that_writes_access_tokens_as_plain_jwt_is_read_where_that_was_said() -> None:
    plain = signed(typ="JWT")
    assert (await bearer("any").claims(plain))["sub"] == "li.wei"
    with pytest.raises(NotAccepted, match="no access token"):
        await bearer().claims(plain)


async def test_a_token_is_checked_once_and_remembered_until_it_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = Published()
    checks, token = bearer(keys=keys), signed()
    for _ in range(3):
        await checks.claims(token)
    assert keys.asked == 1
    later = time.time() + 300 + 61
    monkeypatch.setattr(time, "time", lambda: later)
    with contextlib.suppress(NotAccepted):
        await checks.claims(token)
    assert keys.asked == 2


async def test_a_token_of_a_key_that_was_withdrawn_ends_however_long_it_says_that_it_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As one that was signed with a key that was stolen: exchanging the key at the issuer is the answer to it."""
    keys = Published()
    checks, token = bearer(keys=keys), signed(exp=int(time.time()) + 10**8)
    await checks.claims(token)
    del keys.keys["ec"]
    assert (await checks.claims(token))["sub"] == "li.wei"
    later = time.time() + 601
    monkeypatch.setattr(time, "time", lambda: later)
    with pytest.raises(NotAccepted, match="has no key"):
        await checks.claims(token)
