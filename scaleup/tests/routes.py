"""All addresses of the product in one table: who may look, and who may act. The generators walk it.

The role tables are written down here a second time and never read from the code they check, so that a
change of who may do what needs saying twice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver

from scaleup.tests.actors import BELONGS, KNOWS_INSTRUMENT, RATERS, SIGNED_OUT, STANDS, WATCHES
from scaleup.tests.places import OF_THE_GUIDE
from scaleup.tests.places_of_rounds import ROUND_AT

# What each standing allows.
PROGRAM_ROLES = {
    "lead": "settled read remark write submit withdraw manage run archive",
    "editor": "settled read remark write submit",
    "viewer": "settled read",
    "home facilitator": "settled read remark verify decide run key",  # named to type in sheets
    "facilitator": "settled read",
    "donor": "settled",
    "admin": "settled read manage archive name-reviewer",
}
STILL_WHEN_ARCHIVED = {"settled", "read", "archive"}
PORTFOLIO_ROLES = {"facilitator": "facilitate look", "donor": "look"}
ORGANISATION_ROLES = {"admin": "admin belong", "member": "belong"}
INSTRUMENT_ROLES = {"keeper": "keep know", "member": "know"}
NO = ""  # no such method

# Address: (needed to GET, needed to POST), by what the address is about.
OPEN = {
    "accounts:front": ("all", NO),
    "journal:session": ("all", NO),
    "account_login": ("all", "all"),
    "account_logout": ("all", "all"),
    "account_inactive": ("all", NO),
    "account_reset_password": ("all", "all"),
    "account_reset_password_done": ("all", NO),
    "account_reset_password_from_key": ("all", "all"),
    "ui_gallery": ("all", "all"),
}
KEYS = {  # opened by a secret in the address, which nobody here has
    "accounts:demo_enter": ("all", "all"),
    "accounts:set_up": ("all", "all"),
    "accounts:invitation": ("all", "all"),
    "accounts:email_confirm": ("all", "all"),
    "programs:join": ("signed in", "signed in"),
    "assessments:rater_link": ("all", "all"),
    "reminders:calendar_ics": ("all", NO),
    "reminders:stop": ("all", "all"),
}
SIGNED_IN = {
    "dashboards:home": ("signed in", NO),
    "reminders:inbox": ("signed in", NO),
    "reminders:inbox_read": (NO, "signed in"),
    "reminders:wishes": ("signed in", "signed in"),
    "reminders:test_mail": (NO, "signed in"),
    "reminders:mails": ("signed in", NO),
    "reminders:week": ("signed in", NO),
    "journal:save": (NO, "write"),
    "programs:program_add": ("signed in", "signed in"),
    "accounts:organisations_list": ("signed in", NO),
    "assessments:instruments_list": ("signed in", NO),
    "accounts:account": ("signed in", "signed in"),
    "accounts:email_change": ("signed in", "signed in"),
    "accounts:email_keep": (NO, "signed in"),
    "accounts:session_end": (NO, "signed in"),
    "accounts:session_end_others": (NO, "signed in"),
    "usersessions_list": ("signed in", NO),
    "account_reauthenticate": ("signed in", "signed in"),
    "account_change_password": ("signed in", "signed in"),
    "reminders:calendar": ("signed in", "signed in"),
    "reminders:calendar_make": (NO, "signed in"),
    "reminders:calendar_end": (NO, "signed in"),
    "mfa_index": ("signed in", NO),
    "mfa_reauthenticate": ("signed in", "signed in"),
    "mfa_activate_totp": ("signed in", "signed in"),
    "mfa_deactivate_totp": ("signed in", "signed in"),
    "mfa_view_recovery_codes": ("signed in", NO),
    "mfa_generate_recovery_codes": ("signed in", "signed in"),
    "mfa_download_recovery_codes": ("signed in", NO),
    "mfa_authenticate": ("signed in", "signed in"),
}
PROGRAM = {
    "programs:program": ("settled", NO),
    "programs:program_edit": ("manage", "manage"),
    "programs:archive": ("archive", "archive"),
    "programs:reviewer": (NO, "name-reviewer"),
    "programs:team": ("read", NO),
    "programs:member_role": (NO, "manage"),
    "programs:member_remove": ("manage", "manage"),
    "programs:portfolios": ("read", "manage"),
    "programs:listing_change": (NO, "manage"),
    "programs:reach": ("read", "write"),
    "programs:history": ("read", NO),
    "programs:checklist": ("read", NO),
    "programs:step": ("read", NO),
    "programs:step_plan": ("read", "write"),
    "programs:sheet": ("read", NO),
    "programs:step_remark": ("remark", "remark"),
    "programs:item": ("read", "write"),
    "programs:item_history": ("read", NO),
    "programs:item_remark": ("remark", "remark"),
    "programs:remark_resolve": (NO, "remark"),
    "programs:check": ("read", "submit"),
    "programs:withdraw": (NO, "withdraw"),
    "programs:timeline": ("read", NO),
    "programs:look": ("decide", "decide"),
    "programs:review": ("read", "decide"),
    "programs:verify": (NO, "verify"),
    "programs:item_ask": ("verify", "verify"),
    "programs:past_decisions": ("decide", "decide"),
    "programs:conditions": ("read", NO),
    "programs:condition_met": ("write", "write"),
    "programs:condition_confirm": (NO, "decide"),
    "programs:condition_back": ("decide", "decide"),
    "programs:evidence_add": ("write", "write"),
    "programs:evidence_known": (NO, "write"),
    "programs:evidence_file": ("read", NO),
    "programs:evidence_replace": ("write", "write"),
    "programs:evidence_withdraw": ("write", "write"),
    "assessments:readiness": ("read", NO),
    "assessments:live": ("read", NO),
    "assessments:round_sheet": ("read", NO),
    "assessments:round_keying": ("key", NO),
    "assessments:keying": ("key", "key"),
    "assessments:keying_check": ("key", "key"),
    "assessments:round_reveal": ("run", "run"),
    "assessments:round_close": ("run", "run"),
    "assessments:room": ("read", NO),
    "assessments:room_live": ("read", NO),
    "assessments:room_item": ("read", NO),
    "assessments:room_item_live": ("read", NO),
    "assessments:room_settle": (NO, "run"),
    "assessments:room_say": (NO, "remark"),
    "assessments:room_unanimous": (NO, "run"),
    "assessments:room_move": (NO, "run"),
    "assessments:room_timer": (NO, "run"),
    "assessments:projector": ("read", NO),
    "assessments:projector_live": ("read", NO),
    "assessments:results": ("read", NO),
    "assessments:results_live": ("read", NO),
    "assessments:results_csv": ("read", NO),
    "assessments:results_xlsx": ("read", NO),
    "assessments:action_add": ("remark", "remark"),
    "assessments:action_done": ("remark", "remark"),
    "assessments:compare": ("read", NO),
    "assessments:rounds": ("read", NO),
    "assessments:round_add": ("run", "run"),
    "assessments:round": ("read", NO),
    "assessments:round_edit": ("run", "run"),
    "assessments:round_open": (NO, "run"),
    "assessments:round_discard": ("run", "run"),
    "assessments:round_repeat": ("run", "run"),
    "assessments:rater_add": ("run", "run"),
    "assessments:raters_add": ("run", "run"),
    "assessments:rater_edit": ("run", "run"),
    "assessments:rater_remove": ("run", "run"),
    "assessments:rater_give_link": (NO, "run"),
    "assessments:rater_revoke_link": (NO, "run"),
    # partners and the people who speak for them
    "partners:partners": ("read", NO),
    "partners:partner_add": ("write", "write"),
    "partners:levels": ("write", "write"),
    "partners:partner": ("read", NO),
    "partners:partner_edit": ("write", "write"),
    "partners:partner_rename": ("write", "write"),
    "partners:partner_remove": ("write", "write"),
    "partners:person_add": ("write", "write"),
    "partners:person_edit": ("write", "write"),
    "partners:person_remove": ("write", "write"),
    # agreements, their papers, and the bodies in which partners meet
    "partners:agreements": ("read", NO),
    "partners:agreement_add": ("write", "write"),
    "partners:agreement": ("read", NO),
    "partners:agreement_edit": ("write", "write"),
    "partners:agreement_sign": ("write", "write"),
    "partners:agreement_end": ("write", "write"),
    "partners:agreement_delete": ("write", "write"),
    "partners:agreement_file_add": ("write", "write"),
    "partners:agreement_file": ("read", NO),
    "partners:annex_write": (NO, "write"),
    "partners:annex": ("read", "write"),
    "partners:annex_live": ("read", NO),
    "partners:annex_docx": ("read", NO),
    "partners:annex_pdf": ("read", NO),
    "partners:body_add": ("write", "write"),
    "partners:body_edit": ("write", "write"),
    "partners:body_dissolve": ("write", "write"),
    "partners:body_remove": ("write", "write"),
    # who does what
    "partners:matrix": ("read", NO),
    "partners:matrix_edit": ("write", "write"),
    "partners:responsibility": ("read", "write"),
    "partners:functions": ("read", NO),
    "partners:function_add": ("write", "write"),
    "partners:function_edit": ("write", "write"),
    "partners:function_drop": (NO, "write"),
    # what the matrix complains about
    "partners:complaint_accept": ("write", "write"),
    "partners:complaint_end": (NO, "write"),
    # what partners are able to do
    "partners:capacity": ("read", NO),
    "partners:capacity_of": ("read", NO),
    "partners:capacity_check": ("write", "write"),
    "partners:need_add": ("write", "write"),
    "partners:need_done": ("write", "write"),
    "partners:need_remove": ("write", "write"),
    # costs, who pays them, and exchange rates
    "funding:funding": ("read", NO),
    "funding:funding_xlsx": ("read", NO),
    "funding:plan_edit": ("write", "write"),
    "funding:costs": ("read", NO),
    "funding:cost_add": ("write", "write"),
    "funding:cost_edit": ("write", "write"),
    "funding:cost_copy": ("write", "write"),
    "funding:cost_remove": ("write", "write"),
    "funding:phase_add": ("write", "write"),
    "funding:phase_edit": ("write", "write"),
    "funding:phase_remove": ("write", "write"),
    "funding:sources": ("read", NO),
    "funding:source_add": ("write", "write"),
    "funding:source": ("read", NO),
    "funding:source_edit": ("write", "write"),
    "funding:source_remove": ("write", "write"),
    "funding:contribution_add": ("write", "write"),
    "funding:contribution_edit": ("write", "write"),
    "funding:contribution_move": (NO, "write"),
    "funding:contribution_remove": ("write", "write"),
    "funding:rates": ("read", NO),
    "funding:rate_add": ("write", "write"),
    # what is put off, and how late things are chased
    "reminders:chasing": ("read", "manage"),
}
PORTFOLIO = {
    "dashboards:portfolio": ("facilitate", NO),
    "dashboards:portfolio_csv": ("facilitate", NO),
    "dashboards:portfolio_rounds": ("facilitate", NO),
    "dashboards:portfolio_partners": ("facilitate", NO),
    "dashboards:portfolio_organisations": ("facilitate", NO),
    "dashboards:queue": ("facilitate", NO),
    "dashboards:portfolio_ask": ("facilitate", "facilitate"),
    "dashboards:donor": ("look", NO),
    "dashboards:donor_programs": ("look", NO),
    "dashboards:donor_program": ("look", NO),
    "reminders:put_off": ("facilitate", NO),
    "reminders:portfolio_week": ("facilitate", NO),
}
ORGANISATION = {
    "accounts:organisation": ("belong", NO),
    "accounts:organisation_edit": ("admin", "admin"),
    "accounts:organisation_access": ("admin", NO),
    "accounts:person_admin": (NO, "admin"),
    "accounts:person_remove": ("admin", "admin"),
    "accounts:portfolios_list": ("admin", NO),
    "accounts:portfolio_add": ("admin", "admin"),
    "accounts:portfolio": ("admin", NO),
    "accounts:portfolio_edit": ("admin", "admin"),
    "accounts:watcher_remove": ("admin", "admin"),
    "assessments:organisation_instruments": ("admin", NO),
    "assessments:instrument_import": ("admin", "admin"),
    "reminders:operations": ("admin", NO),
    "reminders:delivery_retry": (NO, "admin"),
}
INSTRUMENT = {  # at the own place and the other one it is published, at the sibling’s a draft
    "assessments:instrument": ("know", NO),
    "assessments:instrument_export": ("know", NO),
    "assessments:instrument_preview": ("know", NO),
    "assessments:instrument_publish": (NO, "keep"),
    "assessments:instrument_discard": ("keep", "keep"),
}
RATER = {  # the pages of one rater: signed in, or by a personal link
    "assessments:rating": ("rate", NO),
    "assessments:rating_dimension": ("rate", "rate"),
    "assessments:rating_progress": ("rate", NO),
    "assessments:rating_before": ("rate", NO),
    "assessments:rating_check": ("rate", NO),
    "assessments:rating_finish": (NO, "rate"),
    "assessments:rating_name": (NO, "rate"),
    "assessments:rater_room": ("rate", NO),
    "assessments:rater_room_live": ("rate", NO),
    "assessments:rater_room_say": (NO, "rate"),
}
OWNED = {  # told to one person, and made by one person: the lead of each place
    "reminders:notice_open": (NO, "own"),
    "reminders:notice_done": (NO, "own"),
    "reminders:snooze": ("own", "own"),
    "reminders:snooze_end": (NO, "own"),
}
INVITING = {  # each stands for three: to an organisation, a portfolio, a program
    "accounts:invitation_add": ("invite", "invite"),
    "accounts:invitation_resend": (NO, "invite"),
    "accounts:invitation_revoke": (NO, "invite"),
}
TABLES = {
    "open": OPEN,
    "key": KEYS,
    "signed in": SIGNED_IN,
    "program": PROGRAM,
    "portfolio": PORTFOLIO,
    "organisation": ORGANISATION,
    "instrument": INSTRUMENT,
    "rater": RATER,
    "owned": OWNED,
    "inviting": INVITING,
}
PLACES = ("own", "sibling", "other", "archived", "absent", "crossed")
ONE_PLACE = {"open", "key"}
# Of no use twice: the own organisation keeps the sibling and the archived program too.
SKIPPED: dict[str, set[str]] = {
    "organisation": {"sibling", "archived"},
    "instrument": {"archived"},
    "inviting": {"crossed"},
}


@dataclass(frozen=True, slots=True)
class Route:
    """One address of the resolver: its full name, the names of its numbers, and its view."""

    name: str
    params: tuple[str, ...]
    view: Any

    @property
    def about(self) -> str:
        """Which table lists it; empty when none does."""
        return next((about for about, table in TABLES.items() if self.name in table), "")

    def places(self, actor: str) -> Iterator[str]:
        """Where it is walked: once when it is about nothing, crossed when it has a second number."""
        if self.about in ONE_PLACE or (self.about == "signed in" and self.name != "journal:save"):
            yield "own"
            return
        inner = [name for name in self.params[1:] if name not in OF_THE_GUIDE]
        for place in PLACES:
            if place not in SKIPPED.get(self.about, set()) | far_from(actor) and (place != "crossed" or inner):
                yield place

    def methods(self, place: str) -> Iterator[str]:
        """Both at the own place; elsewhere those there are."""
        for method, needs in zip(("GET", "POST"), TABLES[self.about][self.name], strict=True):
            if needs or place == "own":
                yield method


def far_from(actor: str) -> set[str]:
    """Places that are to the actor like the own one: refused for the same reason. Walking them shows nothing new."""
    if actor in SIGNED_OUT:
        return {"sibling", "archived", "other", "crossed"}
    if not {"own", "sibling", "archived"} & STANDS[actor].keys():
        return {"sibling", "archived", "crossed"}
    return set()


def routes_of(entries: Sequence[URLPattern | URLResolver], space: str = "", outer: tuple = ()) -> Iterator[Route]:
    """Every address, those of included files too."""
    for entry in entries:
        params = (*outer, *(getattr(entry.pattern, "converters", None) or entry.pattern.regex.groupindex))
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from routes_of(entry.url_patterns, inner, params)
        else:
            yield Route(f"{space}{entry.name}", params, entry.callback)


def expected(route: Route, method: str, *, actor: str, place: str, kind: str = "") -> str:
    """What must come of it: `in`, `sign in`, `not found`, `forbidden` or `no such method`."""
    get, post = TABLES[route.about][route.name]
    needs = get if method == "GET" else post
    if route.about == "rater":
        return _of_rater(route, actor=actor, place=place, has_method=bool(needs))
    if at_the_door := _at_the_door(route, needs, actor=actor):
        return at_the_door
    may, may_know = _allowed(route, actor=actor, place=place, kind=kind)
    if not may_know:
        return "not found"
    # Of an address without this method the door asks what the other one needs.
    if not {need for need in (needs or get or post, get) if need} <= may:
        return "forbidden"
    if not needs:
        return "no such method"
    return "not found" if place == "crossed" or _is_hidden(route, place) else "in"


def _at_the_door(route: Route, needs: str, *, actor: str) -> str:
    """What comes of it wherever it is; empty if that depends on the place."""
    is_save = route.name == "journal:save"
    if is_save and actor == "rater by link":  # who is known there, but may save nothing but ratings
        return "not found" if needs else "no such method"
    if actor in SIGNED_OUT and "all" not in TABLES[route.about][route.name]:
        return "sign in"
    if route.about == "key":  # which nobody here has
        return "not found"
    if route.about in {"open", "signed in"} and not (is_save and needs):
        return "in" if needs else "no such method"
    return ""


def _of_rater(route: Route, *, actor: str, place: str, has_method: bool) -> str:
    """Own pages alone. A link opens those of one round: not of the one that is discussed at the same place."""
    rates_here = place == "own" and actor in RATERS
    if rates_here and (actor not in SIGNED_OUT or route.name not in ROUND_AT):
        return "in" if has_method else "no such method"
    return "sign in" if actor in SIGNED_OUT else "not found"


def _is_hidden(route: Route, place: str) -> bool:
    return route.name == "dashboards:donor_program" and place == "archived"


def _allowed(route: Route, *, actor: str, place: str, kind: str) -> tuple[set[str], bool]:
    """What the actor may do there, and whether the actor may know of it at all."""
    at = "own" if place == "crossed" else place
    if route.about == "portfolio":
        may = _words(PORTFOLIO_ROLES, WATCHES, actor, at)
        needed = set(TABLES["portfolio"][route.name]) - {NO}
        return may, needed <= may
    if route.about == "organisation":
        may = _words(ORGANISATION_ROLES, BELONGS, actor, at)
        return may, bool(may)
    if route.about == "instrument":
        may = _words(INSTRUMENT_ROLES, KNOWS_INSTRUMENT, actor, at)
        return may, bool(may)
    if route.about == "owned":
        may = {"own"} if STANDS[actor].get(at) == "lead" else set()
        return may, bool(may)
    if route.about == "inviting":
        return _may_invite(actor, at, kind)
    may = _in_program(actor, at)
    if place == "crossed" and "read" in may:
        may = may | {"key"}  # who types in sheets is asked of a round, and here there is none
    return may, bool(may) if route.name != "journal:save" else "read" in may


def _words(roles: dict[str, str], standings: dict[str, dict[str, str]], actor: str, place: str) -> set[str]:
    role = standings.get(actor, {}).get(place)
    return set(roles[role].split()) if role else set()


def _in_program(actor: str, place: str) -> set[str]:
    may = _words(PROGRAM_ROLES, STANDS, actor, place)
    if place != "archived":
        return may
    return may & STILL_WHEN_ARCHIVED if STANDS[actor].get(place) != "donor" else set()


def _may_invite(actor: str, place: str, kind: str) -> tuple[set[str], bool]:
    """Administrators invite to what their organisation keeps; whoever manages a program, to its team."""
    if kind == "program":
        may = _in_program(actor, place) if place != "archived" else set()  # a closed program takes nobody in
        return ({"invite"} if "manage" in may else set()), "read" in may
    keeper = "other" if place == "other" else "own" if place != "absent" else ""
    belongs = BELONGS.get(actor, {}).get(keeper)
    knows = bool(belongs) if kind == "organisation" else belongs == "admin" or place in WATCHES.get(actor, {})
    return ({"invite"} if belongs == "admin" else set()), knows
