"""Forms of how people want to be told, of the test mail, and of stopping mails by a link."""

from reminders.domain import stopping, wishes
from scaleup.tests.bad_values import button, choice, tick
from scaleup.tests.form import Form
from scaleup.tests.scenes import Scene

KINDS = wishes.kinds().values()
BOXES = {f"mail_{one.kind}": tick("on") for one in KINDS} | {
    f"inbox_{one.kind}": tick("on") for one in KINDS if one.has_inbox
}


def with_link(scene: Scene) -> None:
    scene.at(stopping.path_to_stop(scene.person.pk, ["item_due"]))


def stopped(scene: Scene) -> None:
    with_link(scene)
    wishes.choose_mail(scene.person, ["item_due"], is_wanted=False)


FORMS = [
    Form(
        "reminders:wishes",
        "lead",
        BOXES | {"morning": choice("9"), "digest_on": choice("2", required=False), "digest_hour": choice("17")},
    ),
    Form("reminders:test_mail", "lead", page="reminders:wishes"),
    Form("reminders:stop", "lead", {"wanted": button("stop")}, ready=with_link),
    Form("reminders:stop", "lead", {"wanted": button("again")}, ready=stopped, variant="again"),
]
