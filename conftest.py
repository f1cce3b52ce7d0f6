"""The cast every test can call on: people in every role, two organisations, two portfolios, programs."""

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.template.base import Template
from django.template.context import Context, RequestContext
from django.test import Client
from django.test.signals import template_rendered
from django.utils import timezone

from accounts.models import Affiliation, Organisation, Portfolio, User, Watcher
from assessments.domain import instruments
from assessments.models import Instrument
from programs.domain import guides, starting
from programs.models import Guide, Listing, Membership, Program

PASSWORD = "correct horse battery staple"


def pytest_collection_finish() -> None:
    """Thousands of tests stay in memory to the end: nobody needs to look through them for garbage again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def _a_page_keeps_its_own_context(django_test_environment: None) -> Iterator[None]:
    """`response.context` is that of the page alone.

    Django's test client copies the context of every template a page includes, which is half of the page's time.
    """

    def render(template: Template, context: Context) -> str:
        if isinstance(context, RequestContext) and context.template is template:
            template_rendered.send(sender=template, template=template, context=context)
        return template.nodelist.render(context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", render)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> None:
    """The built-in guide and instruments are loaded once; tests roll back to them."""
    with django_db_blocker.unblock():
        guides.load_built_in()
        instruments.load_built_in()


@pytest.fixture
def guide(db: None) -> Guide:
    """The eleven steps; loaded again after a test that emptied the tables."""
    return Guide.objects.first() or guides.load_built_in()[0]


@pytest.fixture
def instrument(db: None) -> Instrument:
    """The scale-up readiness instrument; loaded again after a test that emptied the tables."""
    found = {one.key: one for one in Instrument.objects.filter(organisation=None, state="published")}
    if "scale-up-readiness" not in found:
        found |= {one.key: one for one in instruments.load_built_in()}
    return found["scale-up-readiness"]


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    """Makes a person; the name is the e-mail's first part unless given."""

    def make(who: str, **fields: object) -> User:
        fields = {"name": f"{who.replace('_', ' ').title()} Person"} | fields
        return User.objects.create_user(f"{who}@example.org", PASSWORD, **fields)

    return make


@dataclass
class Tenant:
    """One organisation with its people, its portfolio and its programs."""

    organisation: Organisation
    portfolio: Portfolio
    lead: User
    admin: User
    program: Program


@pytest.fixture
def make_tenant(make_user: Callable[..., User], guide: Guide) -> Callable[..., Tenant]:
    """Makes a whole tenant; every name carries the tenant's own word, so that a leak can be seen."""

    def make(word: str) -> Tenant:
        organisation = Organisation.objects.create(name=f"{word} organisation")
        admin, lead = make_user(f"{word}_admin"), make_user(f"{word}_lead")
        Affiliation.objects.create(organisation=organisation, user=admin, is_admin=True)
        Affiliation.objects.create(organisation=organisation, user=lead)
        portfolio = Portfolio.objects.create(name=f"{word} portfolio", organisation=organisation)
        program = make_program(organisation, lead, guide, name=f"{word} program")
        list_program(program, portfolio, is_home=True)
        return Tenant(organisation, portfolio, lead, admin, program)

    return make


def make_program(organisation: Organisation, lead: User, guide: Guide, **fields: object) -> Program:
    """A program on its first day, with a full ambition."""
    ambition = {
        "sector": "health",
        "country": "KH",
        "ambition_actor": "the Ministry of Health",
        "ambition_change": "are visited within two days of birth",
        "ambition_whom": "newborns",
        "ambition_count": 40_000,
        "ambition_place": "nine districts",
        "ambition_by": "2029-12-31",
    }
    program = starting.start(organisation, guide=guide, by=lead, **ambition | fields)
    program.silent_after = None  # tests travel in time, and speak of silence only where they mean it
    program.save(update_fields=["silent_after"])
    return program


def list_program(program: Program, portfolio: Portfolio, *, is_home: bool = False) -> Listing:
    """Lists a program in a portfolio, agreed by its lead."""
    lead = program.created_by
    return Listing.objects.create(
        portfolio=portfolio,
        program=program,
        is_home=is_home,
        asked_by=lead,
        agreed_by=lead,
        agreed_at=timezone.now(),
        name=program.name,
        sector=program.sector,
        country=str(program.country),
    )


@pytest.fixture
def tenant(make_tenant: Callable[..., Tenant]) -> Tenant:
    return make_tenant("own")


@pytest.fixture
def other_tenant(make_tenant: Callable[..., Tenant]) -> Tenant:
    return make_tenant("other")


@pytest.fixture
def program(tenant: Tenant) -> Program:
    return tenant.program


@pytest.fixture
def portfolio(tenant: Tenant) -> Portfolio:
    return tenant.portfolio


@pytest.fixture
def organisation(tenant: Tenant) -> Organisation:
    return tenant.organisation


@pytest.fixture
def other_program(other_tenant: Tenant) -> Program:
    return other_tenant.program


@pytest.fixture
def other_portfolio(other_tenant: Tenant) -> Portfolio:
    return other_tenant.portfolio


@pytest.fixture
def lead(tenant: Tenant) -> User:
    return tenant.lead


@pytest.fixture
def admin(tenant: Tenant) -> User:
    return tenant.admin


@pytest.fixture
def other_lead(other_tenant: Tenant) -> User:
    return other_tenant.lead


@pytest.fixture
def editor(program: Program, make_user: Callable[..., User]) -> User:
    return _member(program, make_user("editor"), Membership.Role.EDITOR)


@pytest.fixture
def viewer(program: Program, make_user: Callable[..., User]) -> User:
    return _member(program, make_user("viewer"), Membership.Role.VIEWER)


@pytest.fixture
def facilitator(portfolio: Portfolio, make_user: Callable[..., User]) -> User:
    return _watcher(portfolio, make_user("facilitator"), Watcher.Role.FACILITATOR)


@pytest.fixture
def other_facilitator(other_portfolio: Portfolio, make_user: Callable[..., User]) -> User:
    return _watcher(other_portfolio, make_user("other_facilitator"), Watcher.Role.FACILITATOR)


@pytest.fixture
def donor(portfolio: Portfolio, make_user: Callable[..., User]) -> User:
    return _watcher(portfolio, make_user("donor"), Watcher.Role.DONOR)


@pytest.fixture
def other_donor(other_portfolio: Portfolio, make_user: Callable[..., User]) -> User:
    return _watcher(other_portfolio, make_user("other_donor"), Watcher.Role.DONOR)


@pytest.fixture
def stranger(make_user: Callable[..., User]) -> User:
    """Signed in, but part of nothing."""
    return make_user("stranger")


@pytest.fixture
def client_for() -> Callable[[User | None], Client]:
    """A browser of its own for a person (None: not signed in)."""

    def client(user: User | None) -> Client:
        browser = Client()
        if user is not None:
            browser.force_login(user)
        return browser

    return client


def _member(program: Program, user: User, role: str) -> User:
    Membership.objects.create(program=program, user=user, role=role)
    return user


def _watcher(portfolio: Portfolio, user: User, role: str) -> User:
    Watcher.objects.create(portfolio=portfolio, user=user, role=role)
    return user
