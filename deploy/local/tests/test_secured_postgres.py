"""A PostgreSQL of this machine that lets nobody in without TLS, for an installation on it: STANDING_POSTGRES=secured."""

from __future__ import annotations

from pathlib import Path

import asyncpg
import pytest

from chassis.storage.connecting import connect
from standing_parts import PartError, start_postgres, tls_postgres
from standing_parts.choose import PassedOver
from standing_parts.postgres import SECURED, VARIABLE
from standing_parts.tls_postgres import tls_programs


async def test_a_home_that_was_begun_with_it_keeps_its_data_and_stays_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        tls_programs()
    except PassedOver as reason:
        pytest.skip(str(reason))
    monkeypatch.setenv(VARIABLE, SECURED)
    lines: list[str] = []
    first = start_postgres(tmp_path, lines.append)
    try:
        await first.create_database("kept")
        first.stop()
        monkeypatch.delenv(VARIABLE)
        again = start_postgres(tmp_path, lines.append)
        try:
            assert (again.kind, again.url) == (first.kind, first.url)
            connection = await connect(again.dsn("kept"))
            assert await connection.fetchval("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
            await connection.close()
            with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError, match="no encryption"):
                await asyncpg.connect(f"{again.url.partition('?')[0]}?sslmode=disable", password="any")
        finally:
            again.stop()
    finally:
        first.discard()
    assert [line for line in lines if "TLS alone" in line]


def test_where_none_is_installed_the_reason_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, SECURED)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(tls_postgres, "INSTALLED", str(tmp_path))
    with pytest.raises(PartError, match=r"a secured one cannot be started here: no PostgreSQL with TLS is installed"):
        start_postgres(tmp_path, print)
