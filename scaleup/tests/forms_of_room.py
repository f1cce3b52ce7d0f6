"""Forms of the consensus room: reveal, settle, say, move on, close."""

from assessments.models import Consensus, Rater, Rating
from scaleup.tests.bad_values import NOT_FOUND, button, choice, hidden, nonce, one_of, text
from scaleup.tests.form import Form, of
from scaleup.tests.scenes import Scene


def discussed(scene: Scene) -> None:
    """At the round whose ratings are revealed."""
    scene.numbers["round_id"] = scene.place.ids["round_id discussing"]


def at_plan(scene: Scene) -> None:
    """At an item that is not on the projector."""
    discussed(scene)
    scene.numbers["item"] = "plan"


def at_settled(scene: Scene) -> None:
    discussed(scene)
    scene.numbers["item"] = "budget"


def all_alike(scene: Scene) -> None:
    """Two raters gave one item the same value."""
    discussed(scene)
    rater = Rater.objects.get(assessment=scene.numbers["round_id"], user__isnull=False)
    Rating.objects.filter(rater=rater, item__key="vision").update(value=2, is_unable=False)


def all_settled(scene: Scene) -> None:
    discussed(scene)
    rows = Consensus.objects.filter(assessment=scene.numbers["round_id"])
    rows.update(state=Consensus.State.AGREED, value=2, reason="We agree.")


def own_page(scene: Scene) -> None:
    """Of the rater who signs in, in the round that is discussed."""
    scene.numbers["rater_id"] = scene.place.ids["rater_id signed in discussing"]


SAY = {
    "kind": choice("remark"),
    "value": choice("", required=False).also(off="4", negative="-1"),
    "text": text("We saw it last week."),
    "nonce": nonce(),
}
SETTLE = {
    "value": choice("3").also(off="4", negative="-1", part="1.5"),
    "reason": text("The minister showed it to us."),
    "nonce": nonce(),
    "act": button("agree"),
}
LEAVE = {"value": hidden(""), "reason": text("Nobody knows yet."), "nonce": nonce(), "act": button("leave")}
SPEAKER = one_of(of("own", "rater_id discussing"), foreign=of("other", "rater_id discussing"), required=False)

FORMS = [
    Form("assessments:round_reveal", "lead"),
    Form("assessments:room_settle", "lead", SETTLE, ready=discussed, page="assessments:room_item"),
    Form("assessments:room_settle", "lead", LEAVE, ready=discussed, page="assessments:room_item", variant="leave"),
    Form(
        "assessments:room_settle",
        "lead",
        {"act": button("reopen")},
        ready=at_settled,
        page="assessments:room_item",
        variant="again",
    ),
    Form("assessments:room_say", "lead", SAY | {"speaker": SPEAKER}, ready=discussed, page="assessments:room_item"),
    Form(
        "assessments:room_say",
        "editor",
        {"text": text("I can send it."), "nonce": nonce()},
        ready=discussed,
        page="assessments:room_item",
        variant="remark",
    ),
    Form("assessments:room_unanimous", "lead", ready=all_alike, page="assessments:room"),
    Form(
        "assessments:room_move",
        "lead",
        {"item": button("plan", outcome=NOT_FOUND)},
        ready=at_plan,
        page="assessments:room_item",
    ),
    Form(
        "assessments:room_timer",
        "lead",
        {"item": hidden("plan"), "minutes": button("5")},
        ready=at_plan,
        page="assessments:room_item",
        again="assessments_assessment",  # the timer begins anew
    ),
    Form("assessments:round_close", "lead", ready=all_settled),
    Form("assessments:rater_room_say", "rater", SAY, ready=own_page, page="assessments:rater_room"),
]
