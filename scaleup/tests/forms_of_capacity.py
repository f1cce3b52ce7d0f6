"""Forms of capacity checks and support plans."""

from scaleup.tests.bad_values import choice, day, line, nonce, one_of, text
from scaleup.tests.form import Form, days, person

VALUE = choice("2").also(higher="4", lower="-1", part="1.5", empty="")

FORMS = [
    Form(
        "partners:capacity_check",
        "editor",
        {
            "individual": VALUE,
            "leadership": VALUE,
            "organisation": VALUE,
            "system": VALUE,
            "checked_on": day(days(-1)).also(tomorrow="2099-01-01"),
            "note": text("Two trainers sat in.", required=False),
            "nonce": nonce(),
        },
    ),
    Form(
        "partners:need_add",
        "editor",
        {
            "kind": choice("training"),
            "text": line("Two days of practice."),
            "owner": one_of(person("editor"), foreign=person("other lead")),
            "due_on": day(days(30)).also(yesterday="2026-01-01"),
            "nonce": nonce(),
        },
    ),
    Form("partners:need_done", "lead", {"note": line("Everybody came.", required=False)}),
    Form("partners:need_remove", "lead"),
]
