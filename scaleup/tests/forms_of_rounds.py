"""Forms of rounds and of their raters."""

from assessments.models import Assessment, Rater
from assessments.tests.round_cases import add_rater, give_link, make_round, small_instrument
from scaleup.tests.bad_values import LEFT_OUT, Field, choice, count, day, hidden, line, nonce, one_of, tick
from scaleup.tests.form import Form, days, of, person
from scaleup.tests.scenes import Scene


def coming(scene: Scene) -> None:
    """At a round that is being set up, with a rater who has no link yet."""
    found = make_round(scene.program, state="setup", raters=[("Ly Chan", "partner")])
    scene.numbers |= {"round_id": found.pk, "rater_id": found.raters.get().pk}


def unrated(scene: Scene) -> None:
    """At somebody who was asked a moment ago, in the round that is being rated."""
    found = Assessment.objects.get(pk=scene.numbers["round_id"])
    scene.numbers["rater_id"] = add_rater(found, ("Ly Chan", "partner")).pk


def linked(scene: Scene) -> None:
    """At somebody who has a link."""
    unrated(scene)
    give_link(Rater.objects.get(pk=scene.numbers["rater_id"]))


def any_instrument(scene: Scene) -> int:
    return small_instrument().pk


SETTING = {
    "title": line("Round of May"),
    "due_on": day(days(10), required=False).also(yesterday="2026-01-01"),
    "facilitator": one_of(person("lead"), foreign=person("other lead")),
    "keyer": one_of(person("viewer"), foreign=person("other lead"), required=False),
    "names": choice("never"),
    "is_for_donors": tick(LEFT_OUT),
    "target": count("70").also(nothing="0", more="101"),
}
NEW = SETTING | {"nonce": nonce()}
PARTS = Field("doing", choice("doing", required=False).spoiled, is_shown=False)
ABOUT = {"role_group": choice("ministry"), "parts": PARTS}
NAMED = {"user": hidden(""), "name": line("Ana Sok"), "is_on_paper": tick(LEFT_OUT)} | ABOUT


def somebody_of_the_team() -> Field:
    """A person by their account; who chooses nobody is told at the name, which could stand instead."""
    found = one_of(person("viewer"), foreign=person("other lead"))
    spoiled = {name: bad for name, bad in found.spoiled.items() if name != "left out"}
    return Field(found.good, spoiled, found.foreign)


WITH_ACCOUNT = {"user": somebody_of_the_team(), "name": hidden(""), "is_on_paper": hidden(LEFT_OUT)} | ABOUT
FORMS = [
    Form(
        "assessments:round_add",
        "lead",
        {"instrument": one_of(any_instrument, foreign=of("other", "instrument_id"))} | NEW,
    ),
    Form("assessments:round_repeat", "lead", NEW),
    Form("assessments:round_edit", "lead", SETTING, ready=coming),
    Form("assessments:round_open", "lead", ready=coming, page="assessments:round"),
    Form("assessments:round_discard", "lead", ready=coming),
    Form("assessments:rater_add", "lead", NAMED | {"nonce": nonce()}),
    Form("assessments:rater_add", "lead", WITH_ACCOUNT | {"nonce": nonce()}, variant="account"),
    Form("assessments:raters_add", "lead", {"lines": line("Ana Sok; ministry"), "nonce": nonce()}),
    Form("assessments:rater_edit", "lead", NAMED, ready=unrated),
    Form("assessments:rater_remove", "lead", ready=unrated),
    Form(
        "assessments:rater_give_link",
        "lead",
        ready=unrated,
        page="assessments:round",
        success=200,
        again="journal_change",
    ),
    Form("assessments:rater_revoke_link", "lead", ready=linked, page="assessments:round"),
]
