"""Doing by hand, and at once, what beat rings for: looking for what is to be told, then sending."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.domain import mailing
from reminders.domain import operations, wishes
from reminders.models import Delivery, Notice, SweepMark

logger = logging.getLogger(__name__)
Sweep = Callable[[], int | None]
Sweeps = dict[SweepMark.Name, Sweep]


@dataclass(frozen=True, slots=True)
class Done:
    """What one sweep did (told: how many notices or digests; None: it failed), or, rehearsed, would have done."""

    name: SweepMark.Name
    told: int | None
    kinds: Counter[str]
    mails: int = 0


@dataclass(frozen=True, slots=True)
class Sent:
    """What sending came to."""

    sent: int
    waiting: int
    failed: int


def sweep(sweeps: Sweeps, *, is_rehearsal: bool) -> Iterator[Done]:
    """Each of them; one that fails does not keep the next from running."""
    for name, run in sweeps.items():
        try:
            yield _rehearsed(name, run) if is_rehearsal else Done(name, run() or 0, Counter())
        except Exception:
            logger.exception("Looking for %s failed.", name.label)
            yield Done(name, None, Counter())


def send() -> Sent:
    """Sends until nothing is left that can be sent; failed are those that were tried in vain or given up meanwhile."""
    before = operations.figures(timezone.now())
    sent = 0
    while went := mailing.send_waiting():
        sent += went
    after = operations.figures(timezone.now())
    tried = sum(line.tried for line in after.lines)
    return Sent(sent, after.waiting, tried + max(0, after.given_up - before.given_up))


def _rehearsed(name: SweepMark.Name, run: Sweep) -> Done:
    """What it would tell. All of it is written and taken back, so a sweep that meets it may come a minute later."""
    with transaction.atomic():
        notice, mail = _newest(Notice), _newest(Delivery)
        told = run() or 0
        new = Notice.objects.filter(pk__gt=notice)
        kinds = Counter(wishes.label_of(kind) for kind in new.values_list("kind", flat=True))
        done = Done(name, told, kinds, Delivery.objects.filter(pk__gt=mail).count())
        transaction.set_rollback(True)
    return done


def _newest(model: type[Notice] | type[Delivery]) -> int:
    return model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
