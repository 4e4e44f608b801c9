"""The deployment files as the tests read them."""

from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped, unused-ignore]

from chassis.settings import Settings
from notify_svc.settings import OutsideSettings, SmtpSettings
from standing.services import ALL

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
WRITTEN_HERE = ("postgres", "watch", "dashboards", "kubernetes")
SERVICES = {service.name: service for service in ALL}

SETTINGS = {f"STANDING_{name.upper()}" for name in Settings.model_fields}
SMTP_SETTINGS = {
    str(field.validation_alias or f"NOTIFY_SMTP_{name.upper()}") for name, field in SmtpSettings.model_fields.items()
}
OUTSIDE_SETTINGS = {f"NOTIFY_{name.upper()}" for name in OutsideSettings.model_fields}
VARIABLES = SETTINGS | SMTP_SETTINGS | OUTSIDE_SETTINGS | {"OTEL_EXPORTER_OTLP_ENDPOINT"}
"""Every environment variable that a service reads."""


def yaml_files() -> list[Path]:
    folders = [path for name in WRITTEN_HERE for path in (DEPLOY / name).rglob("*.yaml")]
    return sorted([*folders, DEPLOY / "compose.yaml"])


def documents(path: Path) -> list[Any]:
    return list(yaml.safe_load_all(path.read_text()))


def settings_of(environment: dict[str, str], patched: pytest.MonkeyPatch) -> Settings:
    """What a service makes of these variables. Raises pydantic's ValidationError where it would not start."""
    for name in SETTINGS:
        patched.delenv(name, raising=False)
    for name, value in environment.items():
        patched.setenv(name, value)
    return Settings()
