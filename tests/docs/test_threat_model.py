"""The threat model names tests that are there, and settings that are read; no threat stands without a proof."""

import re

import pytest

from ..architecture.source_tree import ROOT, text_of
from ..deploy.deployment import VARIABLES

PAGE = text_of(ROOT / "docs" / "threat-model.md")
PLACES = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)[:-1]
"""Where trust changes; the last section names what is not answered."""
ROW = re.compile(r"^\| ([A-Z]) \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`((?:[\w-]+/)+test_\w+\.py)(?:::(\w+))?`")
OTHERS = {"NOTIFY_SECRET_KEYS"}
"""A setting that is a secret, of which deployments know besides."""


@pytest.mark.parametrize(("path", "name"), sorted(set(NAMED.findall(PAGE))))
def test_a_test_that_the_threat_model_names_is_there(path: str, name: str) -> None:
    file = ROOT / path
    assert file.is_file(), path
    if name:
        assert re.search(rf"^(?:async )?def {name}\(", text_of(file), re.MULTILINE), f"{path} has no {name}"


@pytest.mark.parametrize("place", PLACES)
def test_each_place_has_every_kind_of_threat_and_each_threat_its_proof(place: str) -> None:
    section = PAGE.split(f"\n## {place}\n")[1].split("\n## ")[0]
    rows = ROW.findall(section)
    assert {kind for kind, *_ in rows} == set("STRIDE")
    assert len(rows) == len(re.findall(r"^\| [A-Z] ", section, re.MULTILINE)), "a row is not read"
    assert [threat for _, threat, _, proof in rows if not NAMED.search(proof)] == []


def test_a_setting_that_the_threat_model_names_is_read() -> None:
    named = set(re.findall(r"`((?:STANDING|NOTIFY)_[A-Z_]+)`", PAGE))
    assert len(named) > 15
    assert named - VARIABLES - OTHERS == set()
