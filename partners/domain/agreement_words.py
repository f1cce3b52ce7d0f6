"""How the history says what was done with agreements, annexes and coordination bodies. As `partners.domain.words`."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.models import Agreement, CoordinationBody, Level
from programs.domain.history import Place, Places
from scaleup.addresses import address

VERBS: dict[tuple[str, str], Promise] = {
    ("agreement", "agreement_added"): _("wrote down the agreement “%(title)s”"),
    ("agreement", "agreement_renewed"): _("wrote down the agreement “%(title)s”, to follow “%(before)s”"),
    ("agreement", "agreement_signed"): _("said that “%(title)s” was signed on %(as_of)s"),
    ("agreement", "agreement_ended"): _("ended the agreement “%(title)s” as of %(as_of)s: %(why)s"),
    ("agreement", "paper_added"): _("added the signed paper of “%(title)s” (version %(version)s)"),
    ("agreement", "annex_asked"): _("had annex %(number)s of “%(title)s” written"),
    ("agreement", "annex_asked_again"): _("had annex %(number)s of “%(title)s” tried once more"),
    ("agreement", "agreement_deleted"): _("deleted the draft “%(title)s”"),
    ("body", "body_added"): _("added the coordination body “%(name)s”"),
    ("body", "body_dissolved"): _("dissolved the coordination body “%(name)s”"),
    ("body", "body_removed"): _("removed the coordination body “%(name)s”"),
}

FIELDS: dict[tuple[str, str], Promise] = {
    ("agreement", "title"): _("renamed the agreement"),
    ("agreement", "kind"): _("changed the kind of the agreement"),
    ("agreement", "parties"): _("changed the parties of the agreement"),
    ("agreement", "functions"): _("changed what the agreement covers"),
    ("agreement", "starts_on"): _("changed the day the agreement starts"),
    ("agreement", "ends_on"): _("changed the day the agreement ends"),
    ("agreement", "signed_on"): _("changed the day the agreement was signed"),
    ("agreement", "notice_days"): _("changed how many days before its end to talk about renewal"),
    ("agreement", "decision_rights"): _("changed who decides what"),
    ("agreement", "dispute_path"): _("changed how a dispute is settled"),
    ("agreement", "exit_terms"): _("changed how a party can leave"),
    ("body", "name"): _("renamed the coordination body"),
    ("body", "level"): _("changed the level of the coordination body"),
    ("body", "rhythm"): _("changed how often the coordination body meets"),
    ("body", "members"): _("changed the members of the coordination body"),
    ("body", "next_meeting_on"): _("changed the next meeting of the coordination body"),
}

# What stored values mean.
VALUES: dict[tuple[str, str], Mapping[Any, Any]] = {
    ("agreement", "kind"): dict(Agreement.Kind.choices),
    ("body", "level"): dict(Level.choices),
    ("body", "rhythm"): dict(CoordinationBody.Rhythm.choices),
}


def agreement_places(ids: Collection[int]) -> dict[int, Place]:
    rows = Agreement.objects.filter(pk__in=ids).values_list("pk", "program_id", "title")
    return {pk: (title, address("partners:agreement", program_id, pk)) for pk, program_id, title in rows}


def body_places(ids: Collection[int]) -> dict[int, Place]:
    rows = CoordinationBody.objects.filter(pk__in=ids).values_list("pk", "program_id", "name")
    return {pk: (name, f"{address('partners:agreements', program_id)}#bodies") for pk, program_id, name in rows}


PLACES: dict[str, Places] = {"agreement": agreement_places, "body": body_places}
