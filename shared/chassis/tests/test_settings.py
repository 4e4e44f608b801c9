"""Settings from the environment and from files; none of them shows a secret."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError
from pydantic_settings.exceptions import SettingsError

from chassis.settings import Settings

CANARY = "c4nary-in-the-mine"


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv(
        "STANDING_POSTGRES", f"postgresql://ann:{CANARY}@db:5432?sslmode=verify-full&sslrootcert=/ca.pem"
    )
    monkeypatch.setenv("STANDING_KAFKA", "kafka:9092")
    return monkeypatch


def shown(error: BaseException) -> str:
    """All that a log would show of an error, with its causes."""
    found: list[str] = []
    now: BaseException | None = error
    while now is not None:
        found.append(f"{now!r} {now}")
        now = now.__cause__ or now.__context__
    return "\n".join(found)


def test_any_setting_may_come_from_a_file(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, content in {"POSTGRES": "postgresql://bob@db2", "KAFKA": "k:1", "PEERS": '{"a": "https://a"}'}.items():
        (tmp_path / name).write_text(f"{content}\n")
        environment.delenv(f"STANDING_{name}", raising=False)
        environment.setenv(f"STANDING_{name}_FILE", str(tmp_path / name))
    settings = Settings()
    assert (settings.kafka, settings.peers) == ("k:1", {"a": "https://a"})
    assert settings.dsn("credit") == "postgresql://bob@db2/credit"


def test_a_setting_and_its_file_together_are_refused_and_so_is_a_file_that_cannot_be_read(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.setenv("STANDING_POSTGRES_FILE", str(tmp_path / "none"))
    with pytest.raises(SettingsError) as both:
        Settings()
    assert "STANDING_POSTGRES and STANDING_POSTGRES_FILE are both set: unset one of them." in shown(both.value)
    environment.delenv("STANDING_POSTGRES")
    with pytest.raises(SettingsError) as unread:
        Settings()
    assert f"names {tmp_path}/none, which cannot be read: No such file or directory" in shown(unread.value)
    assert CANARY not in shown(both.value)


def test_no_setting_shows_a_secret(environment: pytest.MonkeyPatch) -> None:
    settings = Settings()
    assert CANARY not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    assert settings.dsn("credit") == f"postgresql://ann:{CANARY}@db:5432/credit?sslmode=verify-full&sslrootcert=/ca.pem"


WRONG: dict[str, dict[str, str]] = {
    "another field": {"STANDING_PARTITIONS": "many"},
    "a field that is missing": {"STANDING_KAFKA": ""},
    "another scheme": {"STANDING_POSTGRES": f"mysql://ann:{CANARY}@db"},
    "a slash in the password": {"STANDING_POSTGRES": f"postgresql://ann:{CANARY}/x@db"},
    "a hash in the password": {"STANDING_POSTGRES": f"postgresql://ann:x#{CANARY}@db"},
    "a port that is none": {"STANDING_POSTGRES": f"postgresql://ann@db:{CANARY}"},
    "two passwords": {"STANDING_POSTGRES_PASSWORD_FILE": "/run/secrets/password"},
    "peers that are none": {"STANDING_PEERS": f"{{{CANARY}"},
    "proxies that are none": {"STANDING_PROXIES": "*"},
    "a tenant that is none": {"STANDING_TENANT": "a b"},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_settings_that_are_refused_show_no_secret_either(
    environment: pytest.MonkeyPatch, wrong: dict[str, str]
) -> None:
    for name, value in wrong.items():
        environment.setenv(name, value) if value else environment.delenv(name)
    with pytest.raises((ValidationError, SettingsError)) as refused:
        Settings()
    assert CANARY not in shown(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann@db",
        "postgres://ann@db:5432/",
        "postgresql://ann:p%40ss@[::1]:5432",
        "postgresql://ann@one:5432,two:5433?target_session_attrs=read-write",
        "postgresql://ann@/?host=/run/postgresql",
    ],
)
def test_urls_of_servers_as_libpq_knows_them_are_taken(url: str) -> None:
    of: dict[str, Any] = {"postgres": SecretStr(url), "kafka": "k:1"}
    assert "/credit" in Settings(**of).dsn("credit")


def test_the_password_file_goes_with_the_url_of_each_database(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("STANDING_POSTGRES", "postgresql://ann@db:5432/?sslmode=require")
    environment.setenv("STANDING_POSTGRES_PASSWORD_FILE", "/run/secrets/postgres")
    expected = "postgresql://ann@db:5432/credit?sslmode=require&passwordfile=/run/secrets/postgres"
    assert Settings().dsn("credit") == expected
    environment.setenv("STANDING_POSTGRES_PASSWORD_FILE", "")
    assert Settings().dsn("credit") == "postgresql://ann@db:5432/credit?sslmode=require"
