"""Reading rounds: those of a program, and one round with its raters and how far each has come, never what they said."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User, Watcher
from assessments.domain import rules
from assessments.domain.round_scores import shown_groups
from assessments.figures import as_percent
from assessments.models import Assessment, Instrument, InstrumentDimension, Rater, RoleGroup, RoundResult
from programs.models import Listing, Membership, Program

ORDINALS = [
    gettext_lazy("Second round, %(month)s"),
    gettext_lazy("Third round, %(month)s"),
    gettext_lazy("Fourth round, %(month)s"),
    gettext_lazy("Fifth round, %(month)s"),
]


@dataclass(frozen=True, slots=True)
class ListedRound:
    """One round of a list; `share` of the range was agreed on, None before it is closed."""

    assessment: Assessment
    raters: int
    finished: int
    share: float | None

    @property
    def result(self) -> str:
        return as_percent(self.share)


@dataclass(frozen=True, slots=True)
class Need:
    """One thing to see to before a round opens, and on which page. It cannot open without what is `is_needed`."""

    text: str
    page: str
    is_met: bool
    is_needed: bool = True


@dataclass(frozen=True, slots=True)
class RaterRow:
    """One rater as the round's page shows them: counts of answers, never an answer."""

    rater: Rater
    parts: Sequence[str]
    asked: int
    answered: int

    @property
    def way(self) -> str:
        """How they rate: "account", "paper" or "link"."""
        return "account" if self.rater.user_id else "paper" if self.rater.is_on_paper else "link"

    @property
    def wants_link(self) -> bool:
        return self.way == "link" and not self.rater.has_living_link


@dataclass(frozen=True)
class RoundPage:
    """One round with its raters."""

    assessment: Assessment
    raters: Sequence[RaterRow]
    dimensions: Sequence[InstrumentDimension]

    @cached_property
    def finished(self) -> int:
        return sum(row.rater.finished_at is not None for row in self.raters)

    @cached_property
    def answered(self) -> int:
        return sum(row.answered for row in self.raters)

    @property
    def is_all_finished(self) -> bool:
        return bool(self.raters) and self.finished == len(self.raters)

    @property
    def is_overdue(self) -> bool:
        due_on = self.assessment.due_on
        return due_on is not None and due_on < timezone.localdate()

    @property
    def target(self) -> str:
        return as_percent(self.assessment.target)

    @property
    def may_be_edited(self) -> bool:
        """Raters can come and go until the reveal."""
        return not self.assessment.is_revealed

    @property
    def merged_groups(self) -> list[str]:
        """The role groups whose ratings are shown together, so that no group of one or two stands alone."""
        shown = shown_groups({row.rater.pk: row.rater.role_group for row in self.raters})
        return [str(RoleGroup(name).label) for group in shown if len(group.names) > 1 for name in group.names]

    @cached_property
    def needs(self) -> list[Need]:
        """What to see to before the round opens, in the order in which one would."""
        edit, add, here = "assessments:round_edit", "assessments:rater_add", "assessments:round"
        needs = [
            Need(_("Say until when people shall rate"), edit, self.assessment.due_on is not None),
            Need(_("Add at least one rater"), add, bool(self.raters)),
        ]
        if self.raters:
            needs += [
                Need(_("Add a second rater: one alone has nobody to differ from"), add, len(self.raters) > 1, False),
                Need(self._parts_in_words, here, not self._parts_of_nobody, False),
                Need(self._links_in_words, here, not self._linkless, False),
            ]
        return needs

    @property
    def may_open(self) -> bool:
        return all(need.is_met for need in self.needs if need.is_needed)

    @cached_property
    def _parts_of_nobody(self) -> list[str]:
        if any(not row.rater.parts for row in self.raters):
            return []
        given = {part for row in self.raters for part in row.rater.parts}
        return [dimension.title for dimension in self.dimensions if dimension.key not in given]

    @property
    def _parts_in_words(self) -> str:
        if not self._parts_of_nobody:
            return _("Every dimension is rated by somebody")
        parts = ", ".join(self._parts_of_nobody)
        return _("Give every dimension to somebody: nobody rates %(parts)s") % {"parts": parts}

    @cached_property
    def _linkless(self) -> int:
        return sum(row.wants_link for row in self.raters)

    @property
    def _links_in_words(self) -> str:
        if not self._linkless:
            return _("Who rates by personal link has one")
        words = ngettext("Make a link for %(count)s rater", "Make links for %(count)s raters", self._linkless)
        return words % {"count": self._linkless}


def of_program(program: Program) -> list[ListedRound]:
    """The rounds of a program, the newest first."""
    standing = Q(raters__removed_at=None)
    agreed = RoundResult.objects.filter(assessment=OuterRef("pk"), basis=RoundResult.Basis.AGREED)
    found = Assessment.objects.filter(program=program).select_related("instrument").defer("instrument__text")
    rows = found.annotate(
        rater_count=Count("raters", filter=standing),
        finished_count=Count("raters", filter=standing & Q(raters__finished_at__isnull=False)),
        share=Subquery(agreed.values("share")),
    )
    return [ListedRound(row, row.rater_count, row.finished_count, row.share) for row in rows.order_by("-pk")]


def at(program: Program, round_id: int) -> Assessment | None:
    """One round of a program."""
    found = Assessment.objects.select_related("instrument", "facilitator", "keyer")
    return found.filter(program=program, pk=round_id).first()


def can_be_compared(rounds: Iterable[ListedRound]) -> bool:
    """Whether two of them are closed rounds of one instrument, in whatever version."""
    closed = (row.assessment for row in rounds if row.assessment.is_closed)
    families = Counter((each.instrument.organisation_id, each.instrument.key) for each in closed)
    return max(families.values(), default=0) > 1


def next_title(program: Program) -> str:
    """What the next round could be called: two of one month are told apart."""
    count, month = Assessment.objects.filter(program=program).count(), date_format(timezone.localdate(), "F Y")
    if not count:
        return _("Round of %(month)s") % {"month": month}
    if count <= len(ORDINALS):
        return str(ORDINALS[count - 1]) % {"month": month}
    return _("Round %(number)s, %(month)s") % {"number": count + 1, "month": month}


def latest(program: Program) -> Assessment | None:
    """The round somebody would go on with: the newest."""
    return Assessment.objects.filter(program=program).order_by("-pk").first()


def read(assessment: Assessment) -> RoundPage:
    """One round with its raters, in the order in which they were asked."""
    dimensions = list(assessment.instrument.dimensions.annotate(item_count=Count("items")))
    titles = {dimension.key: dimension.title for dimension in dimensions}
    sizes = {dimension.key: dimension.item_count for dimension in dimensions}
    is_answered = Q(ratings__value__isnull=False) | Q(ratings__is_unable=True)
    standing = Rater.objects.filter(assessment=assessment, removed_at=None)
    counted = standing.annotate(asked=Count("ratings"), answered=Count("ratings", filter=is_answered))
    rows = []
    for rater in counted.order_by("pk"):
        parts = [part for part in titles if part in rater.parts]
        asked = rater.asked or sum(sizes[part] for part in parts or sizes)  # rows are made when the round opens
        rows.append(RaterRow(rater, [titles[part] for part in parts], asked, rater.answered))
    return RoundPage(assessment, rows, list(dimensions))


def rater_of(assessment: Assessment, rater_id: int) -> Rater | None:
    """One of the standing raters of a round."""
    rater = assessment.raters.standing().select_related("user").filter(pk=rater_id).first()
    if rater is not None:
        rater.assessment = assessment
    return rater


def instruments_for(program: Program) -> QuerySet[Instrument]:
    """What a round of this program can rate with: first the one that readiness asks for, then other built-in ones."""
    main = When(organisation=None, key=rules.built_in().assessment_instrument or "", then=0)
    found = Instrument.objects.for_program_of(program.organisation_id).defer("text")
    return found.order_by(Case(main, default=1), F("organisation").asc(nulls_first=True), "title", "pk")


def counts_for_readiness(instrument: Instrument) -> bool:
    """Whether the band asks for a round of this very instrument."""
    return instrument.organisation_id is None and instrument.key == rules.built_in().assessment_instrument


def newest_version(instrument: Instrument) -> Instrument:
    """The published version of this instrument: it, or the one that replaced it."""
    same = Instrument.objects.filter(organisation=instrument.organisation_id, key=instrument.key)
    return same.get(state=Instrument.State.PUBLISHED)


def who_may_run(program: Program) -> QuerySet[User]:
    """Leads, and whoever decides the gates of the program."""
    leads = Membership.objects.filter(program=program, role=Membership.Role.LEAD)
    return _people(Q(pk__in=leads.values("user")) | _deciders(program))


def who_may_rate(program: Program) -> QuerySet[User]:
    """People with an account who work with the program."""
    members = Membership.objects.filter(program=program)
    return _people(Q(pk__in=members.values("user")) | _deciders(program))


def who_may_be_asked(assessment: Assessment, *, besides: Rater | None = None) -> QuerySet[User]:
    """Of them, who neither runs the round, nor types in its sheets, nor rates already."""
    raters = assessment.raters.standing().exclude(user=None)
    if besides is not None:
        raters = raters.exclude(pk=besides.pk)
    busy = [assessment.facilitator_id, *([assessment.keyer_id] if assessment.keyer_id else [])]
    return who_may_rate(assessment.program).exclude(pk__in=raters.values("user")).exclude(pk__in=busy)


def _deciders(program: Program) -> Q:
    """Facilitators of the home portfolio or, without a home, the named reviewer."""
    home = Listing.objects.agreed().filter(program=program, is_home=True)
    facilitators = Watcher.objects.filter(portfolio__in=home.values("portfolio"), role=Watcher.Role.FACILITATOR)
    return Q(pk__in=facilitators.values("user")) | Q(~Exists(home), pk=program.reviewer_id)


def _people(which: Q) -> QuerySet[User]:
    return User.objects.filter(which, is_active=True).order_by("name", "pk")
