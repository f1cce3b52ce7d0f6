"""The invented people, organisations and portfolios of the demonstration."""

from dataclasses import dataclass
from typing import Any

from accounts.models import Affiliation, Organisation, Portfolio, User, Watcher


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody by the key that the stories use."""

    people: dict[str, User]
    organisations: dict[str, Organisation]
    portfolios: dict[str, Portfolio]


def gather(script: dict[str, Any]) -> Cast:
    """Makes the cast that `content/cast.toml` names."""
    organisations = {key: Organisation.objects.create(name=name) for key, name in script["organisations"].items()}
    people = {key: _person(key, one, organisations) for key, one in script["people"].items()}
    portfolios = {key: _portfolio(one, people, organisations) for key, one in script["portfolios"].items()}
    return Cast(people, organisations, portfolios)


def _person(key: str, one: dict[str, Any], organisations: dict[str, Organisation]) -> User:
    user = User(email=f"{key}@demo.example", name=one["name"], time_zone=one["time_zone"], is_demo=True)
    user.set_unusable_password()
    user.save()
    for organisation in one.get("of", []):
        Affiliation.objects.create(
            user=user, organisation=organisations[organisation], is_admin=organisation in one.get("admin_of", [])
        )
    return user


def _portfolio(one: dict[str, Any], people: dict[str, User], organisations: dict[str, Organisation]) -> Portfolio:
    portfolio = Portfolio.objects.create(
        name=one["name"], purpose=one["purpose"], organisation=organisations[one["kept_by"]]
    )
    for role in (Watcher.Role.FACILITATOR, Watcher.Role.DONOR):
        for key in one.get(f"{role}s", []):
            Watcher.objects.create(portfolio=portfolio, user=people[key], role=role)
    return portfolio
