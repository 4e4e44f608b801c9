"""Why something cannot be shown or done, each with a sentence for the person who wanted it."""

from collections.abc import Sequence

from standing_console.languages import Words


class Fault(Exception):
    """Shown in the place of what it hindered. One that ``passes`` ends by itself, so what it hindered is tried again."""

    passes = False

    def sentence(self, words: Words) -> str:
        raise NotImplementedError


class ServiceAway(Fault):
    """A service does not answer."""

    passes = True

    def __init__(self, service: str) -> None:
        super().__init__(service)
        self.service = service

    def sentence(self, words: Words) -> str:
        return words("{service} does not answer. This comes back by itself once it does.", service=self.service)


class TooSlow(ServiceAway):
    """A service does not answer in time."""

    def sentence(self, words: Words) -> str:
        return words("{service} takes longer than three seconds. It is asked again shortly.", service=self.service)


class RightLacking(Fault):
    """The viewer lacks a right; ``roles`` are those that have it, as far as they are known."""

    def __init__(self, service: str, right: str, roles: Sequence[str] = ()) -> None:
        super().__init__(f"{right} at {service}")
        self.service, self.right, self.roles = service, right, tuple(roles)

    def sentence(self, words: Words) -> str:
        return words("You lack the right {right} at {service}.", right=self.right, service=self.service)


class Refused(Fault):
    """A service refuses; its own sentence says why. ``status`` is that of HTTP, ``problem`` the kind."""

    def __init__(self, service: str, status: int, problem: str, detail: str) -> None:
        super().__init__(detail)
        self.service, self.status, self.problem, self.detail = service, status, problem, detail

    def sentence(self, words: Words) -> str:
        return f"{self.service}: {self.detail}"


class NotFound(Fault):
    """There is no such page, service or thing."""

    def sentence(self, words: Words) -> str:
        return words("There is nothing at this address.")


class Misused(Fault):
    """A form or an address holds what it cannot; ``message`` is one that the catalogues know."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message, self.values = message, values

    def sentence(self, words: Words) -> str:
        return words(self.message, **self.values)


class ForeignForm(Fault):
    """A form that did not come from a page of this session."""

    def sentence(self, words: Words) -> str:
        return words("This form did not come from a page of your session. Open the page again and repeat it.")


class IssuerAway(Fault):
    """Nobody can be signed in while the issuer does not answer."""

    def sentence(self, words: Words) -> str:
        return words("The issuer, where people sign in, does not answer. Try again in a moment.")


class SignInFailed(Fault):
    """The issuer or its answer refused a sign-in; ``reason`` is the issuer's own word for it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def sentence(self, words: Words) -> str:
        return words("The sign-in was not completed ({reason}). Begin it again.", reason=self.reason)


class SessionOver(Exception):
    """Nobody is signed in any more; the way on leads through the sign-in."""
