"""Days sales outstanding and collection effectiveness, by the worked examples of the rules page."""

from datetime import date
from decimal import Decimal

from credit_svc.figures.dso import Month, average, count_back, delinquent, effectiveness, months_back

MILLION = Decimal(1_000_000)
QUARTER = (Decimal("9.0") * MILLION, 90)


def _tenth(figure: Decimal | None) -> Decimal:
    assert figure is not None
    return figure.quantize(Decimal("0.1"))


def test_receivables_of_4_6_of_9_0_million_in_90_days_are_46_0_days() -> None:
    assert average(Decimal("4.6") * MILLION, *QUARTER) == 46


def test_with_2_07_million_not_yet_due_the_best_possible_dso_is_20_7_days() -> None:
    assert _tenth(average(Decimal("2.07") * MILLION, *QUARTER)) == Decimal("20.7")


def test_the_delinquent_dso_is_the_difference_25_3_days() -> None:
    best = average(Decimal("2.07") * MILLION, *QUARTER)
    assert _tenth(delinquent(average(Decimal("4.6") * MILLION, *QUARTER), best)) == Decimal("25.3")


def test_212_000_counted_back_over_100_80_and_70_thousand_are_73_71_days() -> None:
    newest_first = [Month(Decimal(sales), 30) for sales in (100_000, 80_000, 70_000)]
    found = count_back(Decimal(212_000), newest_first)
    assert found.days.quantize(Decimal("0.01")) == Decimal("73.71")
    assert not found.history_exhausted


def test_receivables_beyond_all_known_sales_are_flagged() -> None:
    found = count_back(Decimal(300_000), [Month(Decimal(100_000), 30)])
    assert found.days == 30
    assert found.history_exhausted


def test_nothing_owed_is_no_day() -> None:
    assert count_back(Decimal(0), [Month(Decimal(100), 30)]).days == 0


def test_without_sales_there_is_no_average() -> None:
    assert average(Decimal(1), Decimal(0), 90) is None
    assert delinquent(None, None) is None


def test_effectiveness_is_what_was_collected_of_what_could_be() -> None:
    assert effectiveness(Decimal(100), Decimal(50), Decimal(60), Decimal(30)) == 75
    assert effectiveness(Decimal(0), Decimal(0), Decimal(0), Decimal(0)) is None


def test_the_months_before_a_day_are_calendar_months_and_the_newest_ends_on_it() -> None:
    sales = {date(2024, 3, 1): Decimal(5), date(2024, 3, 11): Decimal(9), date(2024, 2, 29): Decimal(7)}
    assert months_back(sales, date(2024, 3, 10), 2) == [Month(Decimal(5), 10), Month(Decimal(7), 29)]
