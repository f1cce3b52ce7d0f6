"""Talking about a step or one of its items: threads of remarks, each resolved or open."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from journal import once
from journal.record import record
from programs.domain import gates
from programs.domain.mentions import named_in
from programs.models import ItemAnswer, Membership, Program, Remark, StepPlan

EXCERPT = 160


@dataclass(frozen=True, slots=True)
class Thread:
    """A first remark with what was replied."""

    first: Remark
    replies: list[Remark]

    @property
    def is_resolved(self) -> bool:
        return self.first.resolved_at is not None


@transaction.atomic
def write(
    plan: StepPlan,
    *,
    text: str,
    by: User,
    answer: ItemAnswer | None = None,
    thread: Remark | None = None,
    tell: Collection[int] = (),
    key: str = "",
) -> Remark:
    """Writes a remark on a step or item, or a reply; a reply to a resolved thread opens it again.

    Told of it are the people of `tell` and those whom the text names after an “@”, as far as they read remarks here.
    """
    if done := once.earlier(key, by=by):
        return Remark.objects.get(pk=done.details["remark"])
    told = _mentioned(plan, text, tell, by=by)
    remark = Remark.objects.create(plan=plan, answer=answer, thread=thread, text=text, author=by, mentioned=told)
    _record("replied" if thread else "remarked", remark, by=by, key=key)
    if thread is not None:
        Remark.objects.filter(pk=thread.pk).update(resolved_at=None, resolved_by=None)
    return remark


@transaction.atomic
def resolve(thread: Remark, *, by: User) -> None:
    """Says that nothing is left to do about a thread. Doing it again changes nothing."""
    open_one = Remark.objects.filter(pk=thread.pk, thread=None, resolved_at=None)
    if open_one.update(resolved_at=timezone.now(), resolved_by=by):
        _record("resolved", thread, by=by)


@transaction.atomic
def reopen(thread: Remark, *, by: User) -> None:
    """Takes a resolution back."""
    resolved = Remark.objects.filter(pk=thread.pk, thread=None, resolved_at__isnull=False)
    if resolved.update(resolved_at=None, resolved_by=None):
        _record("remark_reopened", thread, by=by)


def readers(program: Program) -> QuerySet[User]:
    """Who reads remarks and can be told of one: the team, and those who may decide."""
    team = Membership.objects.filter(program=program)
    found = Q(pk__in=team.values("user")) | Q(pk__in=gates.reviewers_of(program).order_by().values("pk"))
    return User.objects.filter(found, is_active=True).order_by("name", "pk")


def find_thread(program: Program, remark_id: int) -> Remark | None:
    """The first remark of a thread of the program."""
    first = Remark.objects.filter(pk=remark_id, thread=None, plan__program=program)
    return first.select_related("plan__step", "answer__item", "author").first()


def threads(plan: StepPlan, *, answer: ItemAnswer | None) -> list[Thread]:
    """The threads on an item, or on the step itself; open ones first, each in the order it was written."""
    rows = list(Remark.objects.filter(plan=plan, answer=answer).select_related("author", "resolved_by"))
    _name_mentioned(rows)
    in_threads = sorted(rows, key=lambda remark: (remark.thread_id or remark.pk, remark.pk))
    grouped = (list(group) for _, group in groupby(in_threads, key=lambda remark: remark.thread_id or remark.pk))
    return sorted((Thread(first, replies) for first, *replies in grouped), key=lambda thread: thread.is_resolved)


def _mentioned(plan: StepPlan, text: str, tell: Collection[int], *, by: User) -> list[int]:
    if not tell and "@" not in text:
        return []
    people = list(readers(plan.program))
    wanted = named_in(text, people) | set(tell)
    return sorted(wanted & {person.pk for person in people} - {by.pk})


def _name_mentioned(rows: Sequence[Remark]) -> None:
    """Gives each remark the names of whom it tells; one query, if there are any."""
    ids = {pk for remark in rows for pk in remark.mentioned}
    names = dict(User.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    for remark in rows:
        remark.told = sorted(names[pk] for pk in remark.mentioned if pk in names)


def _record(verb: str, remark: Remark, *, by: User, key: str = "") -> None:
    kind, object_id = ("answer", remark.answer_id) if remark.answer_id else ("plan", remark.plan_id)
    new = {"remark": remark.pk, "text": remark.text[:EXCERPT]}
    record(verb, kind, object_id, by=by, program_id=remark.plan.program_id, new=new, key=key)
