"""A number in a policy that no code reads is a promise that nobody holds."""

from pathlib import Path

import pytest

from chassis.service import Service
from standing.services import ALL

from .policy_fields import Field, reads, unread
from .rules import none
from .source_tree import ROOT

MODEL = """
from typing import Literal

class Base:
    inherited: int

class Part:
    read: int
    never: int

class Document(Base):
    part: Part
    named: int
    by_name: int
    only_checked: int
    here: int

    @model_validator(mode="after")
    def check(self) -> int:
        return self.only_checked

    def by(self, name: Literal["by_name"]) -> int:
        return int(getattr(self, name)) + int(getattr(self, "named"))

class Other:
    never: int

def decide(document: Document, other: Other) -> int:
    return document.part.read + document.inherited + document.here + other.never
"""


@pytest.fixture(scope="module")
def read() -> set[Field]:
    return reads([*ROOT.glob("services/*/src"), ROOT / "shared/chassis/src"])


@pytest.mark.parametrize("service", ALL, ids=lambda service: service.name)
def test_some_code_acts_on_every_field_of_a_policy(service: Service, read: set[Field]) -> None:
    none(sorted(unread(service, read)), "No code outside of the document's own checks reads the field.")


def test_a_field_that_only_its_own_check_reads_counts_as_unread(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(MODEL)
    found = {(declares.rpartition(".")[2], name) for declares, name in reads([tmp_path])}
    fields = {("Base", "inherited"), ("Document", "part"), ("Document", "named"), ("Document", "by_name"),
              ("Document", "only_checked"), ("Document", "here"), ("Part", "read"), ("Part", "never")}  # fmt: skip
    assert fields - found == {("Document", "only_checked"), ("Part", "never")}
