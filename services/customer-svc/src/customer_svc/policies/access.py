"""Who may see and change which customers."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from chassis.policies import Policy, PolicyPart
from contracts.customer import Operation
from contracts.fields import Id

Scope = Literal["own", "department", "department_and_below", "all"]


class Role(PolicyPart):
    """The customers that a person reaches, and what it may do with them."""

    scope: Scope
    operations: tuple[Operation, ...]


class Person(PolicyPart):
    department: Id
    role: Id


class AccessPolicy(Policy):
    """Departments with the one above each (None for the top), roles, and the people in them.

    While nobody is named, everybody may do everything: the service stands behind a gateway that decides who gets in.
    """

    NAME: ClassVar[str] = "access"

    departments: dict[Id, Id | None] = Field(default={})
    roles: dict[Id, Role] = Field(default={})
    people: dict[Id, Person] = Field(default={})

    @model_validator(mode="after")
    def _name_what_exists(self) -> Self:
        for name, above in self.departments.items():
            if above is not None and above not in self.departments:
                raise ValueError(f"department {name} is below {above}, which is not a department")
            self._has_a_top(name)
        for name, person in self.people.items():
            if person.department not in self.departments:
                raise ValueError(f"{name} is in {person.department}, which is not a department")
            if person.role not in self.roles:
                raise ValueError(f"{name} has the role {person.role}, which is not a role")
        return self

    def _has_a_top(self, name: str) -> None:
        seen = {name}
        above = self.departments[name]
        while above is not None:
            if above in seen:
                raise ValueError(f"department {name} is below itself")
            seen.add(above)
            above = self.departments.get(above)
