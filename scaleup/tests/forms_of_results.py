"""Forms of what comes of a round: actions."""

from scaleup.tests.bad_values import day, line, nonce, one_of
from scaleup.tests.form import Form, days, person
from scaleup.tests.forms_of_room import discussed

OWNER = one_of(person("editor"), foreign=person("other lead"))

FORMS = [
    Form(
        "assessments:action_add",
        "editor",
        {"text": line("Ask for a letter."), "owner": OWNER, "due_on": day(days(30)), "nonce": nonce()},
        ready=discussed,
    ),
    Form("assessments:action_done", "lead", {"note": line("It went well.", required=False)}, ready=discussed),
]
