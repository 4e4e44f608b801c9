"""Where no bar can be drawn, a line now and then says how far a long work has come."""

from hypothesis import given
from hypothesis import strategies as st

from standing.plain_progress import PlainProgress


@given(st.lists(st.floats(0.01, 25), min_size=1, max_size=60))
def test_lines_are_ten_seconds_apart_at_least_and_none_is_left_out_after_ten(steps: list[float]) -> None:
    at, said = 0.0, list[tuple[float, str]]()
    progress = PlainProgress(lambda line: said.append((at, line)), len(steps), now=lambda: at)
    last = 0.0
    for number, step in enumerate(steps, start=1):
        at += step
        progress.done(number, "facts")
        assert (bool(said) and said[-1][0] == at) == (at - last >= 10)
        last = said[-1][0] if said else 0.0


def test_a_line_says_how_many_of_how_many_and_since_when() -> None:
    at, said = 0.0, list[str]()
    progress = PlainProgress(said.append, 21_934, now=lambda: at)
    progress.done(10, "facts, 2024-01-02")
    at = 12.4
    progress.done(1_200, "facts, 2024-01-31")
    assert said == ["1,200 of 21,934 facts, 2024-01-31, after 12 s"]
