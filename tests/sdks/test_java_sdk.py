"""CloudEvents' own SDK for Java reads what we publish, and what it writes is taken."""

import base64
import hashlib
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
FETCHED_WITHIN_S = 180


@pytest.fixture(scope="module")
def jars() -> Path:
    """The folder with the SDK's jars, fetched once by Maven into the user's cache."""
    maven = shutil.which("mvn")
    if maven is None or shutil.which("java") is None:
        pytest.skip("no java and mvn on the PATH")
    digest = hashlib.sha256((HERE / "pom.xml").read_bytes()).hexdigest()[:8]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "standing"
    complete, fresh = cache / f"cloudevents-java-{digest}", cache / f"cloudevents-java-{digest}-{os.getpid()}"
    if not complete.is_dir():
        try:
            subprocess.run(
                [maven, "--batch-mode", "-f", HERE / "pom.xml", "dependency:copy-dependencies", f"-DoutputDirectory={fresh}",
                 "-DincludeScope=runtime"],
                check=True, capture_output=True, timeout=FETCHED_WITHIN_S,
            )  # fmt: skip
            fresh.rename(complete)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            pytest.skip(f"Maven cannot fetch the SDK: {error}")
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return complete


def asked(jars: Path, work: str, messages: list[dict[str, Any]]) -> list[Any]:
    done = subprocess.run(
        ["java", "-cp", f"{jars}/*", HERE / "Messages.java", work],
        input=json.dumps(messages), capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: list[Any] = json.loads(done.stdout)
    return found


def test_the_sdk_reads_every_published_event(jars: Path) -> None:
    messages = [
        {
            "headers": {name: text.decode() for name, text in sample.headers.items()},
            "value": base64.b64encode(sample.data).decode(),
        }
        for sample in PUBLISHED
    ]
    for sample, event in zip(PUBLISHED, asked(jars, "read", messages), strict=True):
        assert {name: str(event.get(name)) for name in sample.attributes} == sample.attributes
        assert datetime.fromisoformat(event["time"]) == NOON
        assert same_json(event["data"], sample.data), sample.name


def test_every_fact_that_the_sdk_writes_is_taken(jars: Path) -> None:
    wanted = [
        {"attributes": {**sample.fact, "time": NOON.isoformat()}, "data": json.loads(sample.data)} for sample in FACTS
    ]
    for sample, modes in zip(FACTS, asked(jars, "write", wanted), strict=True):
        for message in modes:
            sample.check_taken(message["headers"], base64.b64decode(message["value"]))
