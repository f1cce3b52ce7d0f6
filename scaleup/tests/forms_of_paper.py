"""Forms of who types in paper sheets: one whole sheet, and that it is done."""

from assessments.tests.round_cases import ITEMS
from scaleup.tests.bad_values import LEFT_OUT, NUL, REFUSED, TAKEN, Field, button, needed_nonce, text, version
from scaleup.tests.form import Form
from scaleup.tests.scenes import Scene

KEYER = "facilitator"


def on_paper(scene: Scene) -> None:
    """At the sheet of the rater on paper."""
    scene.numbers["rater_id"] = scene.place.ids["rater_id on paper"]


def box(good: str) -> Field:
    """A small box: a level, x, or nothing."""
    taken = {"empty": ("", TAKEN), "blank": (" ", TAKEN), "left out": (LEFT_OUT, TAKEN), "upper": ("X", TAKEN)}
    return Field(good, taken).also(
        word="y", high="4", negative="-1", part="1.5", digits="٣", nul=f"2{NUL}", long="2" * 200_000
    )


def of_item(key: str, answer: str) -> dict[str, Field]:
    """The box and the comment of one item, and the versions they are based on."""
    said = {f"answer-{key}": box(answer), f"comment-{key}": text("Seen by two people.", required=False)}
    return said | {f"base_{name}": version() for name in said}


SHEET = {name: one for key, said in zip(ITEMS, "2013", strict=True) for name, one in of_item(key, said).items()}
SHEET["answer-plan"] = SHEET["answer-plan"].but(upper=REFUSED)  # it must be answered

FORMS = [
    Form(
        "assessments:keying",
        KEYER,
        SHEET | {"nonce": needed_nonce(), "then": button("check", outcome=TAKEN)},
        ready=on_paper,
        is_saved_by_field=True,
    ),
    Form("assessments:keying_check", KEYER, {"finished": button("yes")}, ready=on_paper),
]
