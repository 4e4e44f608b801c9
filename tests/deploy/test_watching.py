"""Alerts and the dashboard ask for nothing that is not exported."""

import json
import re

import yaml  # type: ignore[import-untyped, unused-ignore]
from prometheus_client import REGISTRY

import chassis.health
import chassis.telemetry  # noqa: F401 (importing them registers the metrics)

from .deployment import DEPLOY, SERVICES, documents

RULES = [rule for group in documents(DEPLOY / "dashboards" / "alerts.yaml")[0]["groups"] for rule in group["rules"]]
DASHBOARD = json.loads((DEPLOY / "dashboards" / "standing.json").read_text())
ASKED = [rule["expr"] for rule in RULES] + [t["expr"] for panel in DASHBOARD["panels"] for t in panel["targets"]]
PROMETHEUS_OWN = {"up"}
SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}


def exported() -> set[str]:
    return {m.name + suffix for m in REGISTRY.collect() for suffix in SUFFIXES.get(m.type, ("",))}


def metrics(expression: str) -> set[str]:
    """Names in a PromQL expression that are neither functions, labels, label values nor keywords."""
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\"[^\"]*\"", "", expression)
    bare = re.sub(r"\b(by|on|without|ignoring|group_left|group_right)\s*\([^)]*\)", "", bare)
    return set(re.findall(r"(?<![\w:.])[a-zA-Z_:][\w:]*(?![\w:]*\s*\()", bare)) - {"and", "or", "unless"}


def test_every_metric_that_is_asked_for_is_exported() -> None:
    known = exported() | PROMETHEUS_OWN | {rule["record"] for rule in RULES if "record" in rule}
    wanted = set().union(*map(metrics, ASKED))
    assert {"standing_lag", "standing_commit_seconds_bucket", "standing:lag", "up"} <= wanted
    assert wanted - known == set()


def test_every_metric_of_ours_is_shown_on_the_dashboard() -> None:
    ours = {m.name for m in REGISTRY.collect() if m.name.startswith("standing_")}
    shown = " ".join(ASKED)
    assert {name for name in ours if not re.search(rf"\b{name}", shown)} == set()


def test_every_alert_says_what_is_wrong_and_what_to_do() -> None:
    alerts = [rule for rule in RULES if "alert" in rule]
    assert alerts
    assert [a["alert"] for a in alerts if not {"summary", "todo"} <= set(a["annotations"]) or "for" not in a] == []


def test_prometheus_asks_all_services_on_their_ports() -> None:
    config = yaml.safe_load((DEPLOY / "watch" / "prometheus.yaml").read_text())
    targets = [t for job in config["scrape_configs"] for static in job["static_configs"] for t in static["targets"]]
    assert sorted(targets) == sorted(f"{service.name}:{service.port}" for service in SERVICES.values())
