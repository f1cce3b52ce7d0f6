"""Places of the access tests: programs, portfolios and organisations full of words that can be followed.

Every word somebody typed is a canary that says whose it is and how secret:
`canary-<owner>-<public or private>-<what>`. Public is what donors may read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.domain import invitations
from accounts.models import Affiliation, Organisation, Portfolio, User, Watcher
from assessments.domain import instruments
from conftest import PASSWORD, list_program, make_program
from programs.domain import conditions, evidencing, gates, reach, remarks, uploads
from programs.domain.evidencing import Piece
from programs.domain.gates import Decision, NewCondition
from programs.models import Condition, Evidence, Guide, ItemAnswer, Listing, Membership, Program, Remark, StepPlan
from scaleup.tests.places_of_partners import Partners
from scaleup.tests.places_of_reminders import Reminders
from scaleup.tests.places_of_rounds import Rounds

CANARY = re.compile(r"canary-([a-z]+)-(public|private)-([a-z]+)", re.IGNORECASE)
DECIDED, SUBMITTED = 1, 2  # numbers of the two steps with a story
NOBODYS = 999_999_999
OF_THE_GUIDE = {"number", "key", "code", "dimension", "item"}  # the same in every program
# Two questions, so small that it fits here.
INSTRUMENT = """
key = "WORD"
version = 1
title = "WORDtitle"
language = "en"
summary = "WORDsummary"
good_for = "WORDgood"
not_for = "WORDnot"
minutes = 5
sources = [{ name = "WORDsource", what = "WORDtaken" }]
scale = [{ value = 0, label = "WORDno", meaning = "WORDmeaning" }, { value = 1, label = "WORDyes" }]

[[dimensions]]
key = "people"
title = "WORDpeople"
lede = "WORDlede"

[[dimensions.items]]
key = "owner"
text = "WORDowner"
help = "WORDhelp"
construct = "WORDof"
anchors = { 0 = "WORDlow", 1 = "WORDhigh" }

[[dimensions]]
key = "money"
title = "WORDmoney"
lede = "WORDcost"
items = [{ key = "budget", text = "WORDbudget", construct = "WORDof", anchors = { 0 = "WORDempty", 1 = "WORDfull" } }]
"""


def canaries(text: str) -> set[str]:
    """The canaries in a text."""
    return {match.group().lower() for match in CANARY.finditer(text)}


def public(owner: str, what: str) -> str:
    return f"canary-{owner}-public-{what}"


def private(owner: str, what: str) -> str:
    return f"canary-{owner}-private-{what}"


def person(name: str, *, email: str = "") -> User:
    """Somebody; the e-mail address is the name's own unless said otherwise."""
    return User.objects.create_user(f"{email or name}@example.org", PASSWORD, name=name)


@dataclass
class Place:
    """One position in the world: the numbers that addresses ask for, and what a form there may name."""

    ids: dict[str, Any]
    people: dict[str, User] = field(default_factory=dict)
    inside: dict[str, Any] = field(default_factory=dict)

    def crossed_with(self, other: "Place") -> "Place":
        """This place's things, with the numbers of another's inside them: its program, but their evidence."""
        return Place(self.ids, self.people, inside=other.ids)

    def numbers(self, names: tuple[str, ...], *, at: str = "") -> dict[str, Any]:
        """The numbers an address asks for: the first says which program, portfolio or organisation.

        `at` says which of several things of a kind is meant, such as the round that is "discussing".
        """
        inside = {name: number for name, number in self.inside.items() if name not in {*names[:1], *OF_THE_GUIDE}}
        known = self.ids | inside
        return {name: known.get(f"{name} {at}", known[name]) for name in names}


@dataclass
class Keeper:
    """An organisation with its administrator and a portfolio."""

    word: str
    guide: Guide
    organisation: Organisation = field(init=False)
    admin: User = field(init=False)
    instrument_id: int = field(init=False)

    def __post_init__(self) -> None:
        self.organisation = Organisation.objects.create(name=public(self.word, "organisation"))
        self.admin = person(private(self.word, "admin"))
        Affiliation.objects.create(organisation=self.organisation, user=self.admin, is_admin=True)
        self.instrument_id = self.instrument(self.word)

    def instrument(self, word: str, *, is_published: bool = True) -> int:
        """One of its instruments, by its number; the words in it are as secret as those of `word`."""
        text = INSTRUMENT.replace("WORD", private(word, "instrument"))
        draft = instruments.import_draft(self.organisation, text, name=word, by=self.admin)
        if is_published:
            instruments.publish(draft, fingerprint=draft.fingerprint, by=self.admin)
        return draft.pk

    def portfolio(self, name: str, facilitator: User) -> Portfolio:
        """One of its portfolios, with who facilitates it."""
        names = {"name": public(self.word, name), "purpose": public(self.word, f"{name}purpose")}
        portfolio = Portfolio.objects.create(organisation=self.organisation, **names)
        Watcher.objects.create(portfolio=portfolio, user=facilitator, role=Watcher.Role.FACILITATOR)
        return portfolio

    def place(self, word: str, *, home: Portfolio, lead: User, reviewer: User) -> Place:
        """A program of its own, at home in the portfolio, with a story; and all numbers to reach it."""
        program = make_program(self.organisation, lead, self.guide, **_facts(word))
        listing = list_program(program, home, is_home=True)
        story = Story(program, word, lead=lead, reviewer=reviewer)
        story.tell()
        people = {"lead": lead, "reviewer": reviewer, "rater": person(private(word, "accountrater"))}
        words = {"public": partial(public, word), "private": partial(private, word)}
        rounds = Rounds(program, reviewer, people["rater"], **words)
        belonging, _ = Affiliation.objects.get_or_create(organisation=self.organisation, user=lead)
        invited = {
            "organisation": self._invite("organisation", self.organisation.pk, "member", by=self.admin),
            "portfolio": self._invite("portfolio", home.pk, "donor", by=self.admin),
            "program": self._invite("program", program.pk, "editor", by=lead, word=word),
        }
        ids = {
            "organisation_id": self.organisation.pk,
            "portfolio_id": home.pk,
            "instrument_id": self.instrument_id,
            "watcher_id": home.watchers.first().pk,
            "person_id": belonging.pk,
            "program_id": program.pk,
            "listing_id": listing.pk,
            "invitations": invited,
        }
        money = Partners(program, lead, words["private"]).plant()
        ids |= story.ids | rounds.plant() | money
        return Place(ids | Reminders(program, lead, words["private"]).plant(), people)

    def _invite(self, kind: str, object_id: int, role: str, *, by: User, word: str = "") -> int:
        address = f"{private(word or self.word, f'invitedto{kind}')}@example.org"
        return invitations.invite(kind, object_id, email=address, role=role, by=by, by_mail=False).pk


@dataclass
class Story:
    """What happened in a program: one step decided with a condition, one submitted with evidence and remarks."""

    program: Program
    word: str
    lead: User
    reviewer: User

    def tell(self) -> None:
        self._decided_steps()
        self._work_on(self.row)
        self._submit(self._plan(SUBMITTED))
        how = public(self.word, "reach")
        reach.record_figure(self.program, count=7, as_of=timezone.localdate(), how_counted=how, by=self.lead)

    @property
    def row(self) -> ItemAnswer:
        rows = ItemAnswer.objects.select_related("item", "plan__step").filter(plan=self._plan(SUBMITTED))
        return rows.earliest("item__position")

    @property
    def ids(self) -> dict[str, Any]:
        """The numbers of what the story left behind."""
        of_program = Evidence.objects.filter(answer__plan__program=self.program)
        return {
            "number": SUBMITTED,
            "answer_id": self.row.pk,
            "key": self.row.item.key,
            "evidence_id": of_program.get(kind="file").pk,
            "remark_id": Remark.objects.filter(plan__program=self.program, thread=None).earliest("pk").pk,
            "condition_id": Condition.objects.get(review__plan__program=self.program).pk,
            "membership_id": self.program.memberships.get(user=self.lead).pk,
        }

    def _plan(self, number: int) -> StepPlan:
        return StepPlan.objects.select_related("step").get(program=self.program, step__number=number)

    def _submit(self, plan: StepPlan) -> Any:
        promised, message = timezone.localdate() + timedelta(days=7), private(self.word, "message")
        return gates.submit(plan, reviewer=self.reviewer, promised_on=promised, message=message, by=self.lead)

    def _decided_steps(self) -> None:
        """One step passed with a condition, the other was held once."""
        today, reasons, signers = timezone.localdate(), private(self.word, "reasons"), [private(self.word, "signer")]
        follows = [NewCondition(public(self.word, "condition"), today + timedelta(days=30), self.lead)]
        passed = Decision("conditions", reasons, conditions=follows)
        gates.decide(self._submit(self._plan(DECIDED)), passed, by=self.reviewer)
        held = Decision("hold", reasons, signers=signers, look_again_on=today + timedelta(days=9))
        gates.decide(self._submit(self._plan(SUBMITTED)), held, by=self.reviewer)
        condition = Condition.objects.get(review__plan__program=self.program)
        conditions.say_met(condition, note=private(self.word, "met"), by=self.lead)

    def _work_on(self, row: ItemAnswer) -> None:
        words = {name: private(self.word, name) for name in ("note", "reason")}
        words["returned_note"] = private(self.word, "wish")
        ItemAnswer.objects.filter(pk=row.pk).update(answer="done", owner=self.lead, **words)
        remarks.write(row.plan, text=private(self.word, "remarkonstep"), by=self.lead)
        thread = remarks.write(row.plan, text=private(self.word, "remark"), by=self.reviewer, answer=row)
        remarks.write(row.plan, text=private(self.word, "reply"), by=self.lead, answer=row, thread=thread)
        for piece in self._pieces():
            evidencing.add(row, piece, by=self.lead)

    def _pieces(self) -> Iterator[Piece]:
        title, today = public(self.word, "title"), timezone.localdate()
        file = SimpleUploadedFile(f"{private(self.word, 'filename')}.csv", private(self.word, "infile").encode())
        yield Piece("note", title, today, text=private(self.word, "evidencenote"))
        yield Piece("link", title, today, url=f"https://example.org/{private(self.word, 'link')}")
        yield Piece("file", title, today, file=file, checked=uploads.check(file))


def _facts(word: str) -> dict[str, str]:
    names = ("name", "about", "ambition_actor", "ambition_change", "ambition_whom", "ambition_place")
    return {name: public(word, name.replace("ambition_", "ambition")) for name in names}


def join_team(place: Place, user: User, role: str) -> None:
    Membership.objects.create(program_id=place.ids["program_id"], user=user, role=role)


def list_also(place: Place, portfolio: Portfolio) -> Listing:
    return list_program(Program.objects.get(pk=place.ids["program_id"]), portfolio)


def nowhere(like: Place) -> Place:
    """Numbers that nothing has, at an address of the same form."""
    missing: dict[str, Any] = {name: NOBODYS for name in like.ids if name not in OF_THE_GUIDE}
    missing["invitations"] = dict.fromkeys(like.ids["invitations"], NOBODYS)
    return Place(like.ids | missing, like.people)
