"""Every page of the accounts in a real browser: read by axe in both themes and directions, on a phone too."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.domain import address_links, invitations, setup_token, two_step
from accounts.domain.demo import Entrance
from accounts.models import Affiliation, Invitation, User, Watcher
from conftest import PASSWORD, Tenant
from programs.models import Program

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django import Settings
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = (Path(settings.BASE_DIR) / "scaleup" / "tests" / "vendor" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = [("light", "ltr"), ("dark", "rtl")]


class Reader:
    """One person's browser, which complains about whatever is wrong with a page."""

    def __init__(self, page: "Page", server: str) -> None:
        self.page, self.server = page, server
        self.faults: list[str] = []
        page.on("console", lambda line: self.faults.append(line.text) if line.type == "error" else None)

    def read(self, path: str) -> None:
        """Opens a page and looks at it in both themes and directions, wide and at 320 px."""
        self.page.goto(self.server + path)
        self.look(path)

    def look(self, path: str) -> None:
        self.page.evaluate(AXE)
        for theme, direction in LOOKS:
            self.page.emulate_media(color_scheme=theme)
            self.page.evaluate("direction => { document.documentElement.dir = direction; }", direction)
            # Preloading, axe would write imported style sheets into the page, which our policy refuses.
            run = "rules => axe.run(document, { runOnly: rules, preload: false })"
            found = self.page.evaluate(run, RULES)["violations"]
            for fault in found:
                self.faults.append(f"{path} {theme} {direction}: {fault['id']}: {fault['nodes'][0]['html'][:120]}")
        self.page.set_viewport_size({"width": 320, "height": 700})
        if self.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            self.faults.append(f"{path}: scrolls sideways at 320 px")
        self.page.set_viewport_size({"width": 1280, "height": 900})
        self.page.evaluate("document.documentElement.dir = 'ltr'")


@pytest.fixture
def reader_for(browser: "Browser", live_server: "LiveServer") -> Iterator[Callable[..., Reader]]:
    """A browser for a person, or for a stranger; whatever it complains about fails the test."""
    readers = []

    def make(user: User | None = None) -> Reader:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        if user is not None:
            client = Client()
            client.force_login(user)
            key = client.cookies[settings.SESSION_COOKIE_NAME].value
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}
            context.add_cookies([cookie])
        readers.append(Reader(context.new_page(), live_server.url))
        return readers[-1]

    yield make
    for reader in readers:
        reader.page.context.close()
    assert [fault for reader in readers for fault in reader.faults if "status of 4" not in fault] == []


def test_before_anybody_has_an_account(reader_for: Callable[..., Reader]) -> None:
    reader = reader_for()
    reader.read("/")
    reader.read(reverse("accounts:set_up", args=["wrong"]))
    path = setup_token()
    reader.read(path)
    reader.page.get_by_role("button", name="Set up and sign in").click()
    reader.look("set-up with errors")


def test_what_strangers_see(reader_for: Callable[..., Reader], tenant: Tenant, make_user: Callable[..., User]) -> None:
    for role in Entrance:
        demo_person = make_user(role, is_demo=True)
        User.objects.filter(pk=demo_person.pk).update(email=role.email)
    reader = reader_for()
    names = ("account_login", "account_reset_password", "account_reset_password_done", "account_inactive")
    for path in ["/", *(reverse(name) for name in names)]:
        reader.read(path)
    reader.read(reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "wrong-key"}))
    reader.page.goto(reader.server + reverse("account_login"))
    reader.page.get_by_label("E-mail address").fill(tenant.lead.email)
    reader.page.get_by_label("Password").fill("wrong")
    reader.page.get_by_role("button", name="Sign in").click()
    reader.look("sign-in with errors")


def test_what_an_invited_person_sees(
    reader_for: Callable[..., Reader], invitation: Invitation, lead: User, stranger: User
) -> None:
    link = invitations.path_of(invitation)
    reader = reader_for()
    reader.read(link)
    reader.page.get_by_role("button", name="Accept and sign in").click()
    reader.look("joining with errors")
    reader.read(reverse("accounts:invitation", args=[invitation.pk, "wrong"]))
    reader_for(stranger).read(link)
    Invitation.objects.update(email=lead.email)
    reader.read(link)
    reader_for(lead).read(link)
    Invitation.objects.update(revoked_at=timezone.now())
    reader.read(link)


def test_what_a_person_sees_of_their_account(reader_for: Callable[..., Reader], tenant: Tenant) -> None:
    reader = reader_for(tenant.lead)
    names = ("accounts:account", "account_change_password", "usersessions_list", "mfa_index", "account_logout")
    for name in names:
        reader.read(reverse(name))
    reader.read(reverse("mfa_activate_totp"))
    reader.page.get_by_label("Password").fill(PASSWORD)
    reader.page.get_by_role("button", name="Confirm").click()
    reader.look("turning on two-step sign-in")
    TOTP.activate(tenant.lead, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(tenant.lead)
    for name in ("mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp"):
        reader.read(reverse(name))
    reader.read(reverse("mfa_reauthenticate"))
    member = reader_for(tenant.lead)
    member.read(reverse("accounts:organisation", args=[tenant.organisation.pk]))
    member.read(reverse("accounts:organisation_edit", args=[tenant.organisation.pk]))


def test_what_a_person_sees_who_changes_their_address(reader_for: Callable[..., Reader], lead: User) -> None:
    reader = reader_for(lead)
    reader.read(reverse("accounts:email_change"))
    reader.page.get_by_label("Password").fill(PASSWORD)
    reader.page.get_by_role("button", name="Confirm").click()
    reader.look("changing the address")
    reader.page.get_by_role("button", name="Send the link").click()
    reader.look("changing the address with errors")
    reader.page.get_by_label("New e-mail address").fill("moved@example.org")
    reader.page.get_by_role("button", name="Send the link").click()
    reader.page.get_by_role("link", name="Send a link again").wait_for()
    reader.look("the account while a link is awaited")
    lead.refresh_from_db()
    link = address_links.path_to(lead)
    reader.read(link)
    reader.page.get_by_role("button", name="This is my address").click()
    reader.look("the account with its new address")
    reader.read(link)


def test_what_somebody_sees_whose_role_needs_two_step_sign_in(
    reader_for: Callable[..., Reader], facilitator: User, program: Program, settings: "Settings"
) -> None:
    settings.REQUIRE_TWO_STEP = True
    two_step.settle(facilitator)
    reader = reader_for(facilitator)
    reader.read(reverse("mfa_index"))
    reader.read(reverse("accounts:account"))
    remark = reverse("programs:step_remark", args=[program.pk, 1])
    reader.read(remark)
    reader.page.locator("textarea[name=text]").fill("Typed before the day came.")
    User.objects.filter(pk=facilitator.pk).update(two_step_due_on=timezone.localdate())
    reader.page.locator("textarea[name=text]").press("Tab")
    reader.page.keyboard.press("Enter")
    reader.page.get_by_role("heading", name="Two-step sign-in comes first").wait_for()
    reader.look("a form sent too late")
    reader.read(remark)
    reader.page.get_by_role("heading", name="Your role needs it").wait_for()
    TOTP.activate(facilitator, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    reader.read(reverse("mfa_deactivate_totp"))
    reader.page.get_by_label("Password").fill(PASSWORD)
    reader.page.get_by_role("button", name="Confirm").click()
    reader.look("turning it off against one's role")


def test_the_second_step(reader_for: Callable[..., Reader], lead: User) -> None:
    TOTP.activate(lead, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    reader = reader_for()
    reader.page.goto(reader.server + reverse("account_login"))
    reader.page.get_by_label("E-mail address").fill(lead.email)
    reader.page.get_by_label("Password").fill(PASSWORD)
    reader.page.get_by_role("button", name="Sign in").click()
    reader.look("second step")


def test_what_an_administrator_sees(
    reader_for: Callable[..., Reader], tenant: Tenant, invitation: Invitation, donor: User, stranger: User
) -> None:
    def at(name: str, *numbers: int) -> str:
        return reverse(f"accounts:{name}", args=[tenant.organisation.pk, *numbers])

    watch = {"email": "far.away@example.org", "role": "donor", "by": tenant.admin, "by_mail": False}
    invitations.invite("portfolio", tenant.portfolio.pk, **watch)
    reader = reader_for(tenant.admin)
    for path in (
        at("organisation"),
        at("organisation_edit"),
        at("organisation_access"),
        at("person_remove", Affiliation.objects.get(user=tenant.lead).pk),
        at("portfolios_list"),
        at("portfolio_add"),
        at("portfolio", tenant.portfolio.pk),
        at("portfolio_edit", tenant.portfolio.pk),
        at("watcher_remove", tenant.portfolio.pk, Watcher.objects.get(user=donor).pk),
        reverse("accounts:invitation_add", args=["organisation", tenant.organisation.pk]),
    ):
        reader.read(path)
    reader.page.get_by_role("button", name="Invite").click()
    reader.look("inviting with errors")
    reader_for(stranger).read(reverse("accounts:organisations_list"))


def test_a_keyboard_alone_signs_in(reader_for: Callable[..., Reader], lead: User) -> None:
    page: Any = (reader := reader_for()).page
    page.goto(reader.server + reverse("account_login") + "?next=/account/")
    page.get_by_label("E-mail address").focus()
    page.keyboard.type(lead.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Your account").wait_for()
    assert page.url == f"{reader.server}/account/"
