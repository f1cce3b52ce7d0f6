"""How people want to be told: which kinds by which way, from which hour on."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from programs.domain.owed import RULES
from reminders.models import Rhythm, Wish


class Ways(NamedTuple):
    """Which ways one kind of thing may take to somebody."""

    by_mail: bool
    in_inbox: bool


class Group(models.TextChoices):
    """Where a kind stands on the page of choices."""

    DUE = "due", _("Due dates")
    ASKED = "asked", _("Others wait for you")
    NEWS = "news", _("News")
    DIGEST = "digest", _("Digests")


class Kind(NamedTuple):
    """One kind of thing somebody can be told; a digest comes by mail alone."""

    kind: str
    label: Promise | str
    group: str
    has_inbox: bool = True


DEFAULT = Ways(by_mail=True, in_inbox=True)
OTHERS: dict[str, Kind] = {}  # kinds that nobody owes: news and digests


def register(*kinds: Kind) -> None:
    """Adds kinds that no rule of `programs.domain.owed` names."""
    OTHERS.update((one.kind, one) for one in kinds)


register(
    Kind("week", _("Your week"), Group.DIGEST, has_inbox=False),
    Kind("portfolio", _("The week of each portfolio you facilitate"), Group.DIGEST, has_inbox=False),
)


def kinds() -> dict[str, Kind]:
    """Every kind there is, by its key, in the order of the page of choices."""
    owed = [Kind(one.kind, one.label, Group.ASKED if one.word else Group.DUE) for one in RULES.values() if one.label]
    order = list(Group.values)
    found = sorted([*owed, *OTHERS.values()], key=lambda one: order.index(one.group))
    return {one.kind: one for one in found}


def label_of(kind: str) -> str:
    """What a kind is called where somebody chooses."""
    found = kinds().get(kind)
    return str(found.label) if found else kind


def of_people(user_ids: Iterable[int]) -> dict[int, dict[str, Ways]]:
    """By person and kind; what is not in it is as by default."""
    found: dict[int, dict[str, Ways]] = defaultdict(dict)
    rows = Wish.objects.filter(user__in=list(user_ids))
    for user, kind, by_mail, in_inbox in rows.values_list("user", "kind", "by_mail", "in_inbox"):
        found[user][kind] = Ways(by_mail, in_inbox)
    return found


def of(user: User) -> dict[str, Ways]:
    """Theirs, kind by kind; what is not in it is as by default."""
    return of_people([user.pk]).get(user.pk, {})


def rhythm_of(user: User) -> Rhythm:
    """Theirs, or the one by default."""
    return getattr(user, "rhythm", None) or Rhythm(user=user)


@transaction.atomic
def choose(user: User, *, ways: Mapping[str, Ways], morning: int, digest_on: int | None, digest_hour: int) -> None:
    """From now on they are told in these ways; kinds that are not named stay as they are."""
    _write(user, ways)
    rhythm = {"morning": morning, "digest_on": digest_on, "digest_hour": digest_hour}
    Rhythm.objects.update_or_create(user=user, defaults=rhythm)


@transaction.atomic
def choose_mail(user: User, kinds: Iterable[str], *, is_wanted: bool) -> None:
    """Mails of these kinds come no more, or again; the inbox stays as it is."""
    now = of(user)
    _write(user, {kind: now.get(kind, DEFAULT)._replace(by_mail=is_wanted) for kind in kinds})


def _write(user: User, ways: Mapping[str, Ways]) -> None:
    """In the order of their keys, so that two who write at once do not wait for each other."""
    rows = [Wish(user=user, kind=kind, **ways[kind]._asdict()) for kind in sorted(ways)]
    changed = ["by_mail", "in_inbox"]
    Wish.objects.bulk_create(rows, update_conflicts=True, unique_fields=["user", "kind"], update_fields=changed)
