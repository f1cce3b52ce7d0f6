"""Who may read the work of which program: lists of programs and the door of one program say the same, always."""

from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone

from accounts.models import Affiliation, Organisation, Portfolio, User, Watcher
from conftest import list_program, make_program
from programs.models import Guide, Listing, Membership, Program
from programs.standing import Can, Role, program_for, readable_by

pytestmark = pytest.mark.django_db
NOTHING, FIGURES, WORK = "nothing", "figures", "work"


def at_the_door(user: User, program: Program) -> str:
    """What somebody finds who goes there."""
    try:
        _program, standing = program_for(user, program.pk)
    except Program.DoesNotExist:
        return NOTHING
    return WORK if Can.READ in standing.can else FIGURES


def on_lists(user: User, program: Program) -> str:
    """What the lists of programs promise."""
    rows = Program.objects.filter(pk=program.pk)
    readable = rows.filter(pk__in=readable_by(user)).exists()
    visible = Program.objects.visible_to(user).filter(pk=program.pk).exists()
    return {(False, False): NOTHING, (False, True): FIGURES, (True, True): WORK}[readable, visible]


@pytest.fixture
def programs(
    organisation: Organisation, lead: User, guide: Guide, portfolio: Portfolio, program: Program, other_program: Program
) -> Iterator[dict[str, Program]]:
    """At home in the portfolio; listed there as a guest; asked for and not agreed to; in none; of others; archived."""
    made = {name: make_program(organisation, lead, guide, name=name) for name in ("guest", "asked", "alone", "gone")}
    list_program(made["guest"], portfolio)
    list_program(made["asked"], portfolio, is_home=True)
    Listing.objects.filter(program=made["asked"]).update(agreed_at=None, agreed_by=None)
    list_program(made["gone"], portfolio, is_home=True)
    Program.objects.filter(pk=made["gone"].pk).update(archived_at=timezone.now())
    return {"home": program, "other": other_program} | made


@pytest.fixture
def cast(
    request: pytest.FixtureRequest, programs: dict[str, Program], portfolio: Portfolio, make_user: Callable[..., User]
) -> dict[str, User]:
    """Everybody of the usual cast, and those whose standing follows from more than one row."""
    usual = "lead admin editor viewer facilitator donor other_lead other_facilitator other_donor stranger"
    people = {name: request.getfixturevalue(name) for name in usual.split()}
    more = "reviewer former_member former_facilitator donor_on_the_team member_of_the_organisation guest_of_others"
    people |= {name: make_user(name) for name in more.split()}
    Program.objects.exclude(pk=programs["other"].pk).update(reviewer=people["reviewer"])
    for name in ("former_member", "donor_on_the_team"):
        Membership.objects.create(program=programs["home"], user=people[name], role="viewer")
    Membership.objects.filter(user=people["former_member"]).delete()
    Watcher.objects.create(portfolio=portfolio, user=people["donor_on_the_team"], role="donor")
    Watcher.objects.create(portfolio=portfolio, user=people["former_facilitator"], role="facilitator").delete()
    Affiliation.objects.create(organisation=portfolio.organisation, user=people["member_of_the_organisation"])
    Watcher.objects.create(portfolio=portfolio, user=people["guest_of_others"], role="donor")
    elsewhere = Portfolio.objects.create(name="Elsewhere", organisation=portfolio.organisation)
    list_program(programs["guest"], elsewhere, is_home=True)
    Watcher.objects.create(portfolio=elsewhere, user=people["guest_of_others"], role="facilitator")
    return people


def test_lists_and_doors_say_the_same_for_everybody_everywhere(
    cast: dict[str, User], programs: dict[str, Program]
) -> None:
    doors = {(who, where): at_the_door(cast[who], programs[where]) for who in cast for where in programs}
    lists = {(who, where): on_lists(cast[who], programs[where]) for who in cast for where in programs}
    assert lists == doors


def test_who_finds_what(cast: dict[str, User], programs: dict[str, Program]) -> None:
    found = {who: {where: on_lists(cast[who], programs[where]) for where in programs} for who in cast}
    said = {who: {where: what for where, what in places.items() if what != NOTHING} for who, places in found.items()}
    own = dict.fromkeys(("home", "guest", "asked", "alone", "gone"), WORK)
    assert said == {
        "lead": own,
        "admin": own,
        "editor": {"home": WORK},
        "viewer": {"home": WORK},
        "facilitator": {"home": WORK, "guest": WORK, "gone": WORK},
        "donor": {"home": FIGURES, "guest": FIGURES},
        "other_lead": {"other": WORK},
        "other_facilitator": {"other": WORK},
        "other_donor": {"other": FIGURES},
        "stranger": {},
        "reviewer": {"asked": WORK, "alone": WORK},  # elsewhere the home's facilitators are
        "former_member": {},
        "former_facilitator": {},
        "donor_on_the_team": {"home": WORK, "guest": FIGURES},
        "member_of_the_organisation": {},
        "guest_of_others": {"home": FIGURES, "guest": WORK},
    }


def standing_as(role: Role, user: User, program: Program, portfolio: Portfolio) -> None:
    """Gives the person this role and no other."""
    if role in Membership.Role.values:
        Membership.objects.create(program=program, user=user, role=role)
    elif role == Role.ADMIN:
        Affiliation.objects.create(organisation=program.organisation, user=user, is_admin=True)
    elif role == Role.REVIEWER:
        Program.objects.filter(pk=program.pk).update(reviewer=user)
    else:
        list_program(program, portfolio, is_home=role == Role.HOME_FACILITATOR)
        kind = Watcher.Role.DONOR if role == Role.DONOR else Watcher.Role.FACILITATOR
        Watcher.objects.create(portfolio=portfolio, user=user, role=kind)


@pytest.mark.parametrize("is_archived", [False, True])
@pytest.mark.parametrize("role", Role)
def test_lists_and_doors_say_the_same_of_every_role_there_is(
    role: Role,
    is_archived: bool,
    organisation: Organisation,
    lead: User,
    guide: Guide,
    portfolio: Portfolio,
    stranger: User,
) -> None:
    program = make_program(organisation, lead, guide, name="Any")
    standing_as(role, stranger, program, portfolio)
    if is_archived:
        Program.objects.filter(pk=program.pk).update(archived_at=timezone.now())
    else:
        assert program_for(stranger, program.pk)[1].roles == {role}
    assert on_lists(stranger, program) == at_the_door(stranger, program)
