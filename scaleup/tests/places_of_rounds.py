"""Rounds of the access tests: in each place one that is being rated and one that is revealed, full of canaries.

What a rater writes before the reveal is nobody's to read: its canaries belong to an owner called `sealed`, whom
no actor may know.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from assessments.domain import actions, result_keeping, rounds
from assessments.domain.actions import NewAction
from assessments.models import Assessment, Consensus, Rater, RoundAction, Statement
from assessments.tests.round_cases import add_rater, give_link, make_round, rate
from programs.models import Program

# At which round of a place an address is walked: "discussing", or else the one that is being rated.
ROOM = (
    "round_close",
    "room",
    "room_live",
    "room_item",
    "room_item_live",
    "room_settle",
    "room_say",
    "room_unanimous",
    "room_move",
    "room_timer",
    "projector",
    "projector_live",
    "rater_room",
    "rater_room_live",
    "rater_room_say",
    "results",
    "results_live",
    "results_csv",
    "results_xlsx",
    "action_add",
    "action_done",
)
ROUND_AT: dict[str, str] = {f"assessments:{name}": "discussing" for name in ROOM} | {
    f"assessments:{name}": "on paper" for name in ("keying", "keying_check")
}


@dataclass(frozen=True, slots=True)
class Rounds:
    """The rounds of one program. `public` and `private` make canaries of its place: what(…).

    `account` is somebody who signs in to rate, and has nothing else to do with the program.
    """

    program: Program
    reviewer: User
    account: User
    public: Callable[[str], str]
    private: Callable[[str], str]

    def plant(self) -> dict[str, Any]:
        """Makes both; returns their numbers, those of the second as "round_id discussing" and so on."""
        revealed, rating = numbers(self._revealed()), numbers(self._rating())
        action = {"action_id": RoundAction.objects.get(assessment__program=self.program).pk}
        return rating | action | {f"{name} discussing": number for name, number in revealed.items()}

    def _rating(self) -> Assessment:
        found, rater = self._make("round")
        rate(rater, "vision", 2, comment=sealed("comment"), evidence=sealed("evidence"))
        rate(rater, "budget", "unable", reason=sealed("reason"))
        return found

    def _revealed(self) -> Assessment:
        found, rater = self._make("oldround")
        rate(rater, "vision", 2, comment=self.private("comment"), evidence=self.private("proof"))
        rate(found.raters.get(user__isnull=False), "vision", "unable", reason=self.private("unable"))
        rounds.reveal(found, by=self.reviewer)
        found.refresh_from_db()
        vision = Consensus.objects.get(assessment=found, item__key="vision")
        Statement.objects.create(consensus=vision, rater=rater, text=self.private("statement"))
        dissent = {"kind": Statement.Kind.DISSENT, "text": self.private("dissent")}
        Statement.objects.create(consensus=vision, user=self.reviewer, **dissent)
        budget = Consensus.objects.filter(assessment=found, item__key="budget")
        budget.update(state=Consensus.State.LEFT, reason=self.private("leftopen"), settled_by=self.reviewer)
        planned = NewAction(self.private("action"), self.program.created_by, timezone.localdate() + timedelta(days=9))
        actions.add(found, vision.item, planned, by=self.reviewer)
        result_keeping.keep([found.pk])
        return found

    def _make(self, title: str) -> tuple[Assessment, Rater]:
        """A round that is open, with a rater by link and one on paper, whose sheets the reviewer types in."""
        names = {"title": self.public(title), "keyer": self.reviewer}
        found = make_round(self.program, by=self.program.created_by, raters=[], state="setup", **names)
        rater = add_rater(found, (self.private("rater"), "ministry"))
        add_rater(found, (self.private("onpaper"), "community"), is_on_paper=True)
        add_rater(found, self.account)
        rounds.open_for_rating(found, by=self.reviewer)
        give_link(rater)
        found.refresh_from_db()
        return found, rater


def numbers(found: Assessment) -> dict[str, Any]:
    """By which addresses and forms reach a round; `rater_id` is of the rater by link, unless they are signed in."""
    first, signed_in = found.raters.earliest("pk"), found.raters.get(user__isnull=False)
    return {
        "rater_id signed in": signed_in.pk,
        "rater_id on paper": found.raters.get(is_on_paper=True).pk,
        "round_id": found.pk,
        "assessment_id": found.pk,
        "rater_id": first.pk,
        "dimension": "leading",
        "item": "vision",
    }


def sealed(what: str) -> str:
    return f"canary-sealed-private-{what}"
