"""How Kafka is reached: what contradicts itself or is missing is refused with a sentence, and no secret is shown anywhere."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from faststream.kafka import KafkaBroker
from pydantic import SecretStr, ValidationError

from chassis.errors import UsageError
from chassis.http.asyncapi import document_of
from chassis.kafka_acls import Acl, acls_of, command
from chassis.kafka_security import PLAINTEXT, KafkaSecurity, KafkaSettings
from chassis.kafka_tokens import KafkaTokens, TokenUnavailable
from chassis.settings import Settings
from standing_parts.certificates import Authority, Certificate

from .tokens import TokenIssuer
from .toy import COUNT_SERVICE, JAR_SERVICE

SECRET = "canary-7f3a"
SCRAM = KafkaSecurity("SASL_PLAINTEXT", "SCRAM-SHA-512", user="jar-svc", password=SecretStr(SECRET))
TOKEN = KafkaSecurity("SASL_PLAINTEXT", "OAUTHBEARER", token_url="http://127.0.0.1:1/token", client_id="jar-svc")


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Authority(tmp_path_factory.mktemp("signed"), "a CA").sign("broker", ("127.0.0.1",))


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    file = tmp_path / "secret"
    file.write_text(SECRET + "\n")
    return file


def refusal(security: KafkaSecurity) -> str:
    with pytest.raises(UsageError) as refused:
        security.check()
    return str(refused.value)


@pytest.mark.parametrize(
    ("security", "sentence"),
    [
        (KafkaSecurity(user="ann"), "STANDING_KAFKA_USER has no effect while STANDING_KAFKA_PROTOCOL is PLAINTEXT"),
        (KafkaSecurity(ca_file=Path("ca.pem")), "STANDING_KAFKA_CA_FILE has no effect while"),
        (KafkaSecurity("SSL", mechanism="PLAIN"), "STANDING_KAFKA_MECHANISM has no effect while STANDING_KAFKA_PROTOCOL is SSL"),
        (KafkaSecurity("SSL", ca_file=Path("none.pem")), "STANDING_KAFKA_CA_FILE: there is no file none.pem."),
        (KafkaSecurity("SASL_SSL"), "STANDING_KAFKA_PROTOCOL is SASL_SSL, which needs a login"),
        (KafkaSecurity("SASL_SSL", "PLAIN"), "STANDING_KAFKA_MECHANISM is PLAIN, which needs a user"),
        (KafkaSecurity("SASL_SSL", "SCRAM-SHA-256", user="ann"), "STANDING_KAFKA_USER is 'ann' without a password"),
        (replace(SCRAM, password_file=Path("there")), "STANDING_KAFKA_PASSWORD and STANDING_KAFKA_PASSWORD_FILE are both set"),
        (replace(SCRAM, password=None, password_file=Path("none")), "STANDING_KAFKA_PASSWORD_FILE: none cannot be read"),
        (replace(SCRAM, token_url="https://id"), "STANDING_KAFKA_TOKEN_URL has no effect with STANDING_KAFKA_MECHANISM SCRAM"),
        (TOKEN, "STANDING_KAFKA_MECHANISM is OAUTHBEARER, which needs STANDING_KAFKA_CLIENT_SECRET_FILE."),
        (replace(TOKEN, client_secret_file=Path("none")), "STANDING_KAFKA_CLIENT_SECRET_FILE: none cannot be read"),
        (replace(TOKEN, client_secret_file=Path("none"), token_url="http://id.example/t"), "must begin with https://"),
        (replace(TOKEN, client_secret_file=Path("none"), user="ann"), "STANDING_KAFKA_USER has no effect with OAUTHBEARER"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_refused_with_what_to_change(security: KafkaSecurity, sentence: str) -> None:
    assert sentence in refusal(security)


def test_files_that_hold_something_else_are_refused(signed: Certificate, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.write_text("")
    assert f"{empty} is empty" in refusal(replace(SCRAM, password=None, password_file=empty))
    assert f"{signed.key} holds no certificates in PEM" in refusal(KafkaSecurity("SSL", ca_file=signed.key))
    without_key = KafkaSecurity("SSL", ca_file=signed.cert, cert_file=signed.cert)
    assert "belong together" in refusal(without_key)
    assert "no certificate with its unencrypted key" in refusal(replace(without_key, key_file=signed.cert))
    replace(without_key, key_file=signed.key).check()


def test_no_login_and_no_tls_is_what_holds_without_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in KafkaSettings.model_fields:
        monkeypatch.setenv(f"STANDING_{name.upper()}", "")
    assert KafkaSettings().kafka_security.check() == PLAINTEXT


def test_a_protocol_without_tls_that_has_a_login_must_be_named(
    monkeypatch: pytest.MonkeyPatch, secret_file: Path
) -> None:
    monkeypatch.setenv("STANDING_KAFKA_MECHANISM", "PLAIN")
    monkeypatch.setenv("STANDING_KAFKA_USER", "ann")
    monkeypatch.setenv("STANDING_KAFKA_PASSWORD_FILE", str(secret_file))
    assert "has no effect while STANDING_KAFKA_PROTOCOL is PLAINTEXT" in refusal(KafkaSettings().kafka_security)
    monkeypatch.setenv("STANDING_KAFKA_PROTOCOL", "SASL_PLAINTEXT")
    assert KafkaSettings().kafka_security.check().client_options()["sasl_plain_password"] == SECRET


def test_a_process_that_cannot_reach_kafka_as_it_is_set_up_ends_with_the_sentence_alone(secret_file: Path) -> None:
    missing = secret_file.with_name("missing")
    given = replace(SCRAM, password=None, password_file=missing).environment()
    environment = {"STANDING_POSTGRES": "postgresql://u@127.0.0.1:1", "STANDING_KAFKA": "127.0.0.1:1", **given}
    script = (
        "from chassis.main import run; from chassis.service import Service;"
        " run(Service(name='jar-svc', topic='t', port=0, events=(), deciders=()))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, **environment}, capture_output=True, text=True, timeout=300
    )
    assert ended.returncode == 1
    assert (
        ended.stderr == f"jar-svc: STANDING_KAFKA_PASSWORD_FILE: {missing} cannot be read: No such file or directory.\n"
    )


def test_a_secret_stands_in_no_text_of_the_settings(monkeypatch: pytest.MonkeyPatch, secret_file: Path) -> None:
    monkeypatch.delenv("STANDING_POSTGRES", raising=False)
    monkeypatch.setenv("STANDING_KAFKA_PASSWORD", SECRET)
    settings = KafkaSettings()
    shown = [repr(settings), str(settings), repr(settings.kafka_security), repr(SCRAM), str(SCRAM.environment())]
    shown.append(repr(replace(SCRAM, password=None, password_file=secret_file).check()))
    with pytest.raises(ValidationError) as missing:
        Settings()
    monkeypatch.setenv("STANDING_KAFKA_PROTOCOL", "TLS")
    with pytest.raises(ValidationError) as unknown:
        KafkaSettings()
    assert SECRET not in "\n".join([*shown, str(missing.value), str(unknown.value)])
    assert "STANDING_KAFKA_PASSWORD" not in SCRAM.environment()


def test_another_process_gets_the_same_from_the_environment(signed: Certificate, secret_file: Path) -> None:
    made = KafkaSecurity("SASL_SSL", "SCRAM-SHA-512", user="ann", password_file=secret_file, ca_file=signed.cert)
    assert KafkaSecurity.of_environment(made.environment()) == made


def test_a_password_is_read_anew_whenever_a_client_is_made(secret_file: Path) -> None:
    security = replace(SCRAM, password=None, password_file=secret_file)
    assert security.client_options()["sasl_plain_password"] == SECRET
    secret_file.write_text("rotated")
    assert security.client_options()["sasl_plain_password"] == "rotated"
    assert security.librdkafka_options()["sasl.password"] == "rotated"
    assert security.faststream_options()["security"].password == "rotated"


async def test_the_consumers_broker_gets_what_every_other_client_gets(signed: Certificate, secret_file: Path) -> None:
    for security in (
        PLAINTEXT,
        SCRAM,
        KafkaSecurity("SSL", ca_file=signed.cert, cert_file=signed.cert, key_file=signed.key),
        KafkaSecurity("SASL_SSL", "PLAIN", user="ann", password_file=secret_file, ca_file=signed.cert),
        KafkaSecurity("SASL_SSL", "SCRAM-SHA-256", user="ann", password_file=secret_file, ca_file=signed.cert),
        replace(TOKEN, client_secret_file=secret_file),
    ):
        broker = KafkaBroker("127.0.0.1:1", **security.faststream_options())
        given: dict[str, Any] = broker._connection_kwargs
        wanted = security.client_options()
        for name in ("security_protocol", "sasl_mechanism", "sasl_plain_username", "sasl_plain_password"):
            assert given.get(name) == wanted.get(name), (name, security)
        assert (given.get("ssl_context") is None) == (wanted["ssl_context"] is None)
        assert isinstance(given.get("sasl_oauth_token_provider"), KafkaTokens) == (security.mechanism == "OAUTHBEARER")


@pytest.mark.parametrize(
    ("security", "schemes"),
    [
        (PLAINTEXT, {}),
        (SCRAM, {"scram512": {"type": "scramSha512"}}),
        (replace(SCRAM, mechanism="PLAIN"), {"user-password": {"type": "userPassword"}}),
        (KafkaSecurity("SSL", cert_file=Path("c"), key_file=Path("k")), {"x509": {"type": "X509"}}),
        (
            TOKEN,
            {"oauthbearer": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": TOKEN.token_url, "availableScopes": {}}}}},
        ),
    ],
    ids=["no login", "scram", "plain", "certificate", "token"],
)  # fmt: skip
def test_the_asyncapi_document_names_the_broker_and_its_login(
    security: KafkaSecurity, schemes: dict[str, dict[str, Any]]
) -> None:
    document = document_of([JAR_SERVICE], "jars", "1", ("kafka-1:9092,kafka-2:9092", security))
    servers = document["servers"]
    assert [each["host"] for each in servers.values()] == ["kafka-1:9092", "kafka-2:9092"]
    assert {each["protocol"] for each in servers.values()} == {"kafka-secure" if security.encrypted else "kafka"}
    assert document["components"].get("securitySchemes", {}) == schemes
    references = [{"$ref": f"#/components/securitySchemes/{name}"} for name in schemes]
    assert all(each.get("security", []) == references for each in servers.values())
    assert SECRET not in str(document)
    assert "servers" not in document_of([JAR_SERVICE], "jars", "1")


def test_a_service_needs_the_rules_of_what_it_declares_and_no_more() -> None:
    assert acls_of(COUNT_SERVICE, "t-", creates=False) == (
        Acl("topic", "t-count.events", "Write"),
        Acl("topic", "t-count.events", "Read"),
        Acl("topic", "t-jar.events", "Read"),
        Acl("group", "t-count-svc", "Read"),
    )
    made = [acl.name for acl in acls_of(JAR_SERVICE) if acl.operation == "Create"]
    assert made == ["jar.events", "plant.pourings"]
    assert (
        command("User:jar-svc", Acl("group", "jar-svc", "Read"))
        == "kafka-acls --add --allow-principal User:jar-svc --operation Read --group jar-svc"
    )


@asynccontextmanager
async def issuer(**changes: Any) -> AsyncIterator[TokenIssuer]:
    made = TokenIssuer(secret=SECRET, **changes)
    async with made:
        yield made


async def test_a_token_is_fetched_once_and_anew_before_it_expires(secret_file: Path) -> None:
    async with issuer(life_s=2.0) as made:
        provider = KafkaTokens(made.url, "jar-svc", secret_file)
        first, same = await asyncio.gather(provider.token(), provider.token())
        assert first == same
        assert made.issued == 1
        await asyncio.sleep(1.7)  # of its two seconds; the token itself counts time, so nothing else can be waited for
        assert await provider.token() != first
        assert made.issued == 2


async def test_a_refused_or_missing_token_is_a_sentence_without_the_secret(secret_file: Path) -> None:
    async with issuer() as made:
        secret_file.write_text(f"{SECRET}-of-another")
        with pytest.raises(
            TokenUnavailable, match="gives the client jar-svc no token: 401 invalid_client: wrong secret"
        ) as refused:
            await KafkaTokens(made.url, "jar-svc", secret_file).token()
        assert SECRET not in str(refused.value)
        made.answer = "<html>"
        with pytest.raises(TokenUnavailable, match="answers without an access_token"):
            await KafkaTokens(made.url, "jar-svc", secret_file).token()
    with pytest.raises(TokenUnavailable, match="gives no token"):
        await KafkaTokens(made.url, "jar-svc", secret_file).token()
    secret_file.unlink()
    with pytest.raises(TokenUnavailable, match="STANDING_KAFKA_CLIENT_SECRET_FILE"):
        await KafkaTokens(made.url, "jar-svc", secret_file).token()
