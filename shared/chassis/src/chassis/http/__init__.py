"""The HTTP edge: what a service's ``api.py`` needs."""

from chassis.http.commands import Answered, Commands
from chassis.http.paging import Page, Paging
from chassis.http.problems import NotFound, Problem
from chassis.http.queries import KnownAt, Queries
from chassis.http.requests import on_the_wire

__all__ = ["Answered", "Commands", "KnownAt", "NotFound", "Page", "Paging", "Problem", "Queries", "on_the_wire"]
