"""Forms of a rater: the personal link, one dimension, and what they signal."""

from assessments.models import Rating
from assessments.tests.round_cases import give_link
from scaleup.tests.bad_values import TAKEN, TOLD, Field, button, choice, line, needed_nonce, text, version
from scaleup.tests.form import Form
from scaleup.tests.scenes import Scene

ITEMS = ("vision", "plan")  # of the dimension that is walked
BY_LINK = "rater by link"


def rating(scene: Scene, key: str) -> Rating:
    return Rating.objects.select_related("rater").get(rater=scene.numbers["rater_id"], item__key=key)


def with_link(scene: Scene) -> None:
    """At a new personal link."""
    scene.numbers["token"] = give_link(rating(scene, "plan").rater)


def of_item(key: str, answer: str) -> dict[str, Field]:
    """What can be said of one item, and the versions it is based on."""
    said = {
        "answer": choice(answer, required=False),
        "reason": line("The plan was lost.", required=False),
        "comment": text("Seen by two people.", required=False),
        "evidence": line("On the wall", required=False),
    }
    bases = {f"base_{field}-{key}": _version(key, field) for field in said}
    return {f"{field}-{key}": one for field, one in said.items()} | bases


def _version(key: str, field: str) -> Field:
    return version(lambda scene: str(rating(scene, key).version(field)))


FORMS = [
    Form("assessments:rater_link", "anonymous", ready=with_link),
    Form(
        "assessments:rating_dimension",
        BY_LINK,
        of_item("vision", "3")
        | of_item("plan", "1")
        | {"nonce": needed_nonce(), "then": button("next", outcome=TAKEN)},
        is_saved_by_field=True,
    ),
    Form("assessments:rating_finish", BY_LINK, {"finished": button("yes")}, page="assessments:rating_check"),
    Form("assessments:rating_name", BY_LINK, {"may": choice("yes", outcome=TOLD)}, page="assessments:rating"),
]
