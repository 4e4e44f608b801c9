"""Four eyes are two people: another spelling of one name is no other person."""

import unicodedata

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from chassis.subjects import same_person


@pytest.mark.parametrize(
    "other",
    [
        "Alice", "ALICE", "alice ", " alice", "\talice", "al\u200bice", "\u202ealice", "alice\u0000", "ａｌｉｃｅ",
        "\u0430lice", "ali\u0441e", "\u0410lice", "\u0391LICE", "al\u0456ce", "a1ice", "aIice", "𝐚𝐥𝐢𝐜𝐞", "a\u04cf\u0456\u0441\u0435",
    ],
)  # fmt: skip
def test_a_look_alike_of_a_name_is_the_same_person(other: str) -> None:
    assert same_person("alice", other)
    assert same_person(other, "alice")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zoë", "zoe\u0308"),
        ("STRASSE", "straße"),
        ("王芳", "王芳 "),
        ("han.lei", "Han.Lei"),
        ("МАРИНА", "марина"),
        ("Иван", "ИВАН"),
        ("ΜΑΡΙΑ", "μαρια"),
        ("HAN", "НАΝ"),
        ("li  na", "li na"),
    ],
)
def test_case_composition_and_blanks_make_no_other_person(one: str, other: str) -> None:
    assert same_person(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("alice", "bob"),
        ("li.na", "li.ma"),
        ("王芳", "王方"),
        ("иван", "марина"),
        ("user-11", "user-12"),
        ("josé", "jose"),
    ],
)
def test_two_people_are_two_people(one: str, other: str) -> None:
    assert not same_person(one, other)


NAMES = st.text(st.characters(min_codepoint=33, max_codepoint=0x24F), min_size=1, max_size=20)


@for_all(NAMES, st.sampled_from([str.upper, str.lower, str.swapcase]), st.sampled_from(["NFC", "NFD"]), st.booleans())
def test_every_spelling_of_a_name_is_the_same_person(name: str, case: object, form: str, blank: bool) -> None:
    assert callable(case)
    cased = case(name)
    if cased.casefold() != name.casefold():
        cased = name  # letters such as dotless i do not come back from the other case
    spelt = unicodedata.normalize(form, cased) + (" " if blank else "")  # type: ignore[arg-type]
    assert same_person(name, spelt)
    assert same_person(spelt, name)
