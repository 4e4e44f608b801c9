"""The console in compose and Kubernetes: it understands what it is given, and knows every service."""

import json
from typing import Any

import pytest

from standing.console import PORT as COMMAND_PORT
from standing.registry import registry
from standing_console.settings import PORT, ConsoleSettings

from .deployment import DEPLOY, documents
from .test_compose import COMPOSE
from .test_kubernetes import container, made

READ = {"STANDING_AUTH_ISSUER", "STANDING_AUTH_CA_FILE", "STANDING_PEERS", "STANDING_HOST"} | {
    f"STANDING_CONSOLE_{name.upper()}" for name in ConsoleSettings.model_fields
}
"""Every variable that a console reads."""


def settings_of(environment: dict[str, str], patched: pytest.MonkeyPatch) -> ConsoleSettings:
    for name in READ:
        patched.delenv(name, raising=False)
    for name, value in environment.items():
        patched.setenv(name, value)
    return ConsoleSettings()


def test_the_console_of_compose_understands_what_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    part: dict[str, Any] = COMPOSE["services"]["console"]
    assert set(part["environment"]) <= READ
    given = {name: value for name, value in part["environment"].items() if value is not None}
    given |= {"STANDING_AUTH_ISSUER": "https://issuer.example", "STANDING_CONSOLE_URL": f"http://127.0.0.1:{PORT}"}
    settings = settings_of(given, monkeypatch)
    assert settings.peers == registry().peers
    assert part["ports"] == [f"127.0.0.1:{settings.port}:{settings.port}"]
    assert str(settings.client_secret_file) == "/run/secrets/issuer-console"
    assert "issuer-console" in COMPOSE["secrets"]


def test_the_console_of_kubernetes_understands_what_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    (maps,) = documents(DEPLOY / "kubernetes" / "console" / "kustomization.yaml")
    literals = dict(each.split("=", 1) for each in maps["configMapGenerator"][0]["literals"])
    assert set(literals) <= READ
    settings = settings_of(literals, monkeypatch)
    assert settings.peers == registry().peers == json.loads(literals["STANDING_PEERS"])
    assert settings.callback.startswith("https://")


def test_the_pod_of_the_console_is_found_by_its_service_and_walled_in_like_the_others() -> None:
    resources = made("console")
    labels = resources["Deployment", "console"]["spec"]["template"]["metadata"]["labels"]
    assert labels["app.kubernetes.io/part-of"] == "standing", "the walls of the namespace are for this label"
    assert resources["Service", "console"]["spec"]["selector"].items() <= labels.items()
    assert resources["NetworkPolicy", "console"]["spec"]["podSelector"]["matchLabels"].items() <= labels.items()
    own = container(resources, "console")
    assert own["ports"] == [{"name": "http", "containerPort": PORT}]
    assert own["securityContext"]["readOnlyRootFilesystem"] is True


def test_the_command_and_the_console_mean_the_same_port() -> None:
    assert COMMAND_PORT == PORT
