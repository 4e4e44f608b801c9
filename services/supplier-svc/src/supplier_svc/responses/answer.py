"""An answer that explains itself."""

from chassis.http import Worded
from supplier_svc.sentences import Sentences


class Answer(Worded):
    """An answer that explains: its sentences are also given as code and parameters."""

    catalogue = tuple(Sentences)
