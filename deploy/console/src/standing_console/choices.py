"""What a person chooses for this browser: the language, and light or dark."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from standing_console.doors import HOW
from standing_console.faults import Misused
from standing_console.languages import LANGUAGES, N_
from standing_console.security import form_of, own_path
from standing_console.templating import LANGUAGE_COOKIE, THEME_COOKIE, THEMES

router = APIRouter()
YEAR_S = 365 * 86_400


@router.post("/choices")
async def choose(request: Request) -> Response:
    visit = request.app.state.console.visit(request)
    form = await form_of(request, visit.session.csrf)
    response = RedirectResponse(own_path(form.get("back")), 303)
    for field, allowed, cookie in (("language", LANGUAGES, LANGUAGE_COOKIE), ("theme", THEMES, THEME_COOKIE)):
        if field not in form:
            continue
        if form[field] not in allowed:
            raise Misused(N_("There is no such choice."))
        response.set_cookie(cookie, form[field], max_age=YEAR_S, **HOW)
    return response
