"""Endpoints and their secrets: sealed before they enter an event, rotated without a gap, resealed under a newer key."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import ValidationError

from chassis.testing import Given, given, replay
from contracts.notify import EndpointRegistered, EndpointRemoved, EndpointResealed, EndpointSecretRotated
from notify_svc.delivery.registered import shown_of
from notify_svc.endpoints import DECIDER
from notify_svc.endpoints.endpoint import (
    NoSecretToRotate,
    NoSuchEndpoint,
    RegisterEndpoint,
    RemoveEndpoint,
    Reseal,
    RotateSecret,
    SecretMovedOn,
    endpoint_id,
)
from notify_svc.endpoints.vault import Credentials, NoKey, Vault, new_secret
from notify_svc.read_models import endpoint
from notify_svc.settings import OutsideSettings

NOON = datetime(2024, 2, 1, 12, tzinfo=UTC)
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
E = endpoint_id("system:bi", "webhook")


def registered(channel: Any = "webhook") -> Given:
    command = RegisterEndpoint(E, "system:bi", channel, "https://bi.example.org/…", "sealed-1")
    return given(DECIDER).when(command)


@for_all(st.text(max_size=200), st.none() | st.text(max_size=60))
def test_what_is_sealed_opens_as_it_was_and_shows_nothing(url: str, secret: str | None) -> None:
    held = Credentials(url, secret, secret, NOON if secret else None)
    sealed = Vault([OLD]).seal(held)
    assert Vault([OLD]).open(sealed) == held
    assert len(url) < 8 or url not in sealed


def test_a_newer_key_seals_and_the_older_one_still_opens_until_everything_is_resealed() -> None:
    held = Credentials("https://bi.example.org/hook", new_secret())
    sealed = Vault([OLD]).seal(held)
    both = Vault([NEW, OLD])
    assert both.open(sealed) == held
    resealed = both.reseal(sealed)
    assert Vault([NEW]).open(resealed) == held
    with pytest.raises(NoKey):
        Vault([NEW]).open(sealed)


@pytest.mark.parametrize("use", [lambda vault: vault.seal(Credentials("x")), lambda vault: vault.open("x")])
def test_a_deployment_without_a_key_says_so(use: Any) -> None:
    with pytest.raises(NoKey, match="NOTIFY_SECRET_KEYS is not set"):
        use(Vault([]))


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


def test_both_secrets_sign_while_the_receiver_changes_over() -> None:
    held = Credentials("https://bi.example.org/hook", "new", "old", NOON)
    assert held.signing(NOON - timedelta(seconds=1)) == ["new", "old"]
    assert held.signing(NOON) == ["new"]


def test_an_endpoint_is_registered_rotated_resealed_and_removed() -> None:
    registered().then(EndpointRegistered)
    rotated = registered().when(RotateSecret(E, "sealed-2", "sealed-1", NOON, signs=True))
    rotated.then(EndpointSecretRotated).when(Reseal(E, "sealed-3", "sealed-2")).then(EndpointResealed)
    registered().when(RemoveEndpoint(E, "moved"), RemoveEndpoint(E, "moved")).then(EndpointRemoved)


def test_a_secret_that_somebody_else_changed_meanwhile_is_not_overwritten() -> None:
    registered().when(RotateSecret(E, "sealed-2", "sealed-0", NOON, signs=True)).then_refused(
        SecretMovedOn, "somebody else"
    )


def test_what_is_not_there_or_has_no_secret_of_its_own_is_refused() -> None:
    given(DECIDER).when(RotateSecret(E, "a", "b", NOON, signs=True)).then_refused(
        NoSuchEndpoint, "There is no endpoint"
    )
    registered("chat").when(RotateSecret(E, "a", "sealed-1", NOON, signs=False)).then_refused(
        NoSecretToRotate, "chat address"
    )


def test_the_list_shows_a_host_and_never_what_is_sealed() -> None:
    common: dict[str, Any] = {"endpoint_id": E, "recipient": "system:bi", "channel": "webhook"}
    told = EndpointRegistered(**common, shown="https://bi.example.org/…", sealed="s1")
    rotated = EndpointSecretRotated(**common, sealed="s2", both_until=NOON)
    [row] = replay(endpoint.MODEL, [told, rotated]).values()
    assert (row.sealed, row.both_until) == ("s2", NOON)
    assert "sealed" not in str(endpoint.listed(None))


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
