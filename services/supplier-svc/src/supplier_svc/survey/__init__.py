"""A round of the survey of heads: stream ``survey-{round_id}``. Whom it asks, who is reminded, and its end.

The answers are facts of the suppliers (``supplier/surveys.py``): a round only counts them.
"""

from chassis.domain import Decider
from supplier_svc.survey.rounds import AskHeads, CloseRound, RemindHeads, ScheduleRound, decide
from supplier_svc.survey.state import Round, evolve

DECIDER = Decider(
    category="survey",
    commands=(ScheduleRound, AskHeads, RemindHeads, CloseRound),
    stream_id=lambda command: command.round_id,
    initial=Round(),
    evolve=evolve,
    decide=decide,
)
