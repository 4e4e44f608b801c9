"""What Maven fetches once into the user's cache folder: all that a pom names, with time limits and printed lines."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from standing_parts.choose import PassedOver
from standing_parts.part import Say

JAVA_AT_LEAST = 17
TOOL_LIMIT_S = 18.0  # inside the 20 s that a probe has
DOWNLOAD_LIMIT_S = 600.0
SILENCE_LIMIT_S = 120.0  # Maven names each file as it begins and ends it; so a file of 180 MB may take that long
POLL_S = 0.2


@dataclass(frozen=True)
class Fetched:
    """The artifacts of a pom; `part` is the word that begins a line about them, `megabytes` what is loaded."""

    part: str
    name: str
    pom: Path
    megabytes: int
    silence_s: float | None = None
    """How long Maven may be silent: it says nothing while it loads one file. None: as long as for others."""

    @property
    def version(self) -> str:
        """That which the pom names as `<part>.version`."""
        found = re.search(rf"<{self.part.lower()}.version>([^<]+)<", self.pom.read_text())
        assert found is not None, f"{self.pom} names no {self.part.lower()}.version"
        return found[1]

    @property
    def cache(self) -> Path:
        """The folder of what is fetched; it is there when that is complete."""
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        # With a digest of the list, so that a list changed at the same version is fetched again.
        digest = hashlib.sha256(self.pom.read_bytes()).hexdigest()[:8]
        return base / "standing" / f"{self.part.lower()}-{self.version}-{digest}"

    def probe(self) -> None:
        """Raises PassedOver when Java 17 does not answer, or Maven does not and nothing is fetched yet."""
        said = _answer([java(), "-version"])
        found = re.search(r'version "(?:1\.)?([0-9]+)', said)
        if found is None or int(found[1]) < JAVA_AT_LEAST:
            raise PassedOver(
                f"java is not at least {JAVA_AT_LEAST}: {said.splitlines()[0] if said else 'it prints nothing'}"
            )
        if not self.cache.is_dir():
            _answer([_maven(), "--version"])

    def folder(self, log: Path, say: Say) -> Path:
        """The folder, filled by Maven when it is not there yet; Maven's output is in `log`.

        Raises PassedOver when Maven fails, is silent for 2 minutes or needs more than 10.
        """
        complete = self.cache
        if complete.is_dir():
            return complete
        maven = _maven()
        say(f"{self.part}: Maven fetches {self.name} {self.version} (about {self.megabytes} MB, once)")
        complete.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f"{self.part.lower()}-", dir=complete.parent))
        try:
            self._fetch(maven, fresh, log)
            try:
                fresh.rename(complete)
            except OSError:
                if not complete.is_dir():  # else another run was faster, and what it fetched is the same
                    raise
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        return complete

    def _fetch(self, maven: str, into: Path, log: Path) -> None:
        argv = [maven, "--batch-mode", "-f", str(self.pom), "dependency:copy-dependencies"]
        argv += [f"-DoutputDirectory={into}", "-DincludeScope=runtime"]
        began = heard = time.monotonic()
        silence_s = self.silence_s or SILENCE_LIMIT_S
        size = 0
        with log.open("wb") as output:
            running = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        try:
            while running.poll() is None:
                now = time.monotonic()
                if log.stat().st_size != size:
                    size, heard = log.stat().st_size, now
                if now - heard > silence_s:
                    raise PassedOver(f"Maven made no progress for {silence_s:g} s (see {log})")
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


def java() -> str:
    """The path of `java`, of JAVA_HOME or else of the PATH. Raises PassedOver when there is none."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if found is None:
        raise PassedOver("no java in JAVA_HOME" if home else "no java on the PATH")
    return found


def _maven() -> str:
    maven = shutil.which("mvn")
    if maven is None:
        raise PassedOver("no mvn on the PATH to fetch it")
    return maven


def _answer(argv: list[str]) -> str:
    tool = Path(argv[0]).name
    try:
        done = subprocess.run(argv, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=TOOL_LIMIT_S)
    except subprocess.TimeoutExpired:
        raise PassedOver(f"{tool} gave no answer within {TOOL_LIMIT_S:g} s") from None
    if done.returncode != 0:
        raise PassedOver(f"{tool} fails: {' '.join((done.stderr or done.stdout).split())[:160]}")
    return (done.stderr + done.stdout).strip()
