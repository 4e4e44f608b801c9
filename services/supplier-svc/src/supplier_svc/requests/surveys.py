"""An answer in a round of the survey, as an HTTP body."""

from typing import Annotated

from pydantic import Field

from chassis.http import Body
from contracts.fields import Id, Percent
from contracts.supplier import SurveyTopic


class AnswerBody(Body):
    """What the head who is asked thinks of a supplier: 0 to 100 by topic. The respondent is the caller."""

    supplier_id: Id
    scores: Annotated[dict[SurveyTopic, Percent], Field(min_length=1)]
    respondent: Id | None = None
