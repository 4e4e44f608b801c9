"""The one limit of two accounts that became one. Pure."""

from decimal import Decimal

from credit_svc.policies.limits import LimitOfMerged


def limit_of_merged(
    survivor: Decimal | None, absorbed: Decimal | None, default: Decimal, rule: LimitOfMerged
) -> Decimal | None:
    """The limit to set, in the survivor's currency; None where the survivor's own stays in force, or the default of both does.

    ``survivor`` and ``absorbed``: None where nobody set one, and ``default`` is in force. The rule ``survivor`` takes the
    absorbed account's only where it is the one that people decided on.
    """
    if survivor is None and absorbed is None and rule != "sum":
        return None
    ours, theirs = default if survivor is None else survivor, default if absorbed is None else absorbed
    match rule:
        case "survivor":
            found = theirs if survivor is None else ours
        case "larger":
            found = max(ours, theirs)
        case "sum":
            found = ours + theirs
    return None if found == ours else found
