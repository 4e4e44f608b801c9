"""CloudEvents' own SDK for JavaScript reads what we publish, and what it writes is taken."""

import base64
import json
import os
import shutil
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from .samples import FACTS, NOON, PUBLISHED, same_json

HERE = Path(__file__).parent
FETCHED_WITHIN_S = 120


@pytest.fixture(scope="module")
def modules() -> Path:
    """The folder with the SDK, fetched once into the user's cache."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("no node and npm on the PATH")
    version = json.loads((HERE / "package.json").read_text())["dependencies"]["cloudevents"]
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "standing" / f"cloudevents-js-{version}"
    if not (base / "node_modules" / "cloudevents").is_dir():
        base.mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / "package.json", base)
        try:
            subprocess.run(
                [npm, "install", "--prefix", base, "--no-audit", "--no-fund", "--no-package-lock"],
                check=True, capture_output=True, timeout=FETCHED_WITHIN_S, cwd=base,
            )  # fmt: skip
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            pytest.skip(f"npm cannot fetch the package cloudevents: {error}")
    return base / "node_modules"


def asked(modules: Path, work: str, messages: list[dict[str, Any]]) -> list[Any]:
    done = subprocess.run(
        ["node", HERE / "messages.js", work], input=json.dumps(messages), capture_output=True, text=True, timeout=60,
        env={**os.environ, "NODE_PATH": str(modules)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: list[Any] = json.loads(done.stdout)
    return found


def test_the_sdk_reads_every_published_event(modules: Path) -> None:
    messages = [
        {
            "headers": {name: text.decode() for name, text in sample.headers.items()},
            "key": sample.envelope.stream,
            "value": base64.b64encode(sample.data).decode(),
        }
        for sample in PUBLISHED
    ]
    for sample, event in zip(PUBLISHED, asked(modules, "read", messages), strict=True):
        assert {name: str(event.get(name)) for name in sample.attributes} == sample.attributes
        assert abs((datetime.fromisoformat(event["time"]) - NOON).total_seconds()) < 0.001
        assert same_json(event["data"], sample.data), sample.name


def test_every_fact_that_the_sdk_writes_is_taken(modules: Path) -> None:
    wanted = [
        {"attributes": {**sample.fact, "time": NOON.isoformat()}, "data": json.loads(sample.data)} for sample in FACTS
    ]
    for sample, modes in zip(FACTS, asked(modules, "write", wanted), strict=True):
        for message in modes:
            assert message["key"] == "C-1"
            sample.check_taken(message["headers"], base64.b64decode(message["value"]))
