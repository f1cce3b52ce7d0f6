"""Rounds for tests: a small instrument, rounds in every state, raters of every sort, and what they say.

Everything goes through the domain, as people would: `make_round(program, state="discussing")` sets up, opens,
lets two raters rate and reveals. Each thing can also be had alone: `add_rater`, `rate`, `settle`.
"""

import secrets
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from assessments import instrument_file
from assessments.domain import instruments, raters, rounds
from assessments.domain.raters import Person
from assessments.domain.rounds import Setting
from assessments.models import Assessment, Consensus, Instrument, InstrumentItem, Rater, Rating
from journal import saving
from journal.saving import Actor, Proposal, Result
from programs.models import Program

SETUP, RATING, DISCUSSING, CLOSED = ORDER = Assessment.State.values

# Two dimensions of two items, four levels. A high `delay` is bad, `plan` is critical and must be answered.
TEXT = """
key = "small-round"
version = 1
title = "A small instrument"
language = "en"
summary = "Four things to rate."
good_for = "A quick look."
not_for = "A comparison of programs."
minutes = 5

[[sources]]
name = "Nobody (2020)"
what = "Its two parts."

[[scale]]
value = 0
label = "Not yet"
meaning = "Nobody has begun."

[[scale]]
value = 1
label = "Begun"

[[scale]]
value = 2
label = "Mostly"

[[scale]]
value = 3
label = "Fully"

[[dimensions]]
key = "leading"
title = "Leading"
lede = "Who leads it."

[[dimensions.items]]
key = "vision"
text = "There is a shared vision"
help = "Look at the page on the wall."
construct = "leading: vision"
shows = "item:scale-vision-page"
[dimensions.items.anchors]
0 = "Nobody can say it"
3 = "Everybody can say it"

[[dimensions.items]]
key = "plan"
text = "There is a plan"
construct = "leading: plan"
weight = 2
is_critical = true
may_pass = false
[dimensions.items.anchors]
0 = "No plan"
3 = "A plan with dates"

[[dimensions]]
key = "doing"
title = "Doing"
lede = "Who does it."

[[dimensions.items]]
key = "budget"
text = "There is a budget"
construct = "doing: money"
[dimensions.items.anchors]
0 = "No money"
1 = "For one year"
3 = "In the budget of the ministry"

[[dimensions.items]]
key = "delay"
text = "Supplies come late"
construct = "doing: supply"
is_reversed = true
[dimensions.items.anchors]
0 = "Never"
3 = "Every month"
"""
ITEMS = ("vision", "plan", "budget", "delay")


def small_instrument(*, version: int = 1, changed: Mapping[str, str] | None = None) -> Instrument:
    """The small instrument, published; `changed` says which pieces of its text are others, old: new."""
    text = TEXT.replace("version = 1", f"version = {version}")
    for old, new in (changed or {}).items():
        text = text.replace(old, new)
    return instruments.load(instrument_file.parse(text, name="small.toml"), text)


def setting(facilitator: User, **fields: Any) -> Setting:
    """What is agreed about a round, due in two weeks."""
    usual = {"title": "First round", "due_on": timezone.localdate() + timedelta(days=14)}
    return Setting(**usual | fields, facilitator=facilitator)


def make_round(
    program: Program,
    *,
    state: str = RATING,
    by: User | None = None,
    instrument: Instrument | None = None,
    raters: Iterable[tuple[str, str] | User] = (("Ana Sok", "team"), ("Ly Chan", "ministry")),
    values: Iterable[Mapping[str, Any]] = (),
    previous: Assessment | None = None,
    **fields: Any,
) -> Assessment:
    """A round of the program in this state, run by its lead unless said otherwise.

    `raters` are (name, role group) for a link, or people of the team. Once it is revealed the first has rated
    every item 1, the next 2 and so on, unless `values` says what each rater says of which item.
    """
    by = by or program.created_by
    made = rounds.set_up(program, instrument or small_instrument(), setting(by, **fields), previous=previous, by=by)
    asked = [add_rater(made, who) for who in raters]
    if state != SETUP:
        rounds.open_for_rating(made, by=by)
        made.refresh_from_db()
    said = list(values) or (
        [_usual(place) for place in range(len(asked))] if made.is_rating and state != RATING else []
    )
    for rater, answers in zip(asked, said, strict=False):
        rate_all(rater, answers)
    if state in (DISCUSSING, CLOSED):
        rounds.reveal(made, by=by)
    if state == CLOSED:
        settle(made)
        rounds.close(made, by=by)
    return Assessment.objects.select_related("program", "instrument", "facilitator", "keyer").get(pk=made.pk)


def add_rater(assessment: Assessment, who: tuple[str, str] | User, *, by: User | None = None, **fields: Any) -> Rater:
    """Asks somebody to rate: (name, role group) of somebody without an account, or a person of the team."""
    person = Person(who.name, "team", who, **fields) if isinstance(who, User) else Person(*who, **fields)
    return raters.add(assessment, person, by=by or assessment.facilitator)


def give_link(rater: Rater) -> str:
    """The token of a new personal link."""
    token = secrets.token_urlsafe(raters.TOKEN_BYTES)
    expires = timezone.now() + timedelta(days=30)
    Rater.objects.filter(pk=rater.pk).update(link_digest=raters._digest(token), link_expires_at=expires)
    rater.refresh_from_db()
    return token


def actor_of(rater: Rater) -> Actor:
    """Who saves the ratings of this rater: the person, who types in the sheet, or a session their link opened."""
    if rater.is_on_paper:
        return Actor(rater.assessment.keyer, "keying")
    if rater.user is not None:
        return Actor(rater.user, f"session {rater.pk}")
    if not rater.has_living_link:
        give_link(rater)
    return Actor(None, f"session {rater.pk}", rater.link_number)


def item(assessment: Assessment, key: str) -> InstrumentItem:
    return assessment.instrument.items.get(key=key)


def rating(rater: Rater, key: str) -> Rating:
    return Rating.objects.get(rater=rater, item__key=key)


def rate(rater: Rater, key: str, value: int | str, **words: str) -> Rating:
    """Says a value (or "unable") of one item, with reason, comment or evidence, through the saving path."""
    save(rater, key, "answer", str(value))
    for field, text in words.items():
        save(rater, key, field, text)
    return rating(rater, key)


def rate_all(rater: Rater, answers: Mapping[str, Any]) -> None:
    for key, value in answers.items():
        rate(rater, key, value)


def save(rater: Rater, key: str, field: str, value: str) -> Result:
    """One save of one field, based on what is there."""
    row = rating(rater, key)
    proposal = Proposal(secrets.token_hex(16), "rating", row.pk, field, value, row.version(field))
    return saving.save(proposal, actor=actor_of(rater))


def settle(assessment: Assessment, *, value: int = 2, left: Iterable[str] = ()) -> None:
    """Every item is agreed on, but for those that are left open."""
    rows = Consensus.objects.filter(assessment=assessment)
    done = {"settled_by": assessment.facilitator, "settled_at": timezone.now()}
    rows.exclude(item__key__in=left).update(state=Consensus.State.AGREED, value=value, reason="We agree.", **done)
    rows.filter(item__key__in=left).update(state=Consensus.State.LEFT, value=None, reason="Nobody knows.", **done)


def _usual(place: int) -> dict[str, int]:
    return dict.fromkeys(ITEMS, 1 + place % 3)
