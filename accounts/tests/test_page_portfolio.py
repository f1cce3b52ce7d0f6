"""Portfolios an organisation keeps: made, named, and watched by whom its administrators invite."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.domain import invitations
from accounts.models import Invitation, Organisation, Portfolio, User, Watcher
from conftest import Tenant
from journal.models import Change


def test_an_organisation_without_portfolios_is_told_the_next_step(
    admin_browser: Client, at: Callable[..., str], portfolio: Portfolio
) -> None:
    portfolio.listings.all().delete()
    portfolio.delete()
    assert "Make the first portfolio" in admin_browser.get(at("portfolios_list")).content.decode()


def test_making_and_changing_one(admin_browser: Client, at: Callable[..., str], organisation: Organisation) -> None:
    assert admin_browser.get(at("portfolio_add")).status_code == 200
    page = admin_browser.post(at("portfolio_add"), {"name": "Mothers first", "purpose": "A CoP."}, follow=True)
    assert "Now invite who should watch it." in page.content.decode()
    made = organisation.portfolios.get(name="Mothers first")
    admin_browser.post(at("portfolio_edit", made.pk), {"name": "Mothers and newborns", "purpose": "A CoP."})
    made.refresh_from_db()
    assert made.name == "Mothers and newborns"
    history = Change.objects.about("portfolio", made.pk).order_by("id")
    assert [(line.verb, line.field) for line in history] == [("created", ""), ("changed", "name")]


@pytest.mark.parametrize(
    ("typed", "message"),
    [({"name": ""}, "Fill in: Name of the portfolio"), ({"name": "n" * 161}, "at most 160 characters")],
)
def test_bad_input_is_told_and_kept(
    typed: dict[str, str], message: str, admin_browser: Client, at: Callable[..., str], portfolio: Portfolio
) -> None:
    for address in (at("portfolio_add"), at("portfolio_edit", portfolio.pk)):
        response = admin_browser.post(address, typed | {"purpose": "What I typed."})
        assert response.status_code == 422
        assert message in response.content.decode()
        assert "What I typed." in response.content.decode()


def test_watchers_are_invited_and_removed(
    admin_browser: Client, at: Callable[..., str], portfolio: Portfolio, donor: User
) -> None:
    page = admin_browser.get(at("portfolio", portfolio.pk)).content.decode()
    assert donor.email in page
    add = reverse("accounts:invitation_add", args=["portfolio", portfolio.pk])
    admin_browser.post(add, {"email": "fac@example.org", "role": "facilitator", "by_mail": "on"})
    assert "fac@example.org" in admin_browser.get(at("portfolio", portfolio.pk)).content.decode()
    remove = at("watcher_remove", portfolio.pk, Watcher.objects.get(user=donor).pk)
    assert "Stop Donor Person watching" in admin_browser.get(remove).content.decode()
    assert admin_browser.post(remove)["Location"] == at("portfolio", portfolio.pk)
    assert not Watcher.objects.filter(user=donor).exists()
    assert Change.objects.get(verb="removed").new["role"] == "donor"


def test_being_invited_to_another_role_changes_the_role(portfolio: Portfolio, admin: User, donor: User) -> None:
    invitation = invitations.invite("portfolio", portfolio.pk, email=donor.email, role="facilitator", by=admin)
    invitations.accept(invitation, by=donor)
    assert Watcher.objects.get(user=donor).role == "facilitator"


def test_portfolios_of_others_are_out_of_reach(
    admin_browser: Client, at: Callable[..., str], other_tenant: Tenant, other_donor: User, portfolio: Portfolio
) -> None:
    foreign = other_tenant.portfolio.pk
    watcher = Watcher.objects.get(user=other_donor).pk
    for address in (
        at("portfolio", foreign),
        at("portfolio_edit", foreign),
        at("watcher_remove", foreign, watcher),
        at("watcher_remove", portfolio.pk, watcher),
        reverse("accounts:portfolio", args=[other_tenant.organisation.pk, foreign]),
    ):
        assert admin_browser.get(address).status_code == 404
        assert admin_browser.post(address, {"name": "Mine now"}).status_code in {404, 405}
    assert Watcher.objects.filter(pk=watcher).exists()
    assert not Portfolio.objects.filter(name="Mine now").exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_cost_the_same_for_one_and_three(
    count: int,
    admin_browser: Client,
    at: Callable[..., str],
    tenant: Tenant,
    make_user: Callable[..., User],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(count):
        Portfolio.objects.create(organisation=tenant.organisation, name=f"P{number}")
        Watcher.objects.create(portfolio=tenant.portfolio, user=make_user(f"person{number}"), role="donor")
        invitations.invite("portfolio", tenant.portfolio.pk, email=f"{number}@x.org", role="donor", by=tenant.admin)
    assert Invitation.objects.count() == count
    admin_browser.get(at("portfolios_list"))
    with django_assert_num_queries(3):
        admin_browser.get(at("portfolios_list"))
    with django_assert_num_queries(5):
        admin_browser.get(at("portfolio", tenant.portfolio.pk))
