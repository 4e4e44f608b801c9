"""One request of somebody who is signed in: the viewer, with what was asked for and in which language."""

from dataclasses import dataclass

from starlette.requests import Request

from standing_console.languages import Words
from standing_console.sessions import Notice
from standing_console.viewer import Viewer


@dataclass(frozen=True)
class Visit(Viewer):
    """Whatever a panel or an act needs."""

    request: Request
    words: Words

    def query(self, name: str) -> str:
        """A parameter of the address, without blanks around it; empty where there is none."""
        return self.request.query_params.get(name, "").strip()

    def path(self, name: str) -> str:
        return str(self.request.path_params[name])

    def notice(self, sentence: str, good: bool = True) -> None:
        """To be shown on the next page."""
        self.session.notice = Notice(sentence, good)
