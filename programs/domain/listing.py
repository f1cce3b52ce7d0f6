"""Listing a program in portfolios: a facilitator asks, the lead agrees; one portfolio may be its home."""

from collections.abc import Callable, Iterable

from django.core import signing
from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Portfolio, User, Watcher
from journal.record import record
from programs.domain.freshness import mark_stale
from programs.models import Listing, Membership, Program, StepPlan, StepState

SALT = "programs.listing.join"
JOIN_LINK_DAYS = 60

_marks: list[Callable[[int], None]] = [mark_stale]


class Refused(Exception):
    """The listing cannot be changed like this; the message says why and what to do."""


def register(mark: Callable[[int], None]) -> None:
    """Has an app above mark its figures of a program as stale when the program is listed: its columns are empty."""
    _marks.append(mark)


@transaction.atomic
def ask(program: Program, portfolio: Portfolio, *, by: User) -> Listing:
    """Asks to list a program in a portfolio. It counts once a lead agrees; a lead who asks has agreed.

    Asking again gives the same listing.
    """
    _hold(program)
    listing, is_new = Listing.objects.get_or_create(
        program=program, portfolio=portfolio, defaults={"asked_by": by} | _facts(program)
    )
    if is_new:
        _record("asked", listing, by=by)
    if listing.agreed_at is None and _is_lead(program, by):
        _agree(listing, is_home=False, by=by)
    return listing


@transaction.atomic
def agree(listing: Listing, *, is_home: bool = False, by: User) -> Listing:
    """Lists the program; its watchers may see it from now on. As home, its facilitators decide gates."""
    held = _held(listing)
    if held.agreed_at is None:
        _agree(held, is_home=is_home, by=by)
    return held


@transaction.atomic
def decline(listing: Listing, *, by: User) -> None:
    """Says no to a request. Raises Refused when it was agreed to meanwhile."""
    held = _held(listing)
    if held.agreed_at is not None:
        raise Refused(_("The program is listed there already. You can take it out of the portfolio."))
    _record("declined", held, by=by)
    held.delete()


@transaction.atomic
def leave(listing: Listing, *, by: User) -> None:
    """Takes the program out of a portfolio: its watchers see nothing of it from now on.

    Raises Refused while a step waits for a decision of this home portfolio.
    """
    held = _held(listing)
    if held.is_home:
        _refuse_while_submitted(held.program)
    _record("left", held, by=by)
    held.delete()
    mark_stale(held.program_id)


@transaction.atomic
def make_home(listing: Listing, *, by: User) -> None:
    """Makes a portfolio the program's home, instead of the one before.

    Raises Refused before the lead agreed, and while a step waits for a decision.
    """
    held = _held(listing)
    if held.agreed_at is None:
        raise Refused(_("Agree to the listing first."))
    if held.is_home:
        return
    _make_home(held, by=by)
    mark_stale(held.program_id)


def of_program(program: Program) -> list[Listing]:
    """All listings and requests of a program: home first, then listed ones, then requests."""
    listings = program.listings.select_related("portfolio__organisation", "asked_by")
    return sorted(listings, key=lambda one: (not one.is_home, one.agreed_at is None, one.portfolio.name.casefold()))


def read_in(program: Program, *, by: User) -> int | None:
    """The id of a portfolio in which a donor reads the program."""
    listed = Listing.objects.agreed().watched_by(by, Watcher.Role.DONOR).filter(program=program)
    return listed.order_by("pk").values_list("portfolio", flat=True).first()


def may_be_offered(program: Program, *, to: User) -> list[Portfolio]:
    """Portfolios somebody may list the program in without being asked: those of its organisation."""
    if not to.affiliations.filter(organisation=program.organisation).exists():
        return []
    listed = Listing.objects.filter(program=program)
    return list(program.organisation.portfolios.exclude(pk__in=listed.values("portfolio")).order_by("name", "pk"))


def may_be_asked(portfolio: Portfolio, *, by: User) -> list[Program]:
    """Programs a facilitator may ask to join: those the person can see and that are not there yet."""
    listed = Listing.objects.filter(portfolio=portfolio)
    visible = Program.objects.visible_to(by).filter(archived_at=None)
    return list(visible.exclude(pk__in=listed.values("program")).order_by("name", "pk"))


def may_join(portfolio: Portfolio, *, by: User) -> list[Program]:
    """Programs somebody leads that are not listed in the portfolio yet."""
    led = Membership.objects.filter(user=by, role=Membership.Role.LEAD)
    listed = Listing.objects.agreed().filter(portfolio=portfolio)
    programs = Program.objects.filter(pk__in=led.values("program"), archived_at=None)
    return list(programs.exclude(pk__in=listed.values("program")).order_by("name", "pk"))


def join_path(portfolio: Portfolio) -> str:
    """The path of a link a facilitator can send to any program's lead; following it asks for nothing more."""
    return reverse("programs:join", args=[signing.dumps(portfolio.pk, salt=SALT)])


def portfolio_of(token: str) -> Portfolio | None:
    """The portfolio behind a join link; None when the link is wrong or too old."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=JOIN_LINK_DAYS * 24 * 60 * 60)
    except signing.BadSignature:
        return None
    return Portfolio.objects.select_related("organisation").filter(pk=pk).first()


def _agree(listing: Listing, *, is_home: bool, by: User) -> None:
    listing.agreed_at, listing.agreed_by = timezone.now(), by
    listing.save(update_fields=["agreed_at", "agreed_by"])
    _record("agreed", listing, by=by)
    if is_home:
        _make_home(listing, by=by)
    for mark in _marks:
        mark(listing.program_id)


def _make_home(listing: Listing, *, by: User) -> None:
    _refuse_while_submitted(listing.program)
    Listing.objects.filter(program=listing.program_id, is_home=True).update(is_home=False)
    listing.is_home = True
    listing.save(update_fields=["is_home"])
    _record("made_home", listing, by=by)


def _refuse_while_submitted(program: Program) -> None:
    waiting = StepPlan.objects.filter(program=program, state=StepState.SUBMITTED).select_related("step")
    if plan := waiting.order_by("step__number").first():
        raise Refused(
            _("Step %(number)s waits for a decision there. Wait for it, or withdraw the step first.")
            % {"number": plan.step.number}
        )


def _hold(program: Program) -> None:
    """One change of a program's listings at a time."""
    Program.objects.select_for_update(no_key=True).filter(pk=program.pk).first()


def stamp(program_ids: Iterable[int]) -> None:
    """Notes that figures of these programs changed, so that portfolios which list them are added up again.

    In the caller's transaction: if it comes to nothing, so does the stamp.
    """
    held = Listing.objects.select_for_update(no_key=True).filter(program__in=list(program_ids)).order_by("pk")
    Listing.objects.filter(pk__in=[listing.pk for listing in held.only("pk")]).update(refreshed_at=Now())


def _held(listing: Listing) -> Listing:
    _hold(listing.program)
    held = Listing.objects.select_related("program", "portfolio").filter(pk=listing.pk).first()
    if held is None:
        raise Refused(_("This request is no longer there."))
    return held


def _is_lead(program: Program, user: User) -> bool:
    return Membership.objects.filter(program=program, user=user, role=Membership.Role.LEAD).exists()


def _facts(program: Program) -> dict[str, str]:
    """Enough for the portfolio's table until the worker has filled the rest."""
    return {"name": program.name, "sector": program.sector, "country": str(program.country)}


def _record(verb: str, listing: Listing, *, by: User) -> None:
    new = {"portfolio": listing.portfolio.name, "portfolio_id": listing.portfolio_id}
    record(verb, "listing", listing.pk, by=by, program_id=listing.program_id, new=new)
