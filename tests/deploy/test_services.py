"""deploy/services.toml: the services say the same of themselves, and the committed files are what it makes."""

import tomllib
from pathlib import Path

import pytest

import contracts
from standing.deployment import BEGIN, END, files
from standing.registry import registry

from .deployment import DEPLOY, ROOT, SERVICES

REGISTRY = registry()
FILES = files(REGISTRY)


def test_every_service_is_listed_once_with_its_own_name_and_port() -> None:
    folders = {path.parent.name for path in (ROOT / "services").glob("*/pyproject.toml")}
    assert {entry.name for entry in REGISTRY.entries} == folders == set(contracts.OWNERS)
    assert [(entry.name, entry.port, entry.database) for entry in REGISTRY.entries] == [
        (service.name, service.port, service.database) for service in SERVICES.values()
    ]
    assert len({entry.port for entry in REGISTRY.entries}) == len(REGISTRY.entries)


def test_every_service_publishes_what_its_contracts_declare_on_the_topic_that_they_name() -> None:
    for name, owner in contracts.OWNERS.items():
        assert SERVICES[name].topic == owner.TOPIC
        assert set(SERVICES[name].events) == set(owner.EVENTS)
    assert len({service.topic for service in SERVICES.values()}) == len(SERVICES)


def test_every_service_is_a_package_of_its_name_with_a_command_of_its_name() -> None:
    for entry in REGISTRY.entries:
        folder = ROOT / "services" / entry.name
        project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        assert (project["name"], entry.name in project["scripts"]) == (entry.name, True)
        assert (folder / "src" / entry.package / "service.py").exists()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(DEPLOY).as_posix())
def test_the_committed_file_is_what_would_be_written(path: Path) -> None:
    assert path.exists(), "run make deployment"
    assert path.read_text(encoding="utf-8") == FILES[path], "services.toml says something else; run make deployment"


def test_no_folder_is_left_of_a_service_that_is_not_listed() -> None:
    folders = {path.parent.name for path in (DEPLOY / "kubernetes").glob("*-svc/kustomization.yaml")}
    assert folders == {entry.name for entry in REGISTRY.entries}


def test_a_file_with_a_mark_missing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "watch").mkdir()
    (tmp_path / "compose.yaml").write_text(f"{BEGIN}\n{END}\n")
    with pytest.raises(ValueError, match="has 1 regions that begin with"):
        files(REGISTRY, tmp_path)
