"""What was there until somebody took it away: the history remembers by whom, so that pages left open can say so."""

from collections.abc import Callable

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from journal.models import Change
from programs.models import Program

VERBS = {
    "agreement": "agreement_deleted",
    "body": "body_removed",
    "focal_person": "person_removed",
    "partner": "partner_removed",
    "support_need": "need_removed",
}


def of(kind: str) -> Callable[[Program, int], Change | None]:
    """Looks up how something of that kind was taken away; None for what never was in the program, or still is."""

    def find(program: Program, object_id: int) -> Change | None:
        found = Change.objects.about(kind, object_id).filter(program_id=program.pk, verb=VERBS[kind])
        return found.newest_first().first()

    return find


def of_annex(program: Program, annex_id: int) -> Change | None:
    """How the draft was deleted with which an annex went."""
    found = Change.objects.filter(program_id=program.pk, kind="agreement", verb=VERBS["agreement"])
    return found.filter(new__annexes__contains=[annex_id]).newest_first().first()


def in_words(removal: Change) -> str:
    """What was taken away, by whom and when."""
    details = removal.details
    said = {
        "what": details.get("title") or details.get("text") or details["name"],
        "who": removal.actor.name if removal.actor else "",
        "day": date_format(localtime(removal.at), "SHORT_DATETIME_FORMAT"),
    }
    return _("“%(what)s” is not there any more: %(who)s took it away (%(day)s).") % said
