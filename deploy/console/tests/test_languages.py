"""Both languages are complete, and say what they say with the same values."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from babel.messages.catalog import Message
from babel.support import Translations

from standing_console.languages import LANGUAGES, SENTENCES, Words, all_words, preferred

from . import messages

VALUE = re.compile(r"{(\w+)}")
TEMPLATE = {message.id: message for message in messages.template() if message.id}


def written(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_sentence_is_translated_and_none_is_left_over_or_doubtful(language: str) -> None:
    catalogue = {message.id: message for message in messages.read(language) if message.id}
    assert catalogue.keys() == TEMPLATE.keys(), "python deploy/console/tests/messages.py adds what is missing"
    assert [message.id for message in catalogue.values() if message.fuzzy] == []
    assert [message.id for message in catalogue.values() if not all(written(message))] == []


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_a_translation_has_the_values_of_its_sentence(language: str) -> None:
    for message in messages.read(language):
        if message.id:
            source = message.id if isinstance(message.id, str) else message.id[-1]
            assert all(set(VALUE.findall(each)) == set(VALUE.findall(source)) for each in written(message)), message.id


OF_SERVICES = {(message.context, message.id): message for message in messages.of_services() if message.id}


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_sentence_of_a_service_is_translated_with_its_values_and_none_is_left_over(language: str) -> None:
    catalogue = {(each.context, each.id): each for each in messages.read(language, SENTENCES) if each.id}
    assert catalogue.keys() == OF_SERVICES.keys(), "python deploy/console/tests/messages.py adds what is missing"
    for place, message in catalogue.items():
        [template] = OF_SERVICES[place].auto_comments
        assert message.string, place
        assert set(VALUE.findall(str(message.string))) == set(VALUE.findall(template)), place


def test_a_sentence_of_a_service_is_worded_in_the_language_and_what_a_person_typed_stays(
    words: dict[str, Words],
) -> None:
    composed = {"code": "late-by", "parameters": {"days": "31"}, "sentence": "It is 31 days late."}
    typed = {"code": None, "parameters": {}, "sentence": "Call Wang."}
    catalogue = Translations()
    catalogue._catalog = {"a-svc\x04late-by": "晚了{days}天。"}
    chinese = replace(words["zh"], sentences=catalogue)
    assert chinese.statements("a-svc", [composed, typed]) == "晚了31天。Call Wang."
    assert chinese.statements("b-svc", [composed]) == "It is 31 days late."
    assert words["en"].statements("a-svc", [composed, typed]) == "It is 31 days late. Call Wang."
    assert chinese.statements("a-svc", [composed | {"parameters": {}}]) == "It is 31 days late."


def test_there_are_catalogues_of_all_languages_but_that_of_the_source() -> None:
    assert set(messages.LANGUAGES) == set(LANGUAGES) - {"en"}
    assert len(TEMPLATE) > 150


@pytest.fixture(scope="module")
def words() -> dict[str, Words]:
    return all_words()


def test_numbers_amounts_and_spans_are_written_as_the_language_writes_them(words: dict[str, Words]) -> None:
    assert words["en"].number(1234567) == words["zh"].number(1234567) == "1,234,567"
    assert words["en"].money(Decimal("1234.50"), "CNY") == "CN¥1,234.50"
    assert words["zh"].money(Decimal("1234.50"), "CNY") == "¥1,234.50"
    assert words["en"].span(timedelta(days=3)) == "3 days"
    assert words["zh"].span(timedelta(days=3)) == "3天"
    assert words["en"].wait(timedelta(days=31)) == "31 days"
    assert words["zh"].wait(timedelta(days=31)) == "31天"
    assert words["en"].wait(timedelta(hours=3)) == "3 hours"
    assert words["en"].instant("2025-02-01T08:30:00+02:00") == "2025-02-01 06:30:00"


def test_one_thing_and_many_are_told_apart_where_the_language_does(words: dict[str, Words]) -> None:
    assert words["en"].plural("{n} row", "{n} rows", 1) == "1 row"
    assert words["en"].plural("{n} row", "{n} rows", 1200) == "1,200 rows"
    assert words["zh"].plural("{n} row", "{n} rows", 1) == "1 行"


@pytest.mark.parametrize(
    ("chosen", "accepted", "language"),
    [
        ("zh", "en", "zh"),
        (None, "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        (None, "en;q=0.5, zh-Hans;q=0.8", "zh"),
        (None, "fr, de;q=0.9", "en"),
        (None, "zh;q=0, en", "en"),
        ("xx", "zh", "zh"),
        (None, ";;q=,", "en"),
        (None, None, "en"),
    ],
)
def test_the_language_is_that_of_the_choice_else_that_of_the_browser(
    chosen: str | None, accepted: str | None, language: str
) -> None:
    assert preferred(chosen, accepted) == language
