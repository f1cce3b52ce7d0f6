"""What a form needs before it can be sent: a browser at the right place, and the numbers of its address."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core import mail
from django.db import transaction
from django.test import Client, override_settings
from django.urls import resolve, reverse
from django.utils import timezone

from accounts.domain import address_links, first_run, invitations, mailing, own_address
from accounts.domain.demo import Entrance
from accounts.models import Affiliation, Portfolio, User, Watcher
from conftest import PASSWORD
from programs.domain import conditions, describing, evidencing, listing
from programs.domain.evidencing import Piece
from programs.models import Condition, GateReview, ItemAnswer, Listing, Program
from scaleup.tests.actors import World
from scaleup.tests.places import Place

OPEN = 3  # number of a step that nobody submitted
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NEW_PASSWORD = "mango river lantern"


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass
class Scene:
    """The world, somebody's browser in it, and the numbers that addresses ask for."""

    world: World
    actor: str
    patches: ExitStack = field(default_factory=ExitStack)
    browser: Client = field(init=False)
    numbers: dict[str, Any] = field(init=False)
    secret: str = SECRET

    def __post_init__(self) -> None:
        self.browser = self.world.browser(self.actor)
        row = self.open_item
        invited = {"invitation_id": self.place.ids["invitations"]["program"]}
        self.numbers = self.place.ids | invited | {"number": OPEN, "key": row.item.key}

    @property
    def place(self) -> Place:
        return self.world.places["own"]

    @property
    def other(self) -> Place:
        return self.world.places["other"]

    @property
    def person(self) -> User:
        """Who sends the form; before signing in it is the lead."""
        return self.world.people["lead" if self.actor == "anonymous" else self.actor]

    @property
    def program(self) -> Program:
        return Program.objects.get(pk=self.place.ids["program_id"])

    @property
    def open_item(self) -> ItemAnswer:
        """An item that can be answered."""
        rows = ItemAnswer.objects.select_related("item", "plan__step", "plan__program")
        return rows.filter(plan__program_id=self.place.ids["program_id"], plan__step__number=OPEN).earliest(
            "item__position"
        )

    def at(self, path: str) -> None:
        """Takes the numbers out of an address."""
        self.numbers |= resolve(urlsplit(path).path).kwargs


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def add_evidence(scene: Scene) -> None:
    piece = Piece("note", "Visit", timezone.localdate(), text="Seen by two people.")
    scene.numbers["evidence_id"] = evidencing.add(scene.open_item, piece, by=scene.world.people["lead"]).pk


def open_condition(scene: Scene) -> None:
    """The condition was said to be met; it is open again."""
    condition = Condition.objects.get(pk=scene.place.ids["condition_id"])
    conditions.send_back(condition, note="Not yet.", by=scene.world.people["facilitator"])


def submitted(scene: Scene) -> None:
    """At the step that waits for its decision."""
    scene.numbers |= {"number": scene.place.ids["number"], "key": scene.place.ids["key"]}


def decided(scene: Scene) -> None:
    scene.numbers["number"] = 1


def member(scene: Scene) -> None:
    """Somebody else of the team."""
    scene.numbers["membership_id"] = scene.program.memberships.get(user=scene.world.people["editor"]).pk


def guest_listing(scene: Scene) -> None:
    """The portfolio where the program is listed, but not at home."""
    scene.numbers["listing_id"] = Listing.objects.get(program=scene.program, is_home=False).pk


def named_reviewer(scene: Scene) -> None:
    """Without a home somebody of the organisation decides; it has somebody else who could."""
    Listing.objects.filter(program=scene.program).update(is_home=False)
    named = scene.world.people["stranger"]
    Affiliation.objects.create(organisation=scene.program.organisation, user=named)
    Program.objects.filter(pk=scene.program.pk).update(reviewer=named)


def free_portfolio(scene: Scene) -> None:
    """The own organisation keeps a portfolio where the program is not listed; its lead belongs to it."""
    kept = Listing.objects.get(program=scene.program, is_home=False)
    scene.numbers["spare"] = kept.portfolio_id
    kept.delete()


def asking(scene: Scene) -> None:
    """A facilitator of two portfolios may ask a program of the one into the other."""
    scene.numbers["portfolio_id"] = scene.world.places["sibling"].ids["portfolio_id"]
    home = Portfolio.objects.get(pk=scene.place.ids["portfolio_id"])
    Watcher.objects.create(portfolio=home, user=scene.person, role=Watcher.Role.FACILITATOR)
    Listing.objects.filter(program=scene.program, is_home=False).delete()


def inviting(kind: str) -> Callable[[Scene], None]:
    """At the organisation, portfolio or program somebody is invited to."""
    return lambda scene: scene.numbers.update(kind=kind, object_id=scene.place.ids[f"{kind}_id"])


def demo(scene: Scene) -> None:
    """Demo data are there, with the person behind an entrance."""
    User.objects.create_user(Entrance.TEAM.email, name="Demo Person", is_demo=True)
    scene.patches.enter_context(override_settings(DEMO=True))
    scene.numbers["entrance"] = str(Entrance.TEAM)


def submission(scene: Scene) -> int:
    """The submission that waits for a decision."""
    return GateReview.objects.get(plan__program=scene.program, outcome="", withdrawn_at=None).pk


def joining(scene: Scene) -> None:
    """A facilitator of the other organisation sent a link."""
    portfolio = Portfolio.objects.get(pk=scene.other.ids["portfolio_id"])
    scene.at(listing.join_path(portfolio))


def first_run_begun(scene: Scene) -> None:
    """The link that a first start prints, as if nobody had an account yet."""
    scene.patches.enter_context(patch.object(first_run, "is_fresh", return_value=True))
    scene.at(first_run.setup_token())


def newcomer(scene: Scene) -> None:
    """Somebody without an account holds the link of an invitation."""
    found = invitations.invite(
        "program", scene.program.pk, email="newcomer@example.org", role="editor", by=scene.world.people["lead"],
        by_mail=False,
    )  # fmt: skip
    scene.at(invitations.path_of(found))


def signed_in(scene: Scene) -> None:
    """Signed in by typing, a moment ago."""
    scene.browser.logout()
    scene.browser.post(reverse("account_login"), {"login": scene.person.email, "password": PASSWORD})


def forgetful(scene: Scene) -> None:
    """Somebody followed the link in the mail about a forgotten password."""
    scene.browser.post(reverse("account_reset_password"), {"email": scene.world.people["lead"].email})
    mailing.send_waiting()
    mails = "\n".join(one.body for one in mail.outbox)
    link = re.search(r"https?://[^/\s]+(/account/password/new/\S+)", mails)
    scene.at(scene.browser.get(link[1])["Location"])


def two_steps(scene: Scene) -> None:
    """Two-step sign-in is on."""
    TOTP.activate(scene.person, SECRET)
    RecoveryCodes.activate(scene.person)


def two_steps_and_signed_in(scene: Scene) -> None:
    """Two-step sign-in was turned on in this session."""
    just_confirmed(scene)
    two_steps(scene)


def after_the_password(scene: Scene) -> None:
    """The password was right; the code is asked for."""
    two_steps(scene)
    signed_in(scene)


def just_confirmed(scene: Scene) -> None:
    """Said the password once more, a moment ago."""
    signed_in(scene)
    scene.browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def moving(scene: Scene) -> None:
    """Asked for another address; the link to it is in the mail."""
    own_address.ask(scene.person, email="moved@example.org")
    scene.at(address_links.path_to(User.objects.get(pk=scene.person.pk)))


def activating(scene: Scene) -> None:
    """The secret is shown; the first code is asked for."""
    just_confirmed(scene)
    page = scene.browser.get(reverse("mfa_activate_totp"))
    scene.secret = re.search(r"[A-Z2-7]{32}", page.text)[0]


def facts_seen(scene: Scene) -> str:
    """The facts of the program as the page showed them."""
    return json.dumps(describing.facts_of(scene.program))


def code_now(scene: Scene) -> str:
    """What the app on the phone shows."""
    return format_hotp_value(hotp_value(scene.secret, int(datetime.now(UTC).timestamp()) // 30))


def also_signed_in_elsewhere(scene: Scene) -> None:
    """A second session of the same person."""
    elsewhere = Client()
    elsewhere.post(reverse("account_login"), {"login": scene.person.email, "password": PASSWORD})
    scene.browser.get(reverse("usersessions_list"))
    scene.numbers["session_id"] = scene.person.usersession_set.latest("pk").pk
