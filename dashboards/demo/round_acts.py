"""What people do in a round of a story: each verb of `rounds` as calls of the domain."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from assessments.domain import actions, consensus, raters, repeating, result_keeping, rounds, steering
from assessments.domain.actions import NewAction
from assessments.domain.consensus import Said
from assessments.domain.raters import Person
from assessments.domain.rounds import Setting
from assessments.models import Assessment, Consensus, Instrument, InstrumentItem, Rater, Rating, RoundAction, Statement
from dashboards.demo.acts import Scene, save
from dashboards.demo.round_script import RoundScript
from journal.saving import Actor

WORDS = {"reason", "comment", "evidence"}
LOWEST = "Between two levels we chose the lower one."
OTHER = "After the examples we heard, this level describes it best."
USUAL = (
    "Most of us gave this level, and the others can agree with it.",
    "We read the level aloud once more: this is what we see.",
    "The others had seen less of it, and follow those who work with it.",
    "The difference was in how we read the words, not in what we saw.",
)


def set_up(scene: Scene, script: RoundScript) -> None:
    """A round of its own, or one after an earlier one, whose raters are asked again."""
    people = scene.cast.people
    setting = Setting(
        title=script.title,
        due_on=scene.day_from_today(script.due),
        facilitator=people[script.facilitator],
        keyer=people[script.keyer] if script.keyer else None,
    )
    instrument = Instrument.objects.get(organisation=None, key=script.instrument, state=Instrument.State.PUBLISHED)
    if script.after:
        earlier = Assessment.objects.get(program=scene.program, title=script.after)
        made = repeating.start(earlier, instrument, setting, by=scene.actor)
    else:
        made = rounds.set_up(scene.program, instrument, setting, by=scene.actor)
    _gather(scene, script, made)


def _gather(scene: Scene, script: RoundScript, made: Assessment) -> None:
    """Everybody the script names, and nobody else."""
    wanted = {key: _person(scene, key, said) for key, said in script.raters.items()}
    names = {person.name for person in wanted.values()}
    there = {rater.name: rater for rater in made.raters.all()}
    for name in there.keys() - names:
        raters.remove(there[name], by=scene.actor)
    for person in wanted.values():
        rater = there.get(person.name) or raters.add(made, person, by=scene.actor)
        if person.user is None and not person.is_on_paper:
            raters.give_link(rater, by=scene.actor)


def _person(scene: Scene, key: str, said: dict[str, Any]) -> Person:
    user = scene.cast.people.get(key)
    return Person(
        name=user.name if user else said["name"],
        role_group=said["group"],
        user=user,
        is_on_paper=said.get("on_paper", False),
    )


def open_for_rating(scene: Scene, script: RoundScript) -> None:
    rounds.open_for_rating(_round(scene, script), by=scene.actor)


def rate(scene: Scene, rated: tuple[RoundScript, str]) -> None:
    """One rater says everything they say, through the one saving path."""
    script, key = rated
    assessment = _round(scene, script)
    rater = _rater(scene, script, assessment, key)
    if rater.link_number:
        raters.opened(rater)
    actor = Actor(assessment.keyer if rater.is_on_paper else rater.user, "demo", rater.link_number)
    rows = {row.item.number: row for row in Rating.objects.filter(rater=rater).select_related("item")}
    said = script.answers_of(key)
    for number, answer in said.items():
        save("rating", rows[number], "answer", answer, actor=actor)
    for words in script.words_of(key):
        for field in words.keys() & WORDS:
            save("rating", rows[words["item"]], field, words[field], actor=actor)
    if not rater.is_on_paper and "shows_name" in script.raters[key]:
        raters.allow_name(rater, is_allowed=script.raters[key]["shows_name"])
    if len(said) == len(rows):
        raters.finish(rater)


def reveal(scene: Scene, script: RoundScript) -> None:
    assessment = _round(scene, script)
    rounds.reveal(assessment, by=scene.actor)
    result_keeping.keep([assessment.pk])


def discuss(scene: Scene, script: RoundScript) -> None:
    """What was said, then what the room agreed on; the rest stays open, the most disputed item before everybody."""
    assessment = _round(scene, script)
    rows = {row.item.number: row for row in _items_in_talk(assessment)}
    for said in script.statements:
        _say(scene, script, rows[said["item"]], said)
    consensus.agree_where_unanimous(assessment, by=scene.actor)
    given = consensus.given_in(assessment)
    for row in _items_in_talk(assessment).filter(state=Consensus.State.OPEN):
        _settle(scene, script, row, list(given[row.item_id].values))
    still_open = _items_in_talk(assessment).filter(state=Consensus.State.OPEN).first()
    if still_open:
        steering.show(assessment, still_open.item, by=scene.actor)


def _items_in_talk(assessment: Assessment) -> QuerySet[Consensus]:
    return Consensus.objects.filter(assessment=assessment).select_related("item", "assessment__program")


def _say(scene: Scene, script: RoundScript, row: Consensus, said: dict[str, Any]) -> None:
    key, kind = said["by"], Statement.Kind.DISSENT if said.get("dissents") else Statement.Kind.REMARK
    rater = _rater(scene, script, row.assessment, key) if key in script.raters else None
    by = scene.cast.people.get(key) or scene.actor  # who runs the round writes for those without an account
    consensus.say(row, Said(said["text"], kind, said.get("value")), rater=rater, by=by)


def _settle(scene: Scene, script: RoundScript, row: Consensus, given: list[int]) -> None:
    agreed = script.agreed_on(row.item.number)
    reason = script.reasons.get(row.item.number, "")
    if agreed == "open":
        consensus.leave_open(row, reason=reason, by=scene.actor)
    elif agreed:
        reason = reason or _usual_reason(int(agreed), given, place=row.item.position)
        consensus.agree(row, int(agreed), reason=reason, by=scene.actor)


def _usual_reason(agreed: int, given: list[int], *, place: int) -> str:
    """What people write when there was not much to talk about."""
    if agreed == max(given, key=given.count):
        return USUAL[place % len(USUAL)]
    return LOWEST if agreed == min(given) else OTHER


def close(scene: Scene, script: RoundScript) -> None:
    """Ends the round; its actions are noted in the same hour."""
    assessment = _round(scene, script)
    rounds.close(assessment, by=scene.actor)
    result_keeping.keep([assessment.pk])
    for said in script.actions:
        item = InstrumentItem.objects.get(instrument=assessment.instrument, number=said["item"])
        wanted = NewAction(said["text"], scene.cast.people[said["owner"]], scene.day_from_today(said["due"]))
        actions.add(assessment, item, wanted, by=scene.actor)


def finish_action(scene: Scene, said: dict[str, Any]) -> None:
    action = RoundAction.objects.get(assessment__program=scene.program, text=said["text"])
    actions.finish(action, note=said["note"], by=scene.actor)


def _round(scene: Scene, script: RoundScript) -> Assessment:
    rows = Assessment.objects.select_related("instrument", "keyer")
    return rows.get(program=scene.program, title=script.title)


def _rater(scene: Scene, script: RoundScript, assessment: Assessment, key: str) -> Rater:
    name = _person(scene, key, script.raters[key]).name
    return assessment.raters.standing().select_related("user", "assessment").get(name=name)


VERBS: dict[str, Callable[[Scene, Any], None]] = {
    "set_up_round": set_up,
    "open_round": open_for_rating,
    "rate": rate,
    "reveal": reveal,
    "discuss": discuss,
    "close_round": close,
    "finish_action": finish_action,
}
