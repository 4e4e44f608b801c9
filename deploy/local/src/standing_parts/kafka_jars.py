"""The jars of Apache Kafka, fetched by Maven once into the user's cache folder."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from standing_parts.choose import PassedOver
from standing_parts.part import Say

POM = Path(__file__).with_name("pom.xml")
JAVA_AT_LEAST = 17
TOOL_LIMIT_S = 18.0  # inside the 20 s that a probe has
DOWNLOAD_LIMIT_S = 600.0
SILENCE_LIMIT_S = 120.0  # Maven names each file as it begins and ends it; the largest has 20 MB
POLL_S = 0.2


def _version() -> str:
    found = re.search(r"<kafka.version>([^<]+)<", POM.read_text())
    assert found is not None, "pom.xml names no kafka.version"
    return found[1]


VERSION = _version()


def cache() -> Path:
    """The folder of the jars; it is there when they are complete."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    # With a digest of the list, so that a list changed at the same version is fetched again.
    return base / "standing" / f"kafka-{VERSION}-{hashlib.sha256(POM.read_bytes()).hexdigest()[:8]}"


def java() -> str:
    """The path of `java`, of JAVA_HOME or else of the PATH. Raises PassedOver when there is none."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if found is None:
        raise PassedOver("no java in JAVA_HOME" if home else "no java on the PATH")
    return found


def probe() -> None:
    """Raises PassedOver when Java 17 does not answer, or Maven does not and the jars are not there yet."""
    said = _answer([java(), "-version"])
    found = re.search(r'version "(?:1\.)?(\d+)', said)
    if found is None or int(found[1]) < JAVA_AT_LEAST:
        raise PassedOver(
            f"java is not at least {JAVA_AT_LEAST}: {said.splitlines()[0] if said else 'it prints nothing'}"
        )
    if cache().is_dir():
        return
    maven = shutil.which("mvn")
    if maven is None:
        raise PassedOver("no mvn on the PATH to fetch its jars")
    _answer([maven, "--version"])


def jars(log: Path, say: Say) -> Path:
    """The folder of the jars, fetched by Maven when it is not there yet (about 45 MB, output in `log`).

    Raises PassedOver when Maven fails, is silent for 2 minutes or needs more than 10.
    """
    complete = cache()
    if complete.is_dir():
        return complete
    maven = shutil.which("mvn")
    if maven is None:
        raise PassedOver("no mvn on the PATH to fetch its jars")
    say(f"Kafka: Maven fetches Apache Kafka {VERSION} (about 45 MB, once)")
    complete.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix="kafka-", dir=complete.parent))
    try:
        _copy_dependencies(maven, fresh, log)
        try:
            fresh.rename(complete)
        except OSError:
            if not complete.is_dir():  # else another run was faster, and its jars are the same
                raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return complete


def _copy_dependencies(maven: str, into: Path, log: Path) -> None:
    argv = [maven, "--batch-mode", "-f", str(POM), "dependency:copy-dependencies"]
    argv += [f"-DoutputDirectory={into}", "-DincludeScope=runtime"]
    began = heard = time.monotonic()
    size = 0
    with log.open("wb") as output:
        running = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)
    try:
        while running.poll() is None:
            now = time.monotonic()
            if log.stat().st_size != size:
                size, heard = log.stat().st_size, now
            if now - heard > SILENCE_LIMIT_S:
                raise PassedOver(f"Maven made no progress for {SILENCE_LIMIT_S:g} s (see {log})")
            if now - began > DOWNLOAD_LIMIT_S:
                raise PassedOver(f"Maven needed more than {DOWNLOAD_LIMIT_S:g} s (see {log})")
            time.sleep(POLL_S)
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
    if running.returncode != 0:
        errors = [line for line in log.read_text(errors="replace").splitlines() if "[ERROR]" in line]
        raise PassedOver(f"Maven failed: {errors[0][:160] if errors else f'exit {running.returncode}'} (see {log})")


def _answer(argv: list[str]) -> str:
    tool = Path(argv[0]).name
    try:
        done = subprocess.run(argv, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=TOOL_LIMIT_S)
    except subprocess.TimeoutExpired:
        raise PassedOver(f"{tool} gave no answer within {TOOL_LIMIT_S:g} s") from None
    if done.returncode != 0:
        raise PassedOver(f"{tool} fails: {' '.join((done.stderr or done.stdout).split())[:160]}")
    return (done.stderr + done.stdout).strip()
