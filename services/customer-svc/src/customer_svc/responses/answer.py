"""Answers that say why, with their sentences also as code and parameters."""

from chassis.http import Worded
from customer_svc.sentences import Sentences


class Answer(Worded):
    """An answer with sentences of this service in it."""

    catalogue = tuple(Sentences)
