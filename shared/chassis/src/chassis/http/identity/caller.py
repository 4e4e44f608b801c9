"""Who makes a request, as the token says, and what they may do, as its roles grant."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from chassis.partners import Partner
from chassis.roles import Rights


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request.

    ``subject`` is the person or system of the token, ``client_id`` the program it was given to. ``partner``: of a token that is
    bound to business partners, their ids by the name of the field that holds them; it sees nothing else.
    ``bound_to``: the one partner whose contact it is, where the token is a partner's own; it has no roles, and signs for its partner.
    ``acting_for``: the person in whose name a system with the right ``act-as`` asks. Where the installation asks nobody for a token,
    ``verified`` is False and the subject is what the request says.
    """

    subject: str
    rights: Rights
    client_id: str | None = None
    name: str | None = None
    roles: frozenset[str] = frozenset()
    tenant: str | None = None
    partner: Mapping[str, frozenset[str]] = field(default_factory=dict)
    acting_for: str | None = None
    verified: bool = True
    bound_to: Partner | None = None

    @property
    def actor(self) -> str:
        """The person or system whose act it is."""
        if self.bound_to is not None:
            return self.bound_to.signature(self.subject)
        return self.acting_for or self.subject

    @property
    def client(self) -> str | None:
        """The program, and for whom it has its token where the act is another's: "erp-bridge for erp"."""
        if self.acting_for is None or self.client_id is None or self.client_id == self.subject:
            return self.client_id
        return f"{self.client_id} for {self.subject}"

    def for_person(self, person: str) -> "Caller":
        """The same caller, in the name of a person."""
        return replace(self, acting_for=person)
