"""The HTTP edge: what a service's ``api.py`` needs."""

from chassis.http.bodies import on_the_wire
from chassis.http.commands import Answered, Commands
from chassis.http.paging import Page, Paging
from chassis.http.problems import NotFound, Problem
from chassis.http.reading import KnownAt, Reader

__all__ = ["Answered", "Commands", "KnownAt", "NotFound", "Page", "Paging", "Problem", "Reader", "on_the_wire"]
