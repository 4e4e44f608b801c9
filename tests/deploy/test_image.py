"""The Dockerfile, as far as it can be checked without an engine."""

import re
import tomllib

from .deployment import DEPLOY, ROOT, SERVICES

DOCKERFILE = (DEPLOY / "Dockerfile").read_text().replace("\\\n", " ")
COPIED = [
    path
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
    for path in line.split()[:-1]  # the last one is the place in the image
]


def test_every_path_that_is_copied_exists_for_every_service() -> None:
    wanted = {path.replace("${SERVICE}", name) for path in COPIED for name in SERVICES}
    assert {path for path in wanted if not (ROOT / path).exists()} == set()


def test_what_is_copied_is_let_through_to_the_build() -> None:
    allowed = {line[1:] for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines() if line[:1] == "!"}
    assert {path for path in COPIED if not any(f"{path}/".startswith(f"{a}/") for a in allowed)} == set()


def test_every_service_has_the_command_that_its_image_starts() -> None:
    for name in SERVICES:
        project = tomllib.loads((ROOT / "services" / name / "pyproject.toml").read_text())["project"]
        assert name in project["scripts"]


def test_whatever_comes_from_outside_has_a_hash_and_the_rest_comes_alone() -> None:
    installs = re.findall(r"pip (?:install|wheel) ([^&\n]+)", DOCKERFILE)
    assert installs
    assert all("--require-hashes" in each or {"--no-deps", "--no-index"} <= set(each.split()) for each in installs)
    assert re.search(r"^setuptools==", (ROOT / "requirements.txt").read_text(), re.MULTILINE), "It builds the packages."


def test_the_process_is_not_root() -> None:
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE) == ["10001"]
