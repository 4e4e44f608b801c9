"""Where services are deployed, they take the tokens of one issuer, and get theirs there by a secret that stands in a file."""

from pathlib import Path

import httpx
import pytest
import yaml  # type: ignore[import-untyped, unused-ignore]

from chassis.service_tokens import ServiceTokens
from standing.deployment import issuer_of, with_token_url
from standing.people import CLIENTS, MONITOR
from standing.people import SERVICES as SERVICES_CLIENT
from standing_parts.issuer import Issuer

from .deployment import DEPLOY, SERVICES, settings_of
from .test_compose import COMPOSE, PARTS, environment, mounted
from .test_kubernetes import Resources, config, container, made

ROLES = {client.client_id: client.roles for client in CLIENTS}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_of_compose_takes_the_tokens_of_the_issuer_that_is_named(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = environment(name)
    assert given["STANDING_AUTH_ISSUER"].startswith("${STANDING_AUTH_ISSUER:?"), "without one compose does not start"
    settings = settings_of({**given, "STANDING_AUTH_ISSUER": "https://issuer.example"}, monkeypatch)
    assert (settings.auth, settings.auth_issuer) == ("on", "https://issuer.example")
    assert ServiceTokens.of(settings) is not None
    assert settings.client_id == SERVICES_CLIENT
    assert mounted(name)[str(settings.client_secret_file)] == "issuer-services"


def test_a_service_of_compose_is_told_of_an_issuer_with_other_claims_where_the_shell_says_so() -> None:
    passed_on = {"STANDING_AUTH_AUDIENCE", "STANDING_AUTH_ROLES_CLAIM", "STANDING_AUTH_TYP"}
    for name in SERVICES:
        assert {key for key in PARTS[name]["environment"] if PARTS[name]["environment"][key] is None} >= passed_on


@pytest.fixture(scope="module")
def everything() -> Resources:
    return made("all")


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_of_kubernetes_gets_its_tokens_by_a_secret_that_is_mounted(
    everything: Resources, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {**config(everything, name), "STANDING_POSTGRES": "postgresql://u@db:5432"}
    settings = settings_of(given, monkeypatch)
    assert settings.auth == "on"
    assert str(settings.auth_issuer).startswith("https://")
    assert ServiceTokens.of(settings) is not None
    assert settings.client_id == SERVICES_CLIENT
    mounts = container(everything, name)["volumeMounts"]
    (folder,) = [each["mountPath"] for each in mounts if each["name"] == "issuer" and each["readOnly"]]
    assert settings.client_secret_file == Path(folder) / "secret"
    volumes = everything["Deployment", name]["spec"]["template"]["spec"]["volumes"]
    assert {"name": "issuer", "secret": {"secretName": "services-issuer"}} in volumes


def test_prometheus_asks_by_a_token_of_a_client_that_may_read_metrics_and_nothing_else() -> None:
    (job,) = yaml.safe_load((DEPLOY / "watch" / "prometheus.yaml").read_text())["scrape_configs"]
    login = job["oauth2"]
    assert ROLES[login["client_id"]] == (MONITOR,)
    assert login["token_url"].startswith("https://")
    assert "client_secret" not in login
    assert f"/run/secrets/{PARTS['prometheus']['secrets'][0]}" == login["client_secret_file"]
    assert COMPOSE["secrets"]["issuer-monitor"]["file"] == "./secrets/issuer/monitor"


async def test_where_prometheus_gets_its_tokens_is_asked_of_the_issuer_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STANDING_AUTH_ISSUER", raising=False)
    assert issuer_of(tmp_path) is None
    issuer = Issuer.start(tmp_path / "issuer", [])
    (tmp_path / ".env").write_text(f"OTHER=1\nSTANDING_AUTH_ISSUER={issuer.url}\n")
    before = (DEPLOY / "watch" / "prometheus.yaml").read_text()
    try:
        named = issuer_of(tmp_path)
        assert named == issuer.url
        after = await with_token_url(before, named)
    finally:
        issuer.stop()
    (job,) = yaml.safe_load(after)["scrape_configs"]
    assert job["oauth2"]["token_url"] == f"{issuer.url}/token"
    assert [line for line in before.splitlines() if "token_url:" not in line] == [
        line for line in after.splitlines() if "token_url:" not in line
    ]
    with pytest.raises(httpx.HTTPError):
        await with_token_url(before, named)
