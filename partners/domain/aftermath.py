"""What came of mending a complaint of the matrix: what is gone and what is new, by two readings, and in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from partners.domain.checks import CHECKS, Name, Severity
from partners.domain.complaint_words import WORDS
from partners.domain.complaints import Reading, Told
from partners.models import Function, Partner, Responsibility
from programs.models import Program

SHOWN = 5  # new ones with their forms; all of them stand in the list below


@dataclass(frozen=True, slots=True)
class Difference:
    """What is gone and what is new. Nothing is in both."""

    gone: frozenset[Name]
    new: frozenset[Name]


@dataclass(frozen=True)
class Aftermath:
    """`mended` says what was wrong. `new` are open ones, the heaviest first; hints are only counted.

    `still` is the one that was to be mended, where it stands as before.
    """

    mended: Sequence[str]
    new: Sequence[Told]
    hint_count: int
    still: Told | None = None

    @property
    def shown(self) -> Sequence[Told]:
        return self.new[:SHOWN]

    @property
    def more_count(self) -> int:
        return len(self.new) - len(self.shown)

    @property
    def is_quiet(self) -> bool:
        """Something was mended, and nothing that presses came of it."""
        return bool(self.mended) and not self.new and not self.still


def compare(before: Iterable[Name], after: Iterable[Name]) -> Difference:
    """What is gone and what is new between two readings, whatever order they come in."""
    was, now = frozenset(before), frozenset(after)
    return Difference(gone=was - now, new=now - was)


def tell(program: Program, reading: Reading, *, before: Iterable[Name], asked: Name) -> Aftermath:
    """What became of the complaints since an earlier reading, in three queries at most.

    `asked` is the one somebody set out to mend: it is told first, or that it still stands.
    """
    found = compare(before, reading.names)
    new = [one for one in reading.open if one.complaint.name in found.new]
    stands = reading.find(*asked)
    return Aftermath(
        mended=_in_words(program, _in_order(found.gone, first=asked)),
        new=[one for one in new if one.complaint.severity < Severity.HINT],
        hint_count=sum(one.complaint.severity == Severity.HINT for one in new),
        still=stands if stands in reading.open else None,
    )


def _in_order(names: Iterable[Name], *, first: Name) -> list[Name]:
    """Check by check, the one that was asked for in front."""
    places = {code: place for place, code in enumerate(CHECKS)}
    known = [name for name in names if name[0] in places]
    return sorted(known, key=lambda name: (name != first, places[name[0]], _number(name[1])))


def _in_words(program: Program, names: Sequence[Name]) -> list[str]:
    """What was wrong; of what is not there any more, nothing."""
    facts = _facts(program, [subject for _, subject in names])
    return [str(WORDS[code].past) % facts[subject] for code, subject in names if subject in facts]


def _facts(program: Program, subjects: Sequence[str]) -> Mapping[str, Mapping[str, object]]:
    """Which function and which partner each of these is about, by their names as they are now."""
    found: dict[str, Mapping[str, object]] = {f"program:{program.pk}": {}}
    if functions := _numbers(subjects, "function"):
        rows = Function.objects.filter(program=program, pk__in=functions)
        found |= {f"function:{one.pk}": {"function": one} for one in rows}
    if partners := _numbers(subjects, "partner"):
        here = Partner.objects.filter(program=program, pk__in=partners).select_related("organisation")
        found |= {f"partner:{one.pk}": {"partner": one} for one in here}
    if roles := _numbers(subjects, "role"):
        cells = Responsibility.objects.filter(partner__program=program, pk__in=roles)
        cells = cells.select_related("partner__organisation", "function")
        found |= {f"role:{one.pk}": {"partner": one.partner, "function": one.function} for one in cells}
    return found


def _numbers(subjects: Iterable[str], kind: str) -> list[int]:
    return [_number(subject) for subject in subjects if subject.startswith(f"{kind}:")]


def _number(subject: str) -> int:
    return int(subject.partition(":")[2])
