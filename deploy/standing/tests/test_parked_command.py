"""What is typed after ``standing parked``."""

import pytest
import typer
from typer.testing import CliRunner

from standing.cli import app
from standing.parked import seconds_of


@pytest.mark.parametrize(("text", "seconds"), [("45s", 45), ("30m", 1800), ("12h", 43_200), ("7d", 604_800)])
def test_a_duration_is_a_number_with_a_unit(text: str, seconds: int) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "7", "d7", "1.5h", "-3m", "3 weeks"])
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="write 45s, 30m, 12h or 7d"):
        seconds_of(text)


@pytest.mark.parametrize(
    "arguments", [["retry", "credit-svc", "1"], ["edit", "credit-svc", "1"], ["discard-all", "credit-svc"]]
)
def test_nothing_is_done_without_a_reason(arguments: list[str]) -> None:
    answer = CliRunner().invoke(app, ["parked", *arguments])
    assert answer.exit_code == 2
    assert "--reason" in answer.output


def test_where_nothing_runs_one_is_told_how_to_start_it() -> None:
    answer = CliRunner().invoke(app, ["parked", "summary", "--home", "nowhere"])
    assert answer.exit_code == 2


@pytest.mark.parametrize("header", ["ce_time", "=x", ""])
def test_a_header_without_a_name_or_an_equals_sign_is_refused_with_what_to_write(header: str) -> None:
    answer = CliRunner().invoke(app, ["parked", "edit", "credit-svc", "1", "--reason", "looked", "--header", header])
    assert answer.exit_code == 2
    assert "write NAME=TEXT" in answer.output
