"""What kustomize makes of deploy/kubernetes."""

import shutil
import subprocess
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped, unused-ignore]

from standing.registry import registry

from .deployment import DEPLOY, SERVICES, VARIABLES, documents, settings_of, yaml_files

FOLDER = DEPLOY / "kubernetes"
OWN_VARIABLES = {entry.name: {each.name for each in entry.variables} for entry in registry().entries}
Resources = dict[tuple[str, str], dict[str, Any]]


def made(folder: str) -> Resources:
    """(kind, name) → resource."""
    if shutil.which("kubectl") is None:
        pytest.skip("needs kubectl, whose kustomize puts the resources together; no cluster is asked")
    kustomize = subprocess.run(
        ["kubectl", "kustomize", FOLDER / folder], capture_output=True, text=True, check=True, timeout=60
    )
    return {(each["kind"], each["metadata"]["name"]): each for each in yaml.safe_load_all(kustomize.stdout)}


@pytest.fixture(scope="module")
def everything() -> Resources:
    return made("all")


def container(resources: Resources, name: str) -> dict[str, Any]:
    (only,) = resources["Deployment", name]["spec"]["template"]["spec"]["containers"]
    found: dict[str, Any] = only
    return found


def config(resources: Resources, name: str) -> dict[str, str]:
    """The variables that a Deployment gets from ConfigMaps."""
    maps = [source["configMapRef"]["name"] for source in container(resources, name)["envFrom"]]
    return {key: value for each in maps for key, value in resources["ConfigMap", each]["data"].items()}


def test_every_yaml_file_can_be_read_and_every_resource_that_it_names_exists() -> None:
    for path in yaml_files():
        for document in documents(path):
            if path.name == "kustomization.yaml":
                assert [r for r in document.get("resources", []) if not (path.parent / r).exists()] == [], path


def test_every_service_has_a_deployment_a_service_and_a_disruption_budget(everything: Resources) -> None:
    for kind in ("Deployment", "Service", "PodDisruptionBudget"):
        assert {name for found, name in everything if found == kind} == set(SERVICES)


def test_secrets_are_referred_to_and_never_written(everything: Resources) -> None:
    assert [name for kind, name in everything if kind == "Secret"] == []
    for name in SERVICES:
        given = {variable["name"]: variable for variable in container(everything, name)["env"]}
        assert given["STANDING_POSTGRES"]["valueFrom"] == {"secretKeyRef": {"name": f"{name}-postgres", "key": "url"}}


@pytest.mark.parametrize("name", SERVICES)
def test_the_password_and_the_ca_of_the_database_are_files_of_a_secret_of_the_service(
    everything: Resources, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "postgresql://u@db:5432?sslmode=verify-full&sslrootcert=/etc/standing/postgres/ca.pem"
    settings = settings_of({**config(everything, name), "STANDING_POSTGRES": url}, monkeypatch)
    (folder,) = [
        mount["mountPath"]
        for mount in container(everything, name)["volumeMounts"]
        if mount["name"] == "postgres" and mount["readOnly"]
    ]
    assert settings.dsn("x") == f"{url.replace('5432?', '5432/x?')}&passwordfile={folder}/password"
    volumes = everything["Deployment", name]["spec"]["template"]["spec"]["volumes"]
    assert {"name": "postgres", "secret": {"secretName": f"{name}-postgres"}} in volumes


@pytest.mark.parametrize("name", SERVICES)
def test_the_wrapping_keys_are_a_file_of_a_secret_of_the_service(
    everything: Resources, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {**config(everything, name), "STANDING_POSTGRES": "postgresql://u@db:5432"}
    file = settings_of(given, monkeypatch).wrapping_keys_file
    mounts = {mount["name"]: mount for mount in container(everything, name)["volumeMounts"]}
    assert (str(file), mounts["wrapping"]["readOnly"]) == (f"{mounts['wrapping']['mountPath']}/keys", True)
    volumes = everything["Deployment", name]["spec"]["template"]["spec"]["volumes"]
    assert {"name": "wrapping", "secret": {"secretName": f"{name}-wrapping", "optional": True}} in volumes


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_found_and_asked_on_its_own_port(everything: Resources, name: str) -> None:
    port, own = SERVICES[name].port, container(everything, name)
    assert own["ports"] == [{"name": "http", "containerPort": port}]
    assert everything["Service", name]["spec"]["ports"] == [{"name": "http", "port": port, "targetPort": "http"}]
    assert own["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": "http"}
    assert own["livenessProbe"]["httpGet"] == {"path": "/livez", "port": "http"}
    assert own["image"].split(":")[0] == f"standing/{name}"


@pytest.mark.parametrize("name", SERVICES)
def test_whoever_is_selected_is_the_services_own_pod(everything: Resources, name: str) -> None:
    labels = everything["Deployment", name]["spec"]["template"]["metadata"]["labels"]
    assert labels["app.kubernetes.io/name"] == name
    assert everything["Service", name]["spec"]["selector"].items() <= labels.items()
    assert everything["PodDisruptionBudget", name]["spec"]["selector"]["matchLabels"].items() <= labels.items()


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_understands_every_variable_that_it_is_given(
    everything: Resources, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables = config(everything, name)
    assert {*variables, *(variable["name"] for variable in container(everything, name)["env"])} <= VARIABLES
    settings = settings_of({**variables, "STANDING_POSTGRES": "postgresql://u@db:5432"}, monkeypatch)
    assert settings.peers == {peer.name: f"http://{peer.name}:{peer.port}" for peer in SERVICES.values()}
    assert {key for key in variables if not key.startswith("STANDING_")} == OWN_VARIABLES[name]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_logs_in_at_kafka_as_itself_with_a_secret_that_is_mounted(
    everything: Resources, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = container(everything, name)
    given = {each["name"]: each["value"] for each in own["env"] if "value" in each}
    variables = {**config(everything, name), **given, "STANDING_POSTGRES": "postgresql://u@db:5432"}
    security = settings_of(variables, monkeypatch).kafka_security
    assert (security.protocol, security.mechanism, security.user) == ("SASL_SSL", "SCRAM-SHA-512", name)
    (folder,) = [mount["mountPath"] for mount in own["volumeMounts"] if mount["name"] == "kafka" and mount["readOnly"]]
    assert {str(security.ca_file), str(security.password_file)} == {f"{folder}/ca.pem", f"{folder}/password"}
    volumes = everything["Deployment", name]["spec"]["template"]["spec"]["volumes"]
    assert {"name": "kafka", "secret": {"secretName": f"{name}-kafka"}} in volumes


def test_split_roles_leave_no_role_without_a_process_and_no_pod_in_two_deployments(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    split = made("split-roles")
    roles: dict[str, frozenset[str]] = {}
    for name in ("credit-svc", "credit-svc-worker"):
        env = {v["name"]: v["value"] for v in container(split, name)["env"] if "value" in v}
        given = {**config(split, name), **env, "STANDING_POSTGRES": "postgresql://u@db:5432"}
        roles[name] = frozenset(settings_of(given, monkeypatch).roles)
    assert roles["credit-svc"] == {"http"}
    assert roles["credit-svc-worker"] == {"consume", "project", "relay", "schedule"}
    selected = [split["Deployment", name]["spec"]["selector"]["matchLabels"] for name in roles]
    assert selected[0] != selected[1]
    assert set(selected[0]) == set(selected[1])
