"""What an audit says: a vulnerability fails it, and a look-up that was not made is never called clean."""

import json
import stat
from pathlib import Path

import pytest

from .audit import NotAudited, asked, verdict

CLEAN = {"name": "idna", "version": "3.20", "vulns": []}
SKIPPED = {"name": "attrs", "skip_reason": "Dependency not found"}
BAD = {"name": "jinja2", "version": "2.4", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.11.3"]}]}


def test_a_known_vulnerability_fails_the_audit_and_says_what_mends_it() -> None:
    assert verdict({"dependencies": [CLEAN, BAD]}) == (1, ["jinja2 2.4: PYSEC-1, mended in 2.11.3"])


def test_packages_without_one_pass() -> None:
    assert verdict({"dependencies": [CLEAN]}) == (0, ["1 packages, none with a known vulnerability"])


def test_a_package_that_was_not_looked_up_among_others_fails_the_audit() -> None:
    assert verdict({"dependencies": [CLEAN, SKIPPED]}) == (1, ["attrs: not looked up, Dependency not found"])


def test_where_nothing_was_looked_up_nothing_was_audited() -> None:
    with pytest.raises(NotAudited, match="no package could be looked up"):
        verdict({"dependencies": [SKIPPED, SKIPPED]})


@pytest.mark.parametrize(
    ("exits", "prints", "audited"), [(0, True, True), (1, True, True), (1, False, False), (2, True, False)]
)
def test_an_answer_counts_and_a_program_that_broke_does_not(
    tmp_path: Path, exits: int, prints: bool, audited: bool
) -> None:
    program = tmp_path / "pip-audit"
    answer = json.dumps({"dependencies": [BAD]}) if prints else ""
    program.write_text(f"#!/bin/sh\necho '{answer}'\necho 'no such host' >&2\nexit {exits}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    if audited:
        assert verdict(asked(program, tmp_path / "requirements.txt"))[0] == 1
    else:
        with pytest.raises(NotAudited, match="no such host"):
            asked(program, tmp_path / "requirements.txt")
