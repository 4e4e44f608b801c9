"""What a person may do with a customer's file: scopes, roles, sharing. Pure.

Rule: own, department, department and below, all.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from contracts.customer import Grant, Operation
from customer_svc.policies.access import AccessPolicy


@dataclass(frozen=True, slots=True)
class Reach:
    """The customers that a person may do something with: those of ``owners``, and those shared with it for that.

    ``unowned``: also those that nobody registered, which belong to the owner of last resort.
    """

    person_id: str
    operation: Operation
    owners: frozenset[str]
    unowned: bool

    def has(self, owner_id: str | None, grants: Iterable[Grant]) -> bool:
        """Whether the customer of an owner (None: nobody registered it), shared with some, is among them."""
        if owner_id is None:
            return self.unowned
        return owner_id in self.owners or _shared(grants, self.person_id, self.operation)


def reach_of(policy: AccessPolicy, person_id: str, operation: Operation, last_resort: str) -> Reach | None:
    """What a person reaches with an operation; None for everybody's customers."""
    owners = owners_in_reach(policy, person_id, operation)
    return None if owners is None else Reach(person_id, operation, owners, last_resort in owners)


def owners_in_reach(policy: AccessPolicy, person_id: str, operation: Operation) -> frozenset[str] | None:
    """The owners whose customers a person reaches with an operation; None for everybody's."""
    if not policy.people:
        return None
    person = policy.people.get(person_id)
    if person is None or operation not in policy.roles[person.role].operations:
        return frozenset()
    match policy.roles[person.role].scope:
        case "all":
            return None
        case "own":
            return frozenset({person_id})
        case "department":
            return _people_of(policy, {person.department})
        case "department_and_below":
            return _people_of(policy, departments_below(policy, person.department))


def may(
    policy: AccessPolicy, person_id: str, operation: Operation, owner_id: str | None, grants: Iterable[Grant]
) -> bool:
    """Whether the customer of an owner, shared with some, is in a person's reach."""
    owners = owners_in_reach(policy, person_id, operation)
    return owners is None or owner_id in owners or _shared(grants, person_id, operation)


def departments_below(policy: AccessPolicy, department: str) -> set[str]:
    """A department and all that are below it."""
    found = {department}
    while more := {name for name, above in policy.departments.items() if above in found} - found:
        found |= more
    return found


def _shared(grants: Iterable[Grant], person_id: str, operation: Operation) -> bool:
    return any(grant.person_id == person_id and operation in grant.operations for grant in grants)


def _people_of(policy: AccessPolicy, departments: set[str]) -> frozenset[str]:
    return frozenset(name for name, person in policy.people.items() if person.department in departments)
