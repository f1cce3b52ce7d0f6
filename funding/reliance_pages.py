"""What the money of a program hangs on, in sentences: one source, one grant, the year it comes in."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from funding.domain.arithmetic import Shortfall
from funding.domain.planned import SourceFacts
from funding.domain.reading import Reading
from funding.domain.reliance import Concentration, Share
from funding.domain.reliance import together as share_of
from funding.domain.tallies import Tally, together
from funding.wording import about, percent, why_not_whole
from scaleup.ui.words import join_words

SIGNS = {"good": "check", "warn": "alert"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found: a word and its colour, a sentence, and what it means."""

    kind: str
    word: str
    said: str
    meaning: str = ""

    @property
    def sign(self) -> str:
        return SIGNS.get(self.kind, "")


@dataclass(frozen=True)
class ReliancePage:
    """Sentences about the years that totals run over (`stretch`)."""

    reading: Reading
    stretch: str

    @property
    def limit(self) -> int:
        return self.reading.planned.largest_share

    @property
    def not_whole(self) -> Tally:
        """The amounts that these sentences rest on, some of which may be left out: what is secured, and what recurs."""
        recurrent = together(one.cost for one in self.reading.carried)
        return self.reading.sums.tallies.secured + recurrent

    # One source

    @cached_property
    def concentration(self) -> Finding:
        """The largest source against the share that was agreed on."""
        found = self.reading.concentration
        if not found.largest and self.reading.sums.tallies.secured.left_out:
            why = why_not_whole(self.reading.sums.tallies.secured)
            return Finding("quiet", _("not known"), _("What is secured %(why)s.") % {"why": why})
        if not found.largest:
            return Finding("quiet", _("nothing secured"), _("Nothing is secured yet, so it hangs on nobody."))
        words = self._names(found) | {"limit": self.limit, "years": self.stretch}
        if found.share.is_above(self.limit):
            said = ngettext(
                "%(names)s gives %(share)s of what is secured for %(years)s. The limit is %(limit)s %%.",
                "%(names)s give %(share)s each of what is secured for %(years)s. The limit is %(limit)s %%.",
                len(found.largest),
            )
            meaning = _(
                "If such a source left, the others could not carry on. Look for a second source before you need one."
            )
            return Finding("warn", _("too much on one source"), said % words, meaning)
        said = ngettext(
            "The largest source of %(years)s is %(names)s with %(share)s of what is secured. The limit is "
            "%(limit)s %%.",
            "The largest sources of %(years)s are %(names)s with %(share)s each of what is secured. The limit is "
            "%(limit)s %%.",
            len(found.largest),
        )
        return Finding("good", _("within the limit"), said % words)

    @property
    def years_above(self) -> list[str]:
        """Single years in which one source gives more than was agreed on, if there are several years."""
        found = self.reading.concentration_by_year
        return [
            _("%(year)s: %(names)s, %(share)s") % {"year": year, **self._names(one)}
            for year, one in found.items()
            if one.share.is_above(self.limit) and len(found) > 1
        ]

    @property
    def donors(self) -> Finding:
        """How many donors have signed or paid."""
        count = self.reading.concentration.donors
        if not count:
            said = _("No donor has signed or paid anything for these years.")
            return Finding("quiet", _("no donor"), said)
        said = ngettext("%(count)s donor has signed or paid.", "%(count)s donors have signed or paid.", count)
        if count > 1:
            return Finding("good", _("several donors"), said % {"count": count})
        meaning = _("With one donor alone, what it pays for ends when its grant ends.")
        return Finding("warn", _("one donor"), said % {"count": count}, meaning)

    # What comes back every year

    @cached_property
    def carried(self) -> Share:
        return share_of(self.reading.carried)

    @property
    def recurrent(self) -> Finding:
        """How much of the recurrent cost governments and partners have taken into their own budgets."""
        found, costs = self.carried, together(one.cost for one in self.reading.carried)
        if costs.is_unknown:
            why = why_not_whole(costs)
            return Finding("quiet", _("not known"), _("The recurrent cost %(why)s.") % {"why": why})
        if found.value is None:
            said = _("No recurrent cost is in the sums. Does really nothing come back every year?")
            return Finding("quiet", _("no recurrent cost"), said)
        words = {"share": percent(found), "years": self.stretch}
        if not found.part:
            said = _("Nothing of the recurrent cost of %(years)s stands in a budget of a government or a partner yet.")
            return Finding("warn", _("in no budget"), said % words, _("It ends when the grants end."))
        said = _("%(share)s of the recurrent cost of %(years)s stands in budgets of governments or partners.") % words
        if found.part == found.whole:
            return Finding("good", _("in budgets"), said, _("It can go on without grants."))
        return Finding("calm", _("partly in budgets"), said, _("The rest ends when the grants end."))

    # In kind

    @property
    def in_kind(self) -> str:
        """What is given in kind; empty if nothing is."""
        sums = self.reading.sums
        words = {"sum": self._about(sums.in_kind), "share": percent(Share(sums.in_kind, sums.secured))}
        said = _("%(sum)s of what is secured, or %(share)s, is given in kind. How it was valued stands with each.")
        return said % words if sums.in_kind else ""

    # When it comes

    @property
    def late(self) -> list[str]:
        """Years with a gap though money is over in other years."""
        return [self._late(one) for one in self.reading.shortfalls if one.over_before or one.over_after]

    @property
    def surplus(self) -> list[str]:
        """Years in which more is secured than can be spent there."""
        found = [one for one in self.reading.ahead if one.sums.surplus]
        return [self._surplus(one.year, one.sums.surplus, is_bound=bool(one.sums.gap)) for one in found]

    def _late(self, found: Shortfall) -> str:
        words = {
            "year": found.year,
            "gap": self._about(found.gap),
            "before": self._about(found.over_before),
            "after": self._about(found.over_after),
        }
        if not found.over_before:
            said = _(
                "%(year)s: %(gap)s is missing, while later years have %(after)s more than they can spend. Ask whether "
                "some of it can come earlier, or begin later."
            )
        elif not found.over_after:
            said = _(
                "%(year)s: %(gap)s is missing, while earlier years have %(before)s more than they can spend. Ask "
                "whether it may be kept for this year."
            )
        else:
            said = _(
                "%(year)s: %(gap)s is missing, while earlier years have %(before)s and later years %(after)s more than "
                "they can spend. Ask whether some of it can move."
            )
        return said % words

    def _surplus(self, year: int, amount: Decimal, *, is_bound: bool) -> str:
        words = {"year": year, "sum": self._about(amount)}
        if is_bound:
            return _("%(year)s: %(sum)s is bound to a kind of cost that needs less, while others lack money.") % words
        return _("%(year)s: %(sum)s more is secured than the year costs.") % words

    def _about(self, amount: Decimal) -> str:
        return about(amount, self.reading.planned.currency)

    def _names(self, found: Concentration) -> dict[str, str]:
        return {"names": join_words(_names(found.largest)), "share": self._share(found.share)}

    def _share(self, share: Share) -> str:
        """A share just above the limit is not written as the limit."""
        words = percent(share)
        at_limit = share.is_above(self.limit) and words == percent(Share(Decimal(self.limit), Decimal(100)))
        return _("just over %(share)s") % {"share": words} if at_limit else words


def _names(sources: Sequence[SourceFacts]) -> list[str]:
    return [f"“{one.name}”" for one in sources]
