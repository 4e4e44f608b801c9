"""The keys under which the services of a home keep the keys of persons."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from standing.wrapping import FOLDER, SETTINGS, wrapping_of


@pytest.fixture(autouse=True)
def bare_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)


def test_each_service_of_a_home_has_a_key_of_its_own_that_stays(tmp_path: Path) -> None:
    given = {service: wrapping_of(tmp_path, service)["STANDING_WRAPPING_KEYS_FILE"] for service in ("a-svc", "b-svc")}
    keys = {service: Path(file).read_text() for service, file in given.items()}
    assert len(set(keys.values())) == 2
    for key in keys.values():
        Fernet(key.strip())
    assert Path(wrapping_of(tmp_path, "a-svc")["STANDING_WRAPPING_KEYS_FILE"]).read_text() == keys["a-svc"]
    assert all(Path(file).stat().st_mode & 0o077 == 0 for file in given.values())


def test_a_process_finds_its_key_whatever_folder_it_runs_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = wrapping_of(Path("home"), "a-svc")["STANDING_WRAPPING_KEYS_FILE"]
    monkeypatch.chdir("/")
    assert Path(file).is_file()


@pytest.mark.parametrize("name", SETTINGS)
def test_those_that_the_terminal_names_are_taken_instead(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "whatever it is")
    assert wrapping_of(tmp_path, "a-svc") == {}
    assert not (tmp_path / FOLDER).exists()
