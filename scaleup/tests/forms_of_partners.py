"""Forms of partners and the people who speak for them."""

import json
from collections.abc import Callable, Iterable

from journal.facts import facts_of
from partners.domain import partners as verbs
from partners.domain import people
from partners.models import FocalPerson, Partner, Partnership
from partners.tests.role_cases import add_partner
from scaleup.tests.bad_values import REFUSED, Field, choice, day, hidden, line, nonce, one_of, text
from scaleup.tests.form import Form, days, of
from scaleup.tests.scenes import Scene


def by_mistake(scene: Scene) -> None:
    """At a partner on which nothing hangs."""
    scene.numbers["partner_id"] = add_partner(scene.program, "Ministry of Moon").pk


def at_two_levels(scene: Scene) -> None:
    Partnership.objects.filter(program=scene.program).update(levels=["national", "district"])


def known_here(scene: Scene) -> None:
    """At an item that the list of partners proves."""
    scene.numbers |= {"number": 7, "key": "partner-list", "code": "partner-list"}


def partner_seen(scene: Scene) -> str:
    return json.dumps(facts_of(Partner.objects.get(pk=scene.numbers["partner_id"]), verbs.FACTS))


def name_seen(scene: Scene) -> str:
    return json.dumps({"name": str(Partner.objects.get(pk=scene.numbers["partner_id"]))})


def person_seen(scene: Scene) -> str:
    return json.dumps(facts_of(FocalPerson.objects.get(pk=scene.numbers["focal_person_id"]), people.FACTS))


def levels_seen(scene: Scene) -> str:
    return json.dumps(facts_of(verbs.partnership_of(scene.program), verbs.PARTNERSHIP_FACTS))


def seen(facts: Callable[[Scene], str]) -> Field:
    """What the form was filled with; without it everything was changed by somebody else."""
    return hidden(facts, word=("x", REFUSED), number=("7", REFUSED))


def ticks(good: str) -> Field:
    """Boxes of which any may be ticked."""
    return Field(good, choice(good, required=False).spoiled, is_shown=False)


def without(field: Field, kinds: Iterable[str]) -> Field:
    """Left out, it is another field that is asked for."""
    return Field(field.good, {kind: bad for kind, bad in field.spoiled.items() if kind not in kinds}, field.foreign)


SAID = {
    "kind": choice("ngo"),
    "levels": ticks("region"),
    "brings": text("Two rooms.", required=False),
    "wants": text("A seat.", required=False),
    "since_on": day(days(-9), required=False),
    "until_on": day(days(300), required=False).also(before="2001-01-01"),
    "nonce": nonce(),
}
NEW = SAID | {"seen": hidden(""), "is_another": hidden("")}
PERSON = {
    "name": line("Ly Chan"),
    "duty": line("officer", required=False),
    "contact": line("012 345 678", required=False),
    "deputy": line("Sophea Kim"),  # asked for once there is a way to reach one
    "deputy_contact": line("sophea@example.org", required=False),
    "nonce": nonce(),
}
FORMS = [
    Form("partners:partner_add", "lead", NEW | {"organisation": hidden(""), "name": line("Village council")}),
    Form(
        "partners:partner_add",
        "lead",
        NEW
        | {
            "organisation": without(
                one_of(of("own", "organisation_id"), foreign=of("other", "organisation_id")), ["left out"]
            ),
            "name": hidden(""),
        },
        variant="offered",
    ),
    Form("partners:partner_edit", "lead", SAID | {"seen": seen(partner_seen)}),
    Form(
        "partners:partner_rename", "lead", {"name": line("Ministry of Sun"), "seen": seen(name_seen), "nonce": nonce()}
    ),
    Form("partners:partner_remove", "lead", ready=by_mistake),
    Form(
        "partners:levels",
        "lead",
        {"levels": ticks("region"), "seen": seen(levels_seen), "nonce": nonce()},
        ready=at_two_levels,
    ),
    Form("partners:person_add", "lead", PERSON | {"seen": hidden("")}),
    Form(
        "partners:person_edit",
        "lead",
        PERSON | {"left_on": day(days(-3), required=False).also(tomorrow="2099-01-01"), "seen": seen(person_seen)},
    ),
    Form("partners:person_remove", "lead"),
    Form("programs:evidence_known", "editor", ready=known_here, page="programs:item"),
]
