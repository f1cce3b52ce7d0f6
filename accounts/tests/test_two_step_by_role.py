"""Two-step sign-in where a role asks for it: days of grace first, then one's own account alone is open."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.domain import invitations, organisations, portfolios, two_step
from accounts.models import Affiliation, Organisation, Portfolio, User, Watcher
from conftest import PASSWORD
from scaleup.tests.routes import SIGNED_IN, routes_of

Post = Callable[..., HttpResponse]
SET_UP = "/account/two-step/"
ANYWHERE = "/organisations/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _required(settings: Settings) -> None:
    settings.REQUIRE_TWO_STEP = True


@pytest.fixture
def late(facilitator: User) -> User:
    """A facilitator whose days of grace are over."""
    return overdue(facilitator)


def overdue(user: User) -> User:
    user.two_step_due_on = timezone.localdate()
    user.save()
    return user


def due_on(user: User) -> date | None:
    return User.objects.values_list("two_step_due_on", flat=True).get(pk=user.pk)


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


@pytest.mark.parametrize(
    ("who", "is_asked"),
    [
        ("facilitator", True),
        ("admin", True),
        ("lead", False),
        ("editor", False),
        ("donor", False),
        ("stranger", False),
    ],
)
def test_it_is_asked_of_those_who_decide_or_manage_people(
    who: str, is_asked: bool, request: pytest.FixtureRequest, client: Client, sign_in: Post
) -> None:
    person = request.getfixturevalue(who)
    assert sign_in(client, person.email).status_code == 302
    assert due_on(person) == (in_days(14) if is_asked else None)


def test_nobody_is_asked_where_it_is_not_required(
    client: Client, late: User, sign_in: Post, settings: Settings
) -> None:
    settings.REQUIRE_TWO_STEP = False
    sign_in(client, late.email)
    assert client.get(ANYWHERE).status_code == 200
    assert "Your role needs it" not in client.get(SET_UP).content.decode()


def test_demo_people_are_left_alone(client: Client, late: User) -> None:
    User.objects.filter(pk=late.pk).update(is_demo=True)
    client.force_login(late)
    assert client.get(ANYWHERE).status_code == 200


def test_the_days_left_are_counted_on_every_page(client: Client, facilitator: User, sign_in: Post) -> None:
    sign_in(client, facilitator.email)
    for days, words in ((0, "In 14 days your role needs"), (13, "In 1 day your role needs")):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            client.force_login(facilitator)
            assert words in client.get(ANYWHERE).content.decode()
    assert "You have 14 days left." in client.get(SET_UP).content.decode()


def test_signing_in_again_does_not_renew_the_days(client: Client, facilitator: User, sign_in: Post) -> None:
    sign_in(client, facilitator.email)
    day = due_on(facilitator)
    with time_machine.travel(timezone.now() + timedelta(days=5)):
        sign_in(Client(), facilitator.email)
    assert due_on(facilitator) == day


def test_then_every_page_leads_to_where_it_is_turned_on(client: Client, late: User, portfolio: Portfolio) -> None:
    client.force_login(late)
    for name in ("dashboards:home", "accounts:organisations_list", "programs:program_add"):
        assert client.get(reverse(name))["Location"] == SET_UP, name
    assert client.get(reverse("dashboards:portfolio", args=[portfolio.pk]))["Location"] == SET_UP
    page = client.get(SET_UP).content.decode()
    assert "Until it is on, only the pages of your own account open." in page
    assert "In 0 days" not in page


def test_only_the_own_account_stays_open() -> None:
    """Named one by one: a page that opens without the second step must be meant to."""
    stay_open = {
        route.name
        for route in routes_of(get_resolver().url_patterns)
        if route.about != "open" and route.view.door != "open" and hasattr(route.view, "comes_before_two_step")
    }
    of_reminders = {name for name in SIGNED_IN if name.startswith("reminders:")}
    assert stay_open == set(SIGNED_IN) - of_reminders - {
        "dashboards:home",
        "journal:save",
        "programs:program_add",
        "assessments:instruments_list",
        "accounts:organisations_list",
        "mfa_authenticate",
    }


def test_a_program_is_closed_until_then_and_open_after(client: Client, late: User, program: object) -> None:
    client.force_login(late)
    url = reverse("programs:program", args=[program.pk])
    assert client.get(url)["Location"] == SET_UP
    TOTP.activate(late, SECRET)
    assert client.get(url).status_code == 200


def test_what_was_typed_in_a_form_stays(client: Client, late: User, portfolio: Portfolio) -> None:
    client.force_login(late)
    url = reverse("dashboards:portfolio_ask", args=[portfolio.pk])
    answer = client.post(url, {"message": "A long <kind> message", "program": "1"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Two-step sign-in comes first" in page
    assert '<textarea name="message" hidden>\nA long &lt;kind&gt; message</textarea>' in page
    assert f'action="{url}"' in page
    assert f'href="{SET_UP}"' in page


def test_a_script_is_answered_in_words(client: Client, late: User) -> None:
    client.force_login(late)
    answer = client.post(reverse("journal:save"), {"value": "typed"})
    assert answer.status_code == 403
    assert answer.json() == {
        "result": "refused",
        "message": "Your role needs two-step sign-in first. Turn it on in your account, then reload this page.",
    }


def test_turning_it_on_opens_everything(
    client: Client, late: User, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    client.force_login(late)
    start = reverse("mfa_activate_totp")
    client.post(client.get(start)["Location"], {"password": PASSWORD})
    secret = client.get(start).context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(start, {"code": _code(secret)})
    assert client.get(done["Location"]).status_code == 200
    assert due_on(late) is None
    assert client.get(ANYWHERE).status_code == 200


def test_turning_it_off_gives_no_new_days(client: Client, facilitator: User) -> None:
    TOTP.activate(facilitator, SECRET)
    client.force_login(facilitator)
    confirm = client.get(reverse("mfa_deactivate_totp"))["Location"]
    client.post(confirm, {"password": PASSWORD})
    assert "Your role needs it" in client.get(reverse("mfa_deactivate_totp")).content.decode()
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=facilitator).exists()
    assert client.get(reverse("dashboards:home"))["Location"] == SET_UP


def test_who_needs_it_not_is_not_warned_of_turning_it_off(client: Client, lead: User) -> None:
    TOTP.activate(lead, SECRET)
    client.force_login(lead)
    client.post(client.get(reverse("mfa_deactivate_totp"))["Location"], {"password": PASSWORD})
    assert "Your role needs it" not in client.get(reverse("mfa_deactivate_totp")).content.decode()
    client.post(reverse("mfa_deactivate_totp"))
    assert client.get(ANYWHERE)["Location"] != SET_UP


def test_a_role_that_comes_and_goes(
    admin: User, lead: User, donor: User, organisation: Organisation, portfolio: Portfolio
) -> None:
    member = Affiliation.objects.get(user=lead, organisation=organisation)
    organisations.set_admin(member, is_admin=True, by=admin)
    assert due_on(lead) == in_days(14)
    organisations.set_admin(member, is_admin=False, by=admin)
    assert due_on(lead) is None
    portfolios.watch(donor, portfolio, role=Watcher.Role.FACILITATOR, by=admin)
    assert due_on(donor) == in_days(14)
    portfolios.stop_watching(Watcher.objects.get(user=donor), by=admin)
    assert due_on(donor) is None
    organisations.join(donor, organisation, is_admin=True, by=admin)
    assert due_on(donor) == in_days(14)
    organisations.remove(Affiliation.objects.get(user=donor, organisation=organisation), by=admin)
    assert due_on(donor) is None


def test_a_role_in_another_place_still_asks(
    admin: User, organisation: Organisation, other_portfolio: Portfolio
) -> None:
    portfolios.watch(admin, other_portfolio, role=Watcher.Role.FACILITATOR, by=None)
    portfolios.stop_watching(Watcher.objects.get(user=admin), by=admin)
    assert due_on(admin) == in_days(14)


def test_somebody_invited_to_a_role_is_told_at_once(client: Client, portfolio: Portfolio, admin: User) -> None:
    watch = {"email": "new@example.org", "role": "facilitator", "by": admin}
    invitation = invitations.invite("portfolio", portfolio.pk, **watch)
    typed = {"name": "New", "password1": "mango river lantern", "password2": "mango river lantern"}
    client.post(invitations.path_of(invitation), typed)
    assert due_on(User.objects.get(email="new@example.org")) == in_days(14)


def test_a_date_left_behind_by_a_role_that_is_gone_closes_nothing(client: Client, lead: User) -> None:
    client.force_login(overdue(lead))
    assert client.get(ANYWHERE)["Location"] != SET_UP


def test_ordinary_pages_cost_no_query_more(
    client: Client, facilitator: User, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    User.objects.filter(pk=facilitator.pk).update(two_step_due_on=in_days(3))
    client.force_login(facilitator)
    url = ANYWHERE
    client.get(url)
    for is_required in (False, True):
        settings.REQUIRE_TWO_STEP = is_required
        with django_assert_num_queries(2):
            assert ("In 3 days" in client.get(url).content.decode()) == is_required


def test_whoever_runs_the_server_chooses_the_days(facilitator: User, settings: Settings) -> None:
    settings.TWO_STEP_GRACE_DAYS = 0
    two_step.settle(facilitator)
    assert due_on(facilitator) == in_days(0)
    assert two_step.is_overdue(facilitator)


def _code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30))
