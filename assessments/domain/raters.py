"""Who rates in a round: by role group, for parts of it, signed in, by a personal link, or on paper."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.domain import rounds
from assessments.domain.rounds import Refused
from assessments.models import Assessment, Rater
from journal import once
from journal.record import record
from journal.saving import Actor

CODE_LETTERS = "ACDEFHJKLMNPRTUVWXY3479"  # none that are taken for another in handwriting
CODE_LENGTH = 4
TOKEN_BYTES = 32
MOST_RATERS = 200


@dataclass(frozen=True, slots=True)
class Person:
    """Who is asked to rate. Without `user` they get a personal link, or a sheet of paper."""

    name: str
    role_group: str
    user: User | None = None
    parts: Sequence[str] = ()
    is_on_paper: bool = False


@transaction.atomic
def add(assessment: Assessment, person: Person, *, by: User, key: str = "") -> Rater:
    """Asks somebody to rate, also while others are rating already. The same key again adds nobody.

    Raises Refused.
    """
    held = _hold(assessment, by=by)
    if done := once.earlier(key, by=by):
        return Rater.objects.get(pk=done.details["rater"])
    _check(held, person)
    if held.raters.count() >= MOST_RATERS:
        raise Refused(_("A round takes at most %(most)s raters.") % {"most": MOST_RATERS})
    rater = _create(held, person)
    _log("rater_added", rater, by=by, key=key)
    if held.is_rating:
        rounds.ask([rater], instrument=held.instrument)
    return rater


@transaction.atomic
def add_all(assessment: Assessment, people: Sequence[Person], *, by: User, key: str = "") -> list[Rater]:
    """Asks several people at once: all of them, or nobody when one is refused. Raises Refused."""
    keys = [once.form_key(key, place) if key else "" for place in range(len(people))]
    return [add(assessment, person, by=by, key=own) for person, own in zip(people, keys, strict=True)]


@transaction.atomic
def change(rater: Rater, person: Person, *, by: User) -> None:
    """Changes name, group, parts or way of rating. Rated items stay, also of parts that were taken away.

    Who has rated something goes on as they began: else their ratings would open to somebody else.
    Raises Refused.
    """
    held = _hold(rater.assessment, by=by)
    mine = _mine(rater)
    if _person(mine) == replace(person, parts=list(person.parts)):
        return
    _check(held, person, besides=mine)
    _refuse_another(mine, person)
    for name in ("name", "role_group", "is_on_paper"):
        setattr(mine, name, getattr(person, name))
    mine.user, mine.parts = person.user, list(person.parts)
    if mine.user or mine.is_on_paper:
        mine.link_digest = ""
    mine.save()
    if held.is_rating:
        if mine.parts:
            unrated = mine.ratings.filter(value=None, is_unable=False)
            unrated.exclude(item__dimension__key__in=mine.parts).delete()
        rounds.ask([mine], instrument=held.instrument)
    _log("rater_changed", mine, by=by)


@transaction.atomic
def remove(rater: Rater, *, by: User) -> None:
    """Takes somebody off the round: their link dies, and what they rated counts nowhere. Raises Refused."""
    _hold(rater.assessment, by=by)
    mine = _mine(rater)
    mine.removed_at, mine.link_digest = timezone.now(), ""
    mine.save(update_fields=["removed_at", "link_digest"])
    _log("rater_removed", mine, by=by)


@transaction.atomic
def give_link(rater: Rater, *, by: User) -> str:
    """A new personal link as a path, shown this once; an earlier one and its sessions die. Raises Refused."""
    held = rounds.hold(rater.assessment, by=by)
    if held.is_closed:
        raise Refused(_("This round is closed and never changes."))
    mine = _mine(rater)
    if mine.user_id:
        raise Refused(_("%(name)s signs in to rate, and needs no link.") % {"name": mine.name})
    if mine.is_on_paper:
        raise Refused(_("%(name)s rates on paper, and needs no link.") % {"name": mine.name})
    token = secrets.token_urlsafe(TOKEN_BYTES)
    mine.link_digest, mine.link_opened_at = _digest(token), None
    mine.link_expires_at = rounds.links_end_at(held.due_on)
    mine.save(update_fields=["link_digest", "link_opened_at", "link_expires_at"])
    _log("link_given", mine, by=by)
    return reverse("assessments:rater_link", args=[token])


@transaction.atomic
def revoke_link(rater: Rater, *, by: User) -> None:
    """Ends the personal link and whatever session it opened, at any time."""
    rounds.hold(rater.assessment, by=by)
    mine = _mine(rater)
    if mine.link_digest:
        mine.link_digest = ""
        mine.save(update_fields=["link_digest"])
        _log("link_revoked", mine, by=by)


def behind(token: str) -> Rater | None:
    """Whose personal link this is, if it still opens anything."""
    rater = _with_round(Rater.objects.filter(link_digest=_digest(token))).first()
    if rater is None or not rater.has_living_link:
        return None
    return None if rater.assessment.program.is_archived else rater


def opened(rater: Rater) -> None:
    """Notes when a link was first opened, which its holder and whoever runs the round can read."""
    Rater.objects.filter(pk=rater.pk, link_opened_at=None).update(link_opened_at=timezone.now())


def for_actor(rater_id: int, *, actor: Actor) -> Rater | None:
    """The rater this person is, or whose living link opened this session; None for everybody else."""
    rater = _with_round(Rater.objects.standing().filter(pk=rater_id)).first()
    if rater is None or rater.assessment.program.is_archived:
        return None
    return rater if is_actor(rater, actor) else None


def is_actor(rater: Rater, actor: Actor) -> bool:
    if actor.user is not None:
        return rater.user_id == actor.user.pk
    return rater.has_living_link and actor.link == rater.link_number


@transaction.atomic
def finish(rater: Rater, *, is_finished: bool = True) -> None:
    """The rater says that they are done, or not after all. Only a signal: ratings stay open until the reveal."""
    held = rounds.hold(rater.assessment)
    if not held.is_rating:
        raise Refused(_("Rating is over in this round."))
    mine = _mine(rater)
    if bool(mine.finished_at) == is_finished:
        return
    mine.finished_at = timezone.now() if is_finished else None
    mine.save(update_fields=["finished_at"])
    rounds.touch(held)


@transaction.atomic
def allow_name(rater: Rater, *, is_allowed: bool) -> None:
    """Whether the rater's name may stand beside their ratings; it does only if all raters agree. Raises Refused."""
    held = rounds.hold(rater.assessment)
    if not held.is_rating:
        raise Refused(_("Rating is over in this round."))
    rater.shows_name = is_allowed
    rater.save(update_fields=["shows_name"])


def ask_again(assessment: Assessment, previous: Assessment) -> None:
    """The same people for a new round, but for who runs it now; links are made anew."""
    dimensions = set(assessment.instrument.dimensions.values_list("key", flat=True))
    busy = [person for person in (assessment.facilitator, assessment.keyer) if person]
    for former in previous.raters.standing().exclude(user__in=busy):
        person = _person(former)
        is_on_paper = person.is_on_paper and assessment.keyer is not None  # else they get a link
        parts = [part for part in person.parts if part in dimensions]
        _create(assessment, replace(person, parts=parts, is_on_paper=is_on_paper))


def _with_round(rows: QuerySet[Rater]) -> QuerySet[Rater]:
    """With all that pages of a rater show; the file of the instrument is long and seldom asked for."""
    found = rows.select_related("assessment__program", "assessment__instrument", "assessment__facilitator")
    return found.select_related("assessment__keyer").defer("assessment__instrument__text")


def _hold(assessment: Assessment, *, by: User) -> Assessment:
    held = rounds.hold(assessment, by=by)
    if held.is_revealed:
        raise Refused(_("The ratings are revealed, so the raters of this round stay as they are."))
    return held


def _mine(rater: Rater) -> Rater:
    return Rater.objects.select_for_update(of=("self",)).select_related("assessment").get(pk=rater.pk)


def _check(assessment: Assessment, person: Person, *, besides: Rater | None = None) -> None:
    if person.user and person.user in (assessment.facilitator, assessment.keyer):
        raise Refused(
            _("%(name)s runs this round or types in its sheets, and so does not rate.") % {"name": person.user}
        )
    others = assessment.raters.standing()
    if besides:
        others = others.exclude(pk=besides.pk)
    if person.user and others.filter(user=person.user).exists():
        raise Refused(_("%(name)s rates in this round already.") % {"name": person.user})
    if person.user and person.is_on_paper:
        raise Refused(_("Choose one way of rating: signed in, or on paper."))
    if person.is_on_paper and assessment.keyer_id is None:
        raise Refused(_("Say first who types in paper sheets: that person is named to all raters."))


def _person(rater: Rater) -> Person:
    return Person(rater.name, rater.role_group, rater.user, rater.parts, rater.is_on_paper)


def _refuse_another(rater: Rater, person: Person) -> None:
    same = (rater.user_id, rater.is_on_paper) == (person.user and person.user.pk, person.is_on_paper)
    if not same and rater.ratings.filter(Q(value__isnull=False) | Q(is_unable=True)).exists():
        raise Refused(
            _("%(name)s has rated already, so who rates, and how, stays. Remove this rater and add a new one.")
            % {"name": rater.name}
        )


def _create(assessment: Assessment, person: Person) -> Rater:
    """A rater with a code of their own in this round."""
    for _try in range(20):
        code = "".join(secrets.choice(CODE_LETTERS) for _letter in range(CODE_LENGTH))
        try:
            with transaction.atomic():
                return Rater.objects.create(
                    assessment=assessment,
                    user=person.user,
                    name=person.name,
                    role_group=person.role_group,
                    parts=list(person.parts),
                    is_on_paper=person.is_on_paper,
                    code=code,
                )
        except IntegrityError as error:
            if "rater_code_once" not in str(error):
                raise Refused(_("%(name)s rates in this round already.") % {"name": person.name}) from error
    raise Refused(_("No free code was found for the sheet. Try again."))


def _digest(token: str) -> str:
    """Of 256 random bits, so a plain hash is enough; the database alone opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def _log(verb: str, rater: Rater, *, by: User, key: str = "") -> None:
    about = {"name": rater.name, "title": rater.assessment.title, "rater": rater.pk}
    record(verb, rounds.KIND, rater.assessment_id, by=by, program_id=rater.assessment.program_id, new=about, key=key)
