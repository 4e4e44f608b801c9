"""The walls around the pods of Kubernetes: everything is closed but what a service needs, and a pod asks for nothing of its host."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from .deployment import SERVICES
from .test_kubernetes import Resources, config, container, made

PLAIN_VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}  # fmt: skip
"""The kinds of volumes that the standard `restricted` has; a path of the host is none."""
HOST = ("hostNetwork", "hostPID", "hostIPC")
INSIDE = {"app.kubernetes.io/part-of": "standing"}
PROMETHEUS = {"app.kubernetes.io/name": "prometheus"}
Labels = dict[str, str]


@pytest.fixture(scope="module", params=["all", "split-roles"])
def resources(request: pytest.FixtureRequest) -> Resources:
    return made(request.param)


def of_kind(resources: Resources, kind: str) -> Iterator[dict[str, Any]]:
    return (each for (found, _), each in resources.items() if found == kind)


def pods(resources: Resources) -> dict[str, Labels]:
    """Deployment → labels of its pods."""
    found = of_kind(resources, "Deployment")
    return {each["metadata"]["name"]: each["spec"]["template"]["metadata"]["labels"] for each in found}


def selects(selector: dict[str, Any] | None, labels: Labels) -> bool:
    """Whether a selector selects what has these labels; only ``matchLabels`` are written here."""
    assert selector is None or selector.keys() <= {"matchLabels"}
    return selector is not None and selector.get("matchLabels", {}).items() <= labels.items()


def rules(resources: Resources, direction: str, pod: Labels) -> list[dict[str, Any]]:
    """All that the policies allow to a pod in a direction, ingress or egress."""
    policies = [each["spec"] for each in of_kind(resources, "NetworkPolicy")]
    own = [each for each in policies if selects(each["podSelector"], pod)]
    assert any(direction.capitalize() in each["policyTypes"] for each in own), f"nothing closes {direction} of {pod}"
    return [rule for each in own for rule in each.get(direction, [])]


def may_come_in(resources: Resources, pod: Labels, namespace: Labels, caller: Labels) -> bool:
    """Whether a pod with the labels ``caller``, in a namespace with these, reaches the port `http` of a pod, and no other port."""
    for rule in rules(resources, "ingress", pod):
        assert rule["ports"] == [{"protocol": "TCP", "port": "http"}]
        for peer in rule["from"]:
            here = namespace.get("kubernetes.io/metadata.name") == "standing"
            inside = selects(peer["namespaceSelector"], namespace) if "namespaceSelector" in peer else here
            if inside and ("podSelector" not in peer or selects(peer["podSelector"], caller)):
                return True
    return False


def ports_out(resources: Resources, pod: Labels) -> set[tuple[str, int]]:
    """The ports that a pod reaches at any address."""
    open_to_all = [rule for rule in rules(resources, "egress", pod) if "to" not in rule]
    return {(port["protocol"], port["port"]) for rule in open_to_all for port in rule["ports"]}


def test_no_pod_has_a_direction_that_is_open_unless_something_allows_it(resources: Resources) -> None:
    (nothing,) = [each["spec"] for each in of_kind(resources, "NetworkPolicy") if each["spec"]["podSelector"] == {}]
    assert nothing == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    for each in of_kind(resources, "NetworkPolicy"):
        for direction in ("ingress", "egress"):
            assert {} not in each["spec"].get(direction, []), "a rule without a word allows everything"
            assert all("ports" in rule or "to" in rule for rule in each["spec"].get(direction, []))


def test_the_policies_are_in_the_namespace_of_the_pods(resources: Resources) -> None:
    found = {each["metadata"]["namespace"] for kind in ("NetworkPolicy", "Deployment") for each in of_kind(resources, kind)}  # fmt: skip
    assert found == {each["metadata"]["name"] for each in of_kind(resources, "Namespace")} == {"standing"}


def test_services_callers_that_are_named_and_prometheus_come_in_and_nobody_else(resources: Resources) -> None:
    own, other = ({"kubernetes.io/metadata.name": name} for name in ("standing", "shop"))
    monitoring = {"kubernetes.io/metadata.name": "monitoring"}
    for pod in pods(resources).values():
        assert all(may_come_in(resources, pod, own, peer) for peer in pods(resources).values()), "they read each other"
        assert may_come_in(resources, pod, {**other, "standing-callers": "allowed"}, {})
        assert may_come_in(resources, pod, monitoring, PROMETHEUS)
        assert not may_come_in(resources, pod, other, INSIDE), "a label of ours in another namespace opens nothing"
        assert not may_come_in(resources, pod, other, PROMETHEUS)
        assert not may_come_in(resources, pod, monitoring, {"app.kubernetes.io/name": "grafana"})
        assert not may_come_in(resources, pod, own, {"app": "debug"})


def test_a_service_reaches_what_its_settings_name_and_no_other_port(resources: Resources) -> None:
    for name, pod in pods(resources).items():
        given = config(resources, name)
        kafka = {int(each.rpartition(":")[2]) for each in given["STANDING_KAFKA"].split(",")}
        issuer = urlsplit(given["STANDING_AUTH_ISSUER"])
        assert (issuer.scheme, issuer.port) == ("https", None)
        mail = {int(given["NOTIFY_SMTP_PORT"])} if "NOTIFY_SMTP_PORT" in given else set()
        assert ports_out(resources, pod) == {("TCP", port) for port in {5432, 443} | kafka | mail}
        assert ("NOTIFY_SMTP_PORT" in given) == (name == "notify-svc")


def test_names_and_each_other_are_reached(resources: Resources) -> None:
    dns = [{"protocol": protocol, "port": 53} for protocol in ("UDP", "TCP")]
    for pod in pods(resources).values():
        named = [rule for rule in rules(resources, "egress", pod) if "to" in rule]
        assert any(rule.get("ports") == dns for rule in named)
        everywhere = [to for rule in named if "ports" not in rule for to in rule["to"]]
        peers = [to["podSelector"] for to in everywhere if to.keys() == {"podSelector"}]
        assert all(any(selects(each, peer) for each in peers) for peer in pods(resources).values())


def test_the_namespace_refuses_what_is_not_restricted(resources: Resources) -> None:
    (namespace,) = of_kind(resources, "Namespace")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_every_pod_is_restricted_and_has_no_account_of_the_cluster(resources: Resources) -> None:
    assert set(pods(resources)) >= set(SERVICES)
    for each in of_kind(resources, "Deployment"):
        name, pod = each["metadata"]["name"], each["spec"]["template"]["spec"]
        assert pod["automountServiceAccountToken"] is False
        assert [key for key in HOST if pod.get(key)] == []
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] > 0
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert {kind for volume in pod["volumes"] for kind in volume.keys() - {"name"}} <= PLAIN_VOLUMES
        assert "initContainers" not in pod
        own = container(resources, name)
        assert own["securityContext"] == {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
        }  # fmt: skip
        assert [port for port in own["ports"] if "hostPort" in port] == []
