"""Endpoints and their secrets: sealed with the key of their recipient, rotated without a gap; those of before are moved to it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import ValidationError

from chassis.testing import Given, given, replay
from chassis.testing.sealed import sealed
from contracts.notify import EndpointRegistered, EndpointRemoved, EndpointResealed, EndpointSecretRotated
from contracts.personal import SECRET
from notify_svc.delivery.registered import shown_of
from notify_svc.endpoints import DECIDER
from notify_svc.endpoints.credentials import Credentials
from notify_svc.endpoints.endpoint import (
    NoSecretToRotate,
    NoSuchEndpoint,
    RegisterEndpoint,
    RemoveEndpoint,
    Reseal,
    RotateSecret,
    SecretMovedOn,
    endpoint_id,
    forget,
)
from notify_svc.endpoints.vault import NoKey, Vault
from notify_svc.read_models import endpoint
from notify_svc.settings import OutsideSettings

NOON = datetime(2024, 2, 1, 12, tzinfo=UTC)
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
E = endpoint_id("system:bi", "webhook")
COMMON: dict[str, Any] = {"endpoint_id": E, "recipient": "system:bi", "channel": "webhook"}
FIRST, SECOND, THIRD = (sealed(text, "system:bi") for text in ("first", "second", "third"))


def registered(channel: Any = "webhook") -> Given:
    command = RegisterEndpoint(E, "system:bi", channel, "https://bi.example.org/…", FIRST)
    return given(DECIDER).when(command)


@for_all(st.text(max_size=200), st.none() | st.text(max_size=60))
def test_credentials_are_one_text_that_only_the_service_opens(url: str, secret: str | None) -> None:
    credentials = Credentials(url, secret, secret, NOON if secret else None)
    assert credentials.text.text.startswith(SECRET)
    assert Credentials.of(credentials.text.text.removeprefix(SECRET)) == credentials
    assert len(url) < 8 or url not in repr(credentials)


def test_what_a_key_of_the_deployment_sealed_opens_with_that_key_and_with_no_other() -> None:
    content = {"url": "https://bi.example.org/hook", "secret": "s", "previous": None, "previous_until": None}
    sealed = Fernet(OLD).encrypt(json.dumps(content).encode()).decode()
    assert Vault([NEW, OLD]).open(sealed) == Credentials("https://bi.example.org/hook", "s")
    for keys in ([NEW], []):
        with pytest.raises(NoKey, match="NOTIFY_SECRET_KEYS has none that opens it"):
            Vault(keys).open(sealed)


def test_settings_take_keys_and_networks_and_refuse_what_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SECRET_KEYS", f"{NEW}, {OLD}")
    monkeypatch.setenv("NOTIFY_ALLOWED_NETWORKS", "10.0.0.0/8,fd00::/8")
    settings = OutsideSettings()
    assert settings.keys == [NEW, OLD]
    assert [str(network) for network in settings.allowed_networks] == ["10.0.0.0/8", "fd00::/8"]
    assert OLD not in repr(settings)
    monkeypatch.setenv("NOTIFY_SECRET_KEYS", "letmein")
    with pytest.raises(ValidationError, match="each key is 32 bytes"):
        OutsideSettings()


def test_keys_come_from_a_file_and_are_rotated_in_it_without_a_restart(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "keys"
    file.write_text(f"{OLD}\n")
    monkeypatch.delenv("NOTIFY_SECRET_KEYS", raising=False)
    monkeypatch.setenv("NOTIFY_SECRET_KEYS_FILE", str(file))
    assert OutsideSettings().keys == [OLD]
    file.write_text(f"{NEW},{OLD}\n")
    assert OutsideSettings().keys == [NEW, OLD]
    file.write_text("c4nary")
    with pytest.raises(ValidationError) as refused:
        OutsideSettings()
    assert "c4nary" not in str(refused.value)


def test_both_secrets_sign_while_the_receiver_changes_over() -> None:
    held = Credentials("https://bi.example.org/hook", "new", "old", NOON)
    assert held.signing(NOON - timedelta(seconds=1)) == ["new", "old"]
    assert held.signing(NOON) == ["new"]


def test_an_endpoint_is_registered_rotated_resealed_and_removed() -> None:
    registered().then(EndpointRegistered)
    rotated = registered().when(RotateSecret(E, "system:bi", SECOND, FIRST.sealed, NOON, signs=True))
    rotated.then(EndpointSecretRotated).when(Reseal(E, "system:bi", THIRD, SECOND.sealed)).then(EndpointResealed)
    registered().when(RemoveEndpoint(E, "moved"), RemoveEndpoint(E, "moved")).then(EndpointRemoved)


def test_an_endpoint_of_before_is_sealed_with_the_key_of_its_recipient() -> None:
    old = EndpointRegistered(**COMMON, shown="https://bi.example.org/…", sealed="gAAAAA")
    resealed = given(DECIDER, old).when(Reseal(E, "system:bi", FIRST, "gAAAAA")).one(EndpointResealed)
    assert (resealed.credentials, resealed.sealed) == (FIRST, "")
    moved = given(DECIDER, old, resealed)
    moved.when(RotateSecret(E, "system:bi", SECOND, FIRST.sealed, NOON, signs=True)).then(EndpointSecretRotated)


def test_an_erased_recipient_has_no_endpoint_in_any_channel() -> None:
    [of_webhook] = [command for command in forget("system:bi", FIRST.key) if command.endpoint_id == E]
    registered().when(of_webhook).then(EndpointRemoved)
    assert E not in [command.endpoint_id for command in forget("system:bia", FIRST.key)]


def test_an_endpoint_of_somebody_who_came_back_after_the_erasure_stays() -> None:
    [of_webhook] = [command for command in forget("system:bi", FIRST.key - 1) if command.endpoint_id == E]
    registered().when(of_webhook).then()


def test_a_secret_that_somebody_else_changed_meanwhile_is_not_overwritten() -> None:
    registered().when(RotateSecret(E, "system:bi", SECOND, THIRD.sealed, NOON, signs=True)).then_refused(
        SecretMovedOn, "somebody else"
    )


def test_what_is_not_there_or_has_no_secret_of_its_own_is_refused() -> None:
    given(DECIDER).when(RotateSecret(E, "system:bi", SECOND, "b", NOON, signs=True)).then_refused(
        NoSuchEndpoint, "There is no endpoint"
    )
    registered("chat").when(RotateSecret(E, "system:bi", SECOND, FIRST.sealed, NOON, signs=False)).then_refused(
        NoSecretToRotate, "chat address"
    )


def test_the_list_shows_a_host_and_never_what_is_sealed() -> None:
    first = EndpointRegistered(**COMMON, shown="https://bi.example.org/…", credentials=FIRST)
    rotated = EndpointSecretRotated(**COMMON, credentials=SECOND, both_until=NOON)
    [row] = replay(endpoint.MODEL, [first, rotated]).values()
    assert (row.credentials, row.both_until) == (SECOND, NOON)
    for hidden in ("sealed", "credentials"):
        assert hidden not in str(endpoint.listed(None))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://bi.example.org/hooks/t0k3n?key=1", "https://bi.example.org/…"),
        ("https://me:secret@bi.example.org:8443/x", "https://bi.example.org:8443/…"),
        ("slack://tokenA/tokenB/tokenC", "slack://…"),
    ],
)
def test_an_address_is_shown_without_its_tokens(url: str, shown: str) -> None:
    assert shown_of(url) == shown
