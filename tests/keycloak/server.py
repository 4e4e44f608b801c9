"""A Keycloak of the tests: fetched through Maven, started in development mode on loopback, with the realm of `realm.json`."""

import json
import os
import secrets
import shutil
import time
import zipfile
from pathlib import Path
from typing import Any

import httpx

from standing_parts.choose import PassedOver
from standing_parts.maven import Fetched
from standing_parts.part import Say, tail
from standing_parts.ports import free_port
from standing_parts.process import Command, ServerProcess

HERE = Path(__file__).parent
REALM_FILE = HERE / "realm.json"
REALM = json.loads(REALM_FILE.read_text())["realm"]
FETCHED = Fetched("Keycloak", "Keycloak", HERE / "pom.xml", megabytes=180)
START_LIMIT_S, WITHIN_S = 900.0, 120.0
POLL_S = 1.0
ADMINISTRATOR = "admin"
HOME = Path(".standing") / "keycloak"
RUNNING = "STANDING_KEYCLOAK"
"""Variable: the address of one that ``python -m tests.keycloak`` keeps running, so that the journey need not start another."""


class Keycloak:
    """One that answers."""

    def __init__(self, url: str, password: str, process: ServerProcess | None = None) -> None:
        self.url = url
        self._password = password
        self._process = process

    @property
    def issuer(self) -> str:
        return f"{self.url}/realms/{REALM}"

    async def asked(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """What the admin interface answers to its administrator, who signs in for each question: his tokens live for a minute."""
        async with httpx.AsyncClient(base_url=self.url, trust_env=False, timeout=WITHIN_S) as http:
            login = {
                "grant_type": "password", "client_id": "admin-cli", "username": ADMINISTRATOR, "password": self._password,
            }  # fmt: skip
            answer = await http.post("/realms/master/protocol/openid-connect/token", data=login)
            token = answer.raise_for_status().json()["access_token"]
            return await http.request(method, path, json=body, headers={"Authorization": f"Bearer {token}"})

    async def import_realm(self) -> None:
        """Make the realm of the file anew; nothing of a former one is left."""
        gone = await self.asked("DELETE", f"/admin/realms/{REALM}")
        assert gone.status_code in (204, 404), gone.text
        (await self.asked("POST", "/admin/realms", json.loads(REALM_FILE.read_text()))).raise_for_status()

    def stop(self) -> None:
        """End it, where it was started from here."""
        if self._process is not None:
            self._process.stop()


def start_keycloak(home: Path = HOME, say: Say = print) -> Keycloak:
    """Start one in a folder, and return when its discovery document answers, which takes minutes. Raises PassedOver."""
    home = home.absolute()
    if url := os.environ.get(RUNNING):
        return Keycloak(url, (home / "password").read_text().strip())
    FETCHED.probe()
    home.mkdir(parents=True, exist_ok=True)
    program = _unpacked(FETCHED.folder(home / "maven.log", say), home)
    shutil.rmtree(program / "data", ignore_errors=True)
    port, log = free_port(home / "port"), home / "server.log"
    log.unlink(missing_ok=True)
    password = secrets.token_urlsafe(24)
    (home / "password").touch(mode=0o600)
    (home / "password").write_text(password)
    variables = {
        **{name: value for name, value in os.environ.items() if not name.startswith("KC_")},
        "KC_BOOTSTRAP_ADMIN_USERNAME": ADMINISTRATOR, "KC_BOOTSTRAP_ADMIN_PASSWORD": password,
        "JAVA_OPTS_KC_HEAP": "-Xms64m -Xmx512m",
    }  # fmt: skip
    argv = ("sh", "bin/kc.sh", "start-dev", "--http-host=127.0.0.1", f"--http-port={port}", "--db=dev-mem")
    say(f"Keycloak: {FETCHED.version} starts at 127.0.0.1:{port} (home {home}); this takes some minutes")
    process = ServerProcess(Command(argv, program, log, env=variables, grace_s=30))
    keycloak = Keycloak(f"http://127.0.0.1:{port}", password, process)
    begun = time.monotonic()
    try:
        _wait(keycloak, process, log, begun + START_LIMIT_S)
    except BaseException:
        process.stop()
        raise
    say(f"Keycloak: answers after {time.monotonic() - begun:.0f} s")
    return keycloak


def _unpacked(fetched: Path, home: Path) -> Path:
    """The program in the home, where it writes what it builds at its first start."""
    (archive,) = fetched.glob("*.zip")
    program = home / f"keycloak-{FETCHED.version}"
    if not (program / "complete").exists():
        shutil.rmtree(program, ignore_errors=True)
        with zipfile.ZipFile(archive) as content:
            content.extractall(home)
        (program / "complete").touch()
    return program


def _wait(keycloak: Keycloak, process: ServerProcess, log: Path, deadline: float) -> None:
    while process.alive and time.monotonic() < deadline:
        try:
            found = httpx.get(
                f"{keycloak.url}/realms/master/.well-known/openid-configuration", timeout=30, trust_env=False
            )
            if found.status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(POLL_S)
    why = f"gave no answer within {START_LIMIT_S:g} s" if process.alive else "ended"
    raise PassedOver(f"Keycloak {why}; the end of {log}:\n{tail(log)}")
