"""The four sides of capacity and what each value from 0 to 3 looks like there, in words one can check on a visit."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Side:
    """One side: its name within a sentence, what is asked, and what one would see at 0, 1, 2 and 3."""

    key: str
    name: Promise
    question: Promise
    anchors: tuple[Promise, Promise, Promise, Promise]


VALUES: tuple[Promise, ...] = (
    _("not in place"),
    _("partly in place"),
    _("in place"),
    _("in place, and it lasts"),
)

INDIVIDUAL = Side(
    "individual",
    _("the people"),
    _("Can the people who do this work do it well?"),
    (
        _("Nobody who would do this work has been prepared for it."),
        _("Some people were trained, but there are too few of them, or nobody has seen them do it well."),
        _("Enough people were trained and have been seen doing it well, and somebody coaches them."),
        _("Enough people do it well, new ones are prepared before others leave, and some of them teach others."),
    ),
)
LEADERSHIP = Side(
    "leadership",
    _("leadership"),
    _("Do those who lead this partner stand behind the work?"),
    (
        _("Nobody who leads this partner knows of the task or has said yes to it."),
        _("Somebody who leads has said yes, but gives it no time and does not ask how it goes."),
        _("One leader answers for it by name, gives staff time for it, and asks about it at least every three months."),
        _("Several leaders follow it and clear away what is in its way. It would go on if one of them left."),
    ),
)
ORGANISATION = Side(
    "organisation",
    _("the organisation"),
    _("Is the organisation set up for this work?"),
    (
        _("It stands in no plan, no job description and no budget."),
        _("It stands in a plan or a job description, but staff, money or materials are missing for most of it."),
        _("For this year it has staff, money and materials, and a simple record shows how it goes."),
        _("It is part of every yearly plan and budget and of supervision, and goes on without the project."),
    ),
)
SYSTEM = Side(
    "system",
    _("the system around it"),
    _("Do rules, supplies, money and other offices help this work along?"),
    (
        _("Rules, supplies or the way money flows stop this work, and nobody is talking about it."),
        _("The work is allowed, but permits, supplies or money come late, or other offices do not do their part."),
        _("Rules allow it, what it needs comes mostly in time, and the offices it depends on do their part."),
        _("Rules ask for it, supplies and money come every year, and the other offices have it in their own plans."),
    ),
)

ALL: dict[str, Side] = {side.key: side for side in (INDIVIDUAL, LEADERSHIP, ORGANISATION, SYSTEM)}
