"""Forms of the matrix: its cells, its functions, its complaints."""

import json

from journal.facts import facts_of
from partners.domain import functions as verbs
from partners.models import Function, Responsibility
from scaleup.tests.bad_values import (
    REFUSED,
    Field,
    button,
    choice,
    day,
    hidden,
    line,
    needed_nonce,
    nonce,
    one_of,
    text,
    version,
)  # fmt: skip
from scaleup.tests.form import Form, days, of
from scaleup.tests.scenes import Scene


def at_training(scene: Scene) -> None:
    """At a function that every scale-up has."""
    scene.numbers["function_id"] = Function.objects.get(program=scene.program, key="training").pk


def all_cells(scene: Scene) -> None:
    """The names of cells are made of their numbers, which are known only here: all that there are."""
    LETTERS.clear()
    cells = Responsibility.objects.filter(partner__program=scene.program, function__dropped_at=None).order_by("pk")
    LETTERS.update({f"letter-{role.pk}": LETTER for role in cells}, bases=BASES, nonce=needed_nonce())


def function_seen(scene: Scene) -> str:
    function = Function.objects.get(pk=scene.numbers["function_id"])
    return json.dumps(facts_of(function, verbs.facts_shown(function)))


LETTER = choice("C", required=False).also(word="Q", foreign="А")
BASES = hidden(
    "", word=("new", REFUSED), negative=("7:-1", REFUSED), nul=("7:1\x00", REFUSED), huge=("7:" + "9" * 30, REFUSED)
)
LETTERS: dict[str, Field] = {}
CELL = {
    "letter": choice("R", required=False),
    "held_by": one_of(of("own", "focal_person_id"), foreign=of("other", "focal_person_id"), required=False),
    "since_on": day(days(-9), required=False),
    "until_on": day(days(300), required=False),
}
SEEN = hidden(function_seen, word=("x", REFUSED), number=("7", REFUSED))
BUILT_IN = {
    "levels": Field("region", choice("region", required=False).spoiled, is_shown=False),
    "capacity_needed": choice("3").also(higher="4", lower="-1", part="1.5", empty=""),
    "nonce": nonce(),
}
OWN = BUILT_IN | {"name": line("Repair of pumps"), "step": choice("7", required=False).also(none="12", zero="0")}

# Somebody accepted it before: accepting it again puts other words in the place of those.
LIVING_WITH_IT = {
    "reason": text("The ministry signs in March."),
    "until_on": day(days(40)).also(past="2026-01-01", years="2099-01-01"),
    "nonce": nonce(),
}
FORMS: list[Form] = [
    Form("partners:matrix_edit", "editor", LETTERS, ready=all_cells, is_saved_by_field=True),
    Form(
        "partners:responsibility",
        "editor",
        CELL | {f"base_{name}": version() for name in CELL} | {"nonce": needed_nonce()},
        is_saved_by_field=True,
    ),
    Form("partners:function_add", "editor", OWN | {"seen": hidden("")}),
    Form("partners:function_edit", "editor", OWN | {"seen": SEEN}),
    Form("partners:function_edit", "editor", BUILT_IN | {"seen": SEEN}, ready=at_training, variant="built-in"),
    Form("partners:function_drop", "editor", {"wanted": button("drop")}, page="partners:functions"),
    Form("partners:complaint_accept", "lead", LIVING_WITH_IT),
    Form("partners:complaint_end", "lead", page="partners:matrix"),
]
