"""Reading personal texts in a route: for an answer that is not JSON, or for a question that asks for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request

from chassis.http.identity.caller import Caller
from chassis.http.identity.rights import Calling
from chassis.http.opened import OPEN, note_opened, sealed_of, texts_of
from chassis.http.running import Running
from chassis.runtime import Runtime


@dataclass(frozen=True)
class PersonalReader:
    """Opens what the caller may open, and records whose texts these were. JSON answers are opened without it."""

    runtime: Runtime
    caller: Caller
    request: Request

    @property
    def may_open(self) -> bool:
        return OPEN in self.caller.rights

    async def texts(self, stored: Sequence[Any]) -> list[str]:
        """The texts of a personal column's values, in order; empty where nobody is named, was erased, or must not be opened."""
        sealed = [sealed_of(each) if isinstance(each, dict) else None for each in stored]
        found = [each for each in sealed if each is not None] if self.may_open else []
        opened = await texts_of(self.runtime, found) if found else {}
        if opened:
            await note_opened(self.request, self.runtime, self.caller, {each.subject for each in opened})
        clear = [each if isinstance(each, str) else "" for each in stored]
        return [
            text if each is None else (opened[each].text or "") if each in opened else ""
            for each, text in zip(sealed, clear, strict=True)
        ]


async def _reader(request: Request, running: Running, caller: Calling) -> PersonalReader:
    return PersonalReader(running, caller, request)


ReadsPersons = Annotated[PersonalReader, Depends(_reader)]
