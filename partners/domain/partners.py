"""Partners of a program: taking one in, changing what is said of it, the matrix rows that come with it, and levels."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Invitation, Organisation, User
from journal import facts, once
from journal.facts import ChangedMeanwhile
from journal.models import Change
from journal.record import record
from partners.domain import names
from partners.domain.counting import mark_stale
from partners.functions import BUILT_IN
from partners.models import Function, Partner, Partnership, Responsibility
from programs.models import Program
from programs.standing import Can, require

KIND = "partner"
FACTS = ("kind", "levels", "brings", "wants", "since_on", "until_on")
PARTNERSHIP_FACTS = ("levels",)
MOST = 60
GOES_WITH_IT = frozenset({"responsibilities", "focal_people"})


class Refused(Exception):
    """This cannot be done with the partners of the program now; the message says why and what to do."""


class AlmostTheSame(Refused):
    """A new organisation has almost the name of one that is known; whoever means another one says so."""


def of_program(program: Program) -> QuerySet[Partner]:
    """By name; who left comes with the rest."""
    return Partner.objects.filter(program=program).select_related("organisation").order_by("organisation__name", "pk")


def find(program: Program, partner_id: int) -> Partner | None:
    """One partner of a program."""
    found = of_program(program).filter(pk=partner_id).first()
    if found is not None:
        found.program = program
    return found


def known(by: User) -> QuerySet[Organisation]:
    """Organisations a person may know of: their own, and those of programs they can see."""
    visible = Program.objects.visible_to(by)
    found = Organisation.objects.filter(
        Q(affiliations__user=by) | Q(programs__in=visible) | Q(partnerships__program__in=visible)
    )
    return Organisation.objects.filter(pk__in=found.values("pk")).order_by("name", "pk")


def offered(program: Program, *, by: User) -> QuerySet[Organisation]:
    """Those of them that a person may pick as partner."""
    return known(by).exclude(pk__in=Partner.objects.filter(program=program).values("organisation"))


@transaction.atomic
def add(
    program: Program,
    organisation: Organisation | str,
    said: Mapping[str, Any],
    *,
    is_another: bool = True,
    by: User,
    key: str = "",
) -> Partner:
    """Takes a partner in: an organisation one can see, or a new one by its name. `said` are `FACTS`.

    Unless `is_another`, a new one must not have almost the name of one that is known. The same key again gives the
    same partner. Raises Refused, AlmostTheSame, or PermissionDenied for who may not write here.
    """
    require(by, program.pk, Can.WRITE)
    gone = Refused(_("You sent this form before, and the partner was taken off the list since. Open the form anew."))
    if made := once.made_before(Partner, key, by=by, gone=gone):
        return made
    if isinstance(organisation, Organisation):
        _hold_organisation(organisation)
    begin(program)
    if Partner.objects.filter(program=program).count() >= MOST:
        raise Refused(_("A program takes at most %(most)s partners. Take one off the list first.") % {"most": MOST})
    if isinstance(organisation, str):
        organisation = _new_organisation(program, organisation, is_another=is_another, by=by)
    else:
        _refuse_unknown(program, organisation, by=by)
    made = Partner.objects.create(program=program, organisation=organisation, created_by=by, **said)
    made.responsibilities.bulk_create(
        Responsibility(partner=made, function=function) for function in Function.objects.filter(program=program)
    )
    record("partner_added", KIND, made.pk, by=by, program_id=program.pk, new={"name": organisation.name}, key=key)
    mark_stale(program.pk)
    return made


@transaction.atomic
def change(partner: Partner, *, wanted: Mapping[str, Any], seen: Mapping[str, Any], by: User) -> None:
    """Changes what is said of a partner. Raises ChangedMeanwhile (see `journal.facts`), Refused or PermissionDenied."""
    held = Partner.objects.select_for_update(no_key=True).get(pk=partner.pk)
    require(by, held.program_id, Can.WRITE)
    try:
        with transaction.atomic():
            changed = facts.change(held, FACTS, wanted=wanted, seen=seen, kind=KIND, program_id=held.program_id, by=by)
    except IntegrityError:  # the other day was changed by somebody else, and the two do not fit together
        raise Refused(_("It cannot end before it begins. Somebody changed the other day meanwhile.")) from None
    if changed:
        mark_stale(held.program_id)


@transaction.atomic
def rename(partner: Partner, *, wanted: Mapping[str, Any], seen: Mapping[str, Any], by: User) -> None:
    """Corrects the name of an organisation that was entered here. Raises ChangedMeanwhile or Refused."""
    require(by, partner.program_id, Can.WRITE)
    held = Organisation.objects.select_for_update(no_key=True).get(pk=partner.organisation_id)
    if not is_entered_here(partner):
        raise Refused(_("This organisation is known beyond this program, so its name cannot be changed here."))
    name, old = wanted["name"], held.name
    if name in (seen.get("name"), old):
        return
    if old != seen.get("name"):
        raise ChangedMeanwhile({"name": old}, now={"name": old})
    others = Partner.objects.filter(program=partner.program_id).exclude(pk=partner.pk)
    if others.filter(organisation__name__iexact=name).exists():
        raise Refused(_("“%(name)s” is a partner already.") % {"name": name})
    held.name = name
    held.save(update_fields=["name"])
    record("changed", KIND, partner.pk, by=by, program_id=partner.program_id, field="name", old=old, new=name)
    mark_stale(partner.program_id)


@transaction.atomic
def remove(partner: Partner, *, by: User) -> None:
    """Takes a partner off the list that was put there by mistake.

    The people who speak for it go with it, and so does an organisation that was entered here and that nobody else
    has to do with: others shall not be offered what was a mistake. Done already, it changes nothing. Raises Refused
    once something else hangs on it: whoever leaves gets a last day instead, and stays readable.
    """
    require(by, partner.program_id, Can.WRITE)
    held = Partner.objects.select_for_update().filter(pk=partner.pk).first()
    if held is None:
        return
    if is_used(held):
        raise Refused(
            _("This partner has tasks, agreements or checks. Enter the day until which it is a partner instead.")
        )
    record("partner_removed", KIND, held.pk, by=by, program_id=held.program_id, new={"name": str(held)})
    organisation = Organisation.objects.select_for_update().get(pk=held.organisation_id)
    goes_too, program_id = is_entered_here(held), held.program_id
    held.delete()
    if goes_too:
        organisation.delete()
    mark_stale(program_id)


def begin(program: Program) -> Partnership:
    """The partnership of a program, locked, with the built-in functions; made when it is first needed."""
    partnership, is_new = Partnership.objects.get_or_create(program=program)
    if is_new:
        Function.objects.bulk_create(
            Function(program=program, key=key, levels=list(one.levels), position=place)
            for place, (key, one) in enumerate(BUILT_IN.items(), start=1)
        )
    return Partnership.objects.select_for_update().get(pk=partnership.pk)


def hold_all(program: Program) -> None:
    """Locks the partners that new rows refer to. Call it before `begin`: partners are locked before the partnership."""
    list(Partner.objects.filter(program=program).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def is_used(partner: Partner) -> bool:
    """Whether anything hangs on a partner, in this app or another, but the people who speak for it."""
    if partner.responsibilities.exclude(letter="").exists():
        return True
    others = [one for one in Partner._meta.related_objects if one.get_accessor_name() not in GOES_WITH_IT]
    return any(one.related_model._default_manager.filter(**{one.field.name: partner}).exists() for one in others)


def is_entered_here(partner: Partner) -> bool:
    """Whether its organisation came with it by name, and nothing else has to do with it since.

    One that was founded by an administrator has a history of its own, or somebody is invited to it.
    """
    if Change.objects.about("organisation", partner.organisation_id).exists():
        return False
    if Invitation.objects.about("organisation", partner.organisation_id).exists():
        return False
    others = [one for one in Organisation._meta.related_objects if one.get_accessor_name() != "partnerships"]
    if any(
        one.related_model._default_manager.filter(**{one.field.name: partner.organisation}).exists() for one in others
    ):
        return False
    return not partner.organisation.partnerships.exclude(pk=partner.pk).exists()


def partnership_of(program: Program) -> Partnership:
    """How its partners work together; one that was never begun is not in the table yet."""
    return Partnership.objects.filter(program=program).first() or Partnership(program=program)


@transaction.atomic
def change_levels(program: Program, *, wanted: Mapping[str, Any], seen: Mapping[str, Any], by: User) -> None:
    """Says at which levels the program works. Raises ChangedMeanwhile or PermissionDenied."""
    require(by, program.pk, Can.WRITE)
    held = begin(program)
    if facts.change(
        held, PARTNERSHIP_FACTS, wanted=wanted, seen=seen, kind="partnership", program_id=program.pk, by=by
    ):
        mark_stale(program.pk)


def _hold_organisation(organisation: Organisation) -> None:
    """Keeps it from going away with the last partner it was, until the end of the transaction."""
    if Organisation.objects.select_for_update(no_key=True).filter(pk=organisation.pk).first() is None:
        raise Refused(_("Choose one of the organisations shown, or enter a new one."))


def _refuse_unknown(program: Program, organisation: Organisation, *, by: User) -> None:
    if not known(by).filter(pk=organisation.pk).exists():
        raise Refused(_("Choose one of the organisations shown, or enter a new one."))
    if Partner.objects.filter(program=program, organisation=organisation).exists():
        raise Refused(_("“%(name)s” is a partner already.") % {"name": organisation.name})


def _new_organisation(program: Program, name: str, *, is_another: bool, by: User) -> Organisation:
    """Entered by name. One of the program's partners by that name already is a mistake."""
    partners = set(Partner.objects.filter(program=program).values_list("organisation", flat=True))
    for one in known(by):
        is_partner = one.pk in partners
        if is_partner and one.name.casefold() == name.casefold():
            raise Refused(_("“%(name)s” is a partner already.") % {"name": one.name})
        if not is_another and names.are_alike(one.name, name):
            raise AlmostTheSame(_point_out(is_partner=is_partner) % {"name": one.name})
    return Organisation.objects.create(name=name)


def _point_out(*, is_partner: bool) -> str:
    if is_partner:
        return _("“%(name)s” is a partner already. If you mean another organisation, tick the box below.")
    return _("“%(name)s” is in the list above: choose it there. If you mean another one, tick the box below.")
