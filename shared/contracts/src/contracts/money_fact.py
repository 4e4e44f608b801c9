"""What every fact with money is held to when it comes in; what a log holds already is not."""

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Self

from pydantic import ValidationInfo, model_validator

from contracts.currencies import FORMER
from contracts.digits import plain
from contracts.envelope import Event
from contracts.fields import WHOLE_DIGITS, Currency, is_stored


class MoneyFact(Event):
    """A fact with an amount; a currency of the past is taken on the days on which it was one."""

    DATED: ClassVar[str]
    """The field with the day of the fact."""
    if TYPE_CHECKING:  # each fact has it where its own fields stand
        currency: Currency

    @model_validator(mode="after")
    def _currency_of_its_day(self, info: ValidationInfo) -> Self:
        days = FORMER.get(self.currency)
        if days is not None and info.mode == "json" and not is_stored(info):
            (first, last), on = days, getattr(self, self.DATED)
            if not first <= on <= last:
                raise ValueError(f"{self.currency} was a currency from {first} to {last}, not on {on}")
        return self


def refuse_worth(quantity: Decimal, price: Decimal, info: ValidationInfo) -> None:
    """Raises ValueError for a document whose quantity at its price is worth more than any amount may be."""
    if info.mode == "json" and not is_stored(info) and (quantity * price).adjusted() >= WHOLE_DIGITS:
        raise ValueError(
            f"{plain(quantity)} at {plain(price)} make an amount of more than {WHOLE_DIGITS} digits before the decimal point"
        )
