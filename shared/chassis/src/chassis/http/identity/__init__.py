"""Who makes a request and what they may do: a token of the issuer is checked, roles give rights, and each route needs one."""

from chassis.http.identity.rights import ANY_PARTNER, Calling, needs

__all__ = ["ANY_PARTNER", "Calling", "needs"]
