"""Answers whose sentences are also given as code and parameters, for whoever words them in another language."""

from typing import ClassVar

from pydantic import computed_field

from chassis.sentences import Sentence, Statement, statements_in
from contracts.figures import PlainModel


class Worded(PlainModel):
    """``sentences``: for each text of the answer that the service composed, by its path in it, its sentences with their codes."""

    catalogue: ClassVar[tuple[Sentence, ...]] = ()

    @computed_field  # type: ignore[prop-decorator]
    @property
    def sentences(self) -> dict[str, list[Statement]]:
        return statements_in(self, self.catalogue)
