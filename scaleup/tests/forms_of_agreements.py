"""Forms of agreements and coordination bodies."""

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from journal.facts import facts_of
from partners.domain import agreements, bodies
from partners.models import Agreement, Annex, CoordinationBody, Function
from scaleup.tests.bad_values import LEFT_OUT, REFUSED, TAKEN, Field, choice, count, day, hidden, line, nonce, text
from scaleup.tests.form import Form, days, of
from scaleup.tests.scenes import Scene


def paper(scene: Scene) -> SimpleUploadedFile:
    return SimpleUploadedFile("signed.pdf", b"%PDF-1.7\n")


def training(scene: Scene) -> int:
    return Function.objects.get(program=scene.program, key="training").pk


def foreign_function(scene: Scene) -> int:
    return Function.objects.get(program=scene.other.ids["program_id"], key="training").pk


def draft(scene: Scene) -> None:
    """The agreement is not signed yet."""
    found = Agreement.objects.filter(pk=scene.place.ids["agreement_id"])
    found.update(state=Agreement.State.DRAFT, signed_on=None)


def given_up(scene: Scene) -> None:
    """The annex could not be written."""
    found = Annex.objects.filter(pk=scene.place.ids["annex_id"])
    found.update(state=Annex.State.FAILED, docx="", pdf="", why="given-up")


def agreement_seen(scene: Scene) -> str:
    """What is agreed, as the page showed it."""
    found = Agreement.objects.get(pk=scene.place.ids["agreement_id"])
    return json.dumps(facts_of(found, agreements.names_of_facts(found)))


def body_seen(scene: Scene) -> str:
    return json.dumps(facts_of(CoordinationBody.objects.get(pk=scene.place.ids["coordination_body_id"]), bodies.FACTS))


def several(good: Any, *, foreign: Any, required: bool = True) -> Field:
    """Boxes to tick; each box has a value of its own, so none is looked for in the page again."""
    bad = {"word": "nonsense", "nul": "up\x00", "negative": "-1", "longer": "0" * 18 + "9" * 200, "part": "1.5"}
    spoiled = {name: (value, REFUSED) for name, value in bad.items()}
    spoiled["left out"] = (LEFT_OUT, REFUSED if required else TAKEN)
    return Field(good, spoiled, foreign, is_shown=False)


FILE = Field(paper, {"words": ("C:\\signed.pdf", REFUSED), "left out": (LEFT_OUT, REFUSED)}, is_shown=False)
PAPER = {"file": FILE, "note": line("Signed by all.", required=False), "nonce": nonce()}
TERMS = {
    "title": line("Training in nine districts"),
    "kind": choice("contract"),
    "parties": several(of("own", "partner_id"), foreign=of("other", "partner_id")),
    "functions": several(training, foreign=foreign_function, required=False),
    "starts_on": day(days(-10), required=False),
    "ends_on": day(days(300), required=False).also(before="2001-01-01"),
    "notice_days": count("60").but(comma=REFUSED),
    "decision_rights": text("The district decides on sites.", required=False),
    "dispute_path": text("The steering group decides.", required=False),
    "exit_terms": text("Three months before.", required=False),
    "nonce": nonce(),
}
SIGNED = {
    "starts_on": day(days(-10)),
    "ends_on": day(days(300)).also(before="2001-01-01"),
    "signed_on": day(days(-5)).also(tomorrow="2099-01-01"),
    "seen": hidden(agreement_seen, word=("x", REFUSED), number=("7", REFUSED)),
}
BODY = {
    "name": line("District steering group"),
    "level": choice("region"),
    "rhythm": choice("quarterly"),
    "members": several(of("own", "partner_id"), foreign=of("other", "partner_id")),
    "next_meeting_on": day(days(20), required=False),
    "nonce": nonce(),
}

FORMS: list[Form] = [
    Form("partners:agreement_add", "editor", TERMS | {"seen": hidden("")}),
    Form("partners:agreement_edit", "editor", TERMS | SIGNED),
    Form(
        "partners:agreement_edit",
        "editor",
        TERMS | {"seen": hidden(agreement_seen, word=("x", REFUSED))},
        ready=draft,
        variant="draft",
    ),
    Form(
        "partners:agreement_sign",
        "editor",
        PAPER | {"signed_on": day(days(-1)).also(tomorrow="2099-01-01"), "file": hidden(LEFT_OUT)},
        ready=draft,
    ),
    Form(
        "partners:agreement_sign",
        "editor",
        PAPER | {"signed_on": day(days(-1)), "file": FILE.but(words=TAKEN, **{"left out": TAKEN})},
        ready=draft,
        variant="file",
    ),
    Form(
        "partners:agreement_end",
        "editor",
        {
            "ended_on": day(days(0)).also(tomorrow="2099-01-01", unsigned="2001-01-01"),
            "ended_why": line("The ministry took the work over."),
        },
    ),
    Form("partners:agreement_delete", "editor", ready=draft),
    Form("partners:agreement_file_add", "editor", PAPER),
    # annexes
    Form("partners:annex_write", "editor", {"nonce": nonce()}, page="partners:agreement"),
    Form("partners:annex", "editor", ready=given_up),
    # coordination bodies
    Form("partners:body_add", "editor", BODY | {"seen": hidden("")}),
    Form(
        "partners:body_edit", "editor", BODY | {"seen": hidden(body_seen, word=("x", REFUSED), number=("7", REFUSED))}
    ),
    Form("partners:body_dissolve", "editor"),
    Form("partners:body_remove", "editor"),
]
