"""What a person may do with a customer's file: scopes, roles, sharing. Pure.

Source: domain/customer.md, "Opportunities and reports": own, department, department and below, all.
"""

from collections.abc import Iterable

from contracts.customer import Grant, Operation
from customer_svc.policies import AccessPolicy


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
    if owners is None or owner_id in owners:
        return True
    return any(grant.person_id == person_id and operation in grant.operations for grant in grants)


def departments_below(policy: AccessPolicy, department: str) -> set[str]:
    """A department and all that are below it."""
    found = {department}
    while more := {name for name, above in policy.departments.items() if above in found} - found:
        found |= more
    return found


def _people_of(policy: AccessPolicy, departments: set[str]) -> frozenset[str]:
    return frozenset(name for name, person in policy.people.items() if person.department in departments)
