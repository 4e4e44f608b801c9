"""The HTTP edge: what the routes of a service use."""

from chassis.http.commands import Answered, Commands
from chassis.http.paging import Page, PageRequest, Paging, page_of
from chassis.http.parameters import AsOf, Form
from chassis.http.periods import DayRange, Days, MonthText, Since, Until, first_day, last_day, month_text
from chassis.http.problems import NotFound, Problem, invalid_input
from chassis.http.queries import KnownAt, Queries
from chassis.http.requests import Body, JsonBody
from chassis.http.shapes import shown
from chassis.http.sorting import Order, Sorting

__all__ = [
    "Answered",
    "AsOf",
    "Body",
    "Commands",
    "DayRange",
    "Days",
    "Form",
    "JsonBody",
    "KnownAt",
    "MonthText",
    "NotFound",
    "Order",
    "Page",
    "PageRequest",
    "Paging",
    "Problem",
    "Queries",
    "Since",
    "Sorting",
    "Until",
    "first_day",
    "invalid_input",
    "last_day",
    "month_text",
    "page_of",
    "shown",
]
