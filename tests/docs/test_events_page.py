"""The page about events says what the contracts say."""

from contracts import EVENTS
from standing.services import ALL

from .events_page import PAGE, heard_by, page


def test_the_committed_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "docs/events.md is behind the contracts or the reactions; run python tests/docs/events_page.py."
    )


def test_the_page_names_every_event_once() -> None:
    headings = [line for line in page().splitlines() if line.startswith("#### ")]
    for event in EVENTS:
        assert headings.count(f"#### {event.TYPE}, version {event.VERSION}") == 1


def test_the_page_says_who_listens() -> None:
    sections = {each.partition(",")[0]: each for each in page().split("#### ")}
    for service in ALL:
        assert f"## {service.name} publishes on `{service.topic}`" in page()
        for source in service.sources:
            for event in source.reactions:
                heard = sections[event.TYPE].partition("Heard by ")[2]
                assert f"{service.name} (`{heard_by(event)[service.name]}`)" in heard
