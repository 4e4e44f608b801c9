"""What forms of acts have in common: whose session it is, a reason, and where they lead back."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import RedirectResponse

from standing_console.faults import Misused
from standing_console.languages import N_
from standing_console.security import form_of
from standing_console.visit import Visit

REASON_MIN, REASON_MAX = 3, 500


@dataclass(frozen=True)
class Posted:
    """A form of this session's own pages."""

    visit: Visit
    fields: Mapping[str, str]

    def text(self, name: str) -> str:
        return self.fields.get(name, "").strip()

    @property
    def reason(self) -> str:
        """Why it is done. Raises Misused without one."""
        reason = " ".join(self.text("reason").split())
        if not REASON_MIN <= len(reason) <= REASON_MAX:
            raise Misused(N_("Give a reason of 3 to 500 characters: it stays on record."))
        return reason

    @property
    def key(self) -> str:
        """The same for a form that is sent twice, so that it has one effect."""
        return self.text("key") or secrets.token_urlsafe(16)

    def back(self, path: str, sentence: str, good: bool = True) -> RedirectResponse:
        """To the page that shows what came of it."""
        self.visit.notice(sentence, good)
        return RedirectResponse(path, 303)


async def posted(request: Request) -> Posted:
    """Raises SessionOver, ForeignForm and Misused."""
    visit: Visit = request.app.state.console.visit(request)
    return Posted(visit, await form_of(request, visit.session.csrf))
