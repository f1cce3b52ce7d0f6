"""What the matrix complains about as people read it: open or accepted for a time, with words and the form that mends.

The checks are in `partners.domain.checks`, the words in `complaint_words`, the forms in `mending`. Portfolio pages
read many programs at once with `of_programs`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import groupby

from django.utils.functional import Promise

from partners.domain import gathering
from partners.domain.arrangement import Arrangement
from partners.domain.checks import Complaint, Name, Severity, complaints_of
from partners.domain.complaint_words import WEIGHTS, WORDS, Weight, Words, sentence
from partners.domain.mending import Mend, anchor_of, mend_of
from partners.models import AcceptedComplaint, Function, Partner, Responsibility
from programs.models import Program
from scaleup.addresses import address

SUBJECT = re.compile(r"(function|partner|role|program):([0-9]{1,18})", re.ASCII)


@dataclass(frozen=True)
class Told:
    """One complaint in words. `acceptance` is what somebody said about living with it, also when its time is over."""

    complaint: Complaint
    program_id: int
    today: date
    acceptance: AcceptedComplaint | None = None

    @property
    def words(self) -> Words:
        return WORDS[self.complaint.code]

    @property
    def weight(self) -> Weight:
        return WEIGHTS[self.complaint.severity]

    @cached_property
    def sentence(self) -> str:
        return sentence(self.complaint)

    @cached_property
    def mend(self) -> Mend:
        return mend_of(self.program_id, self.complaint)

    @property
    def is_accepted(self) -> bool:
        """Until the last day somebody said, that day included."""
        return self.acceptance is not None and self.acceptance.until_on >= self.today

    @property
    def anchor(self) -> str:
        return anchor_of(self.complaint.name)

    @property
    def accept_url(self) -> str:
        return self._address("complaint_accept")

    @property
    def end_url(self) -> str:
        return self._address("complaint_end")

    def is_about_partner(self, partner_id: int) -> bool:
        facts = self.complaint.facts
        return facts.get("partner_id") == partner_id or partner_id in facts.get("partner_ids", ())

    def _address(self, page: str) -> str:
        return address(f"partners:{page}", self.program_id, self.complaint.code, self.complaint.subject)


@dataclass(frozen=True)
class SameKind:
    """Complaints of one code, with why it matters said once."""

    words: Words
    told: Sequence[Told]


@dataclass(frozen=True)
class SameWeight:
    """Complaints of one severity, by code."""

    weight: Weight
    kinds: Sequence[SameKind]
    count: int

    @property
    def is_hint(self) -> bool:
        return self.weight is WEIGHTS[max(WEIGHTS)]


@dataclass(frozen=True)
class Reading:
    """All complaints of a program, or those about one of its partners: the open ones and those accepted for a time."""

    arrangement: Arrangement
    told: Sequence[Told]
    is_of_partner: bool = False

    @property
    def names(self) -> list[Name]:
        """Of all of them, whether somebody accepted them or not."""
        return [one.complaint.name for one in self.told]

    @cached_property
    def open(self) -> list[Told]:
        return [one for one in self.told if not one.is_accepted]

    @cached_property
    def pressing(self) -> list[Told]:
        """The open ones but for hints, of which there are always some: what is counted wherever complaints are."""
        return [one for one in self.open if one.complaint.severity < Severity.HINT]

    @cached_property
    def accepted(self) -> list[Told]:
        """Those that end soonest first."""
        found = [(one.acceptance.until_on, one) for one in self.told if one.acceptance and one.is_accepted]
        return [one for _, one in sorted(found, key=lambda pair: pair[0])]

    @cached_property
    def by_weight(self) -> list[SameWeight]:
        """The open ones, the heaviest first."""
        return list(self._by_weight())

    @property
    def worst(self) -> Weight | None:
        """Of those that press."""
        return self.pressing[0].weight if self.pressing else None

    @property
    def was_checked(self) -> bool:
        """Without partners, or without functions, there was nothing to check."""
        return bool(self.arrangement.partners and self.arrangement.functions)

    @property
    def partner_count(self) -> int:
        return len(self.arrangement.here())

    @property
    def function_count(self) -> int:
        return len(self.arrangement.functions)

    @property
    def in_order(self) -> list[Promise]:
        """What was checked and found nothing, not even something accepted."""
        wrong = {one.complaint.code for one in self.told}
        return [words.checked for code, words in WORDS.items() if code not in wrong] if self.was_checked else []

    def of_partner(self, partner_id: int) -> "Reading":
        """Those about one partner alone."""
        mine = [one for one in self.told if one.is_about_partner(partner_id)]
        return replace(self, told=mine, is_of_partner=True)

    def find(self, code: str, subject: str) -> Told | None:
        return next((one for one in self.told if one.complaint.name == (code, subject)), None)

    def _by_weight(self) -> Iterator[SameWeight]:
        for _, same in groupby(self.open, key=lambda one: one.complaint.severity):
            told = list(same)
            kinds = [list(kind) for _, kind in groupby(told, key=lambda one: one.complaint.code)]
            yield SameWeight(told[0].weight, [SameKind(kind[0].words, kind) for kind in kinds], len(told))


def read(program: Program, today: date) -> Reading:
    """All complaints of one program, in seven queries."""
    return of_programs([program.pk], today)[program.pk]


def of_programs(program_ids: Iterable[int], today: date) -> dict[int, Reading]:
    """All complaints of each of these programs, in seven queries however many there are."""
    found = gathering.arrangements(program_ids, today)
    standing = _acceptances(found)
    return {
        pk: Reading(arrangement, [_told(one, arrangement, standing) for one in complaints_of(arrangement)])
        for pk, arrangement in found.items()
    }


def is_code(code: str) -> bool:
    """Whether there is such a check."""
    return code in WORDS


def is_of(program: Program, subject: str) -> bool:
    """Whether a complaint could be about this: the function, the partner or the cell is the program's."""
    match = SUBJECT.fullmatch(subject)
    if match is None:
        return False
    kind, pk = match[1], int(match[2])
    rows = {
        "function": Function.objects.filter(program=program),
        "partner": Partner.objects.filter(program=program),
        "role": Responsibility.objects.filter(partner__program=program),
        "program": Program.objects.filter(pk=program.pk),
    }
    return rows[kind].filter(pk=pk).exists()


Standing = Mapping[tuple[int, str, str], AcceptedComplaint]


def _acceptances(program_ids: Iterable[int]) -> Standing:
    """Those nobody ended, also when their time is over; one a complaint."""
    rows = AcceptedComplaint.objects.filter(program__in=list(program_ids), ended_at=None)
    return {(one.program_id, one.code, one.subject): one for one in rows.select_related("accepted_by")}


def _told(complaint: Complaint, arrangement: Arrangement, standing: Standing) -> Told:
    program_id = arrangement.program_id
    accepted = standing.get((program_id, complaint.code, complaint.subject))
    return Told(complaint, program_id, arrangement.today, accepted)
