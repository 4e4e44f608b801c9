"""The HTTP edge: what the routes of a service use."""

from chassis.http.acting import Act, Acting, Origin, Reasoned
from chassis.http.commands import Answered, Commands
from chassis.http.csv_tables import CSV, csv_answer
from chassis.http.identity import ANY_PARTNER, Calling, needs
from chassis.http.paging import Page, PageRequest, Paging, page_of
from chassis.http.parameters import AsOf, Form
from chassis.http.periods import DayRange, Days, MonthText, Since, Until, first_day, last_day, month_text
from chassis.http.persons import PersonalReader, ReadsPersons
from chassis.http.problems import NotFound, Problem, invalid_input
from chassis.http.queries import KnownAt, Queries
from chassis.http.requests import Body, JsonBody
from chassis.http.shapes import shown
from chassis.http.sorting import Order, Sorting
from chassis.http.worded import Worded

__all__ = [
    "ANY_PARTNER",
    "CSV",
    "Act",
    "Acting",
    "Answered",
    "AsOf",
    "Body",
    "Calling",
    "Commands",
    "DayRange",
    "Days",
    "Form",
    "JsonBody",
    "KnownAt",
    "MonthText",
    "NotFound",
    "Order",
    "Origin",
    "Page",
    "PageRequest",
    "Paging",
    "PersonalReader",
    "Problem",
    "Queries",
    "ReadsPersons",
    "Reasoned",
    "Since",
    "Sorting",
    "Until",
    "Worded",
    "csv_answer",
    "first_day",
    "invalid_input",
    "last_day",
    "month_text",
    "needs",
    "page_of",
    "shown",
]
