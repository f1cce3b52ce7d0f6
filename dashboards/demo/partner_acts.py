"""What people do about partners and money in a story: verbs of `content/partners/*.toml` as calls of the domain."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Organisation
from dashboards.demo.acts import FILE, Scene, save
from funding.domain import contributions, costs, phases, plans, rates, sources
from journal import facts, saving
from partners.domain import accepting, agreements, bodies, capacity, functions, partners, people, support
from partners.domain.agreement_files import Paper
from partners.domain.capacity import NewCheck
from partners.domain.support import NewNeed
from partners.models import SIDES, FocalPerson, Function, Partner, Responsibility
from programs.domain import uploads

Said = dict[str, Any]


def partner(scene: Scene, name: str) -> Partner:
    """By the first words of the name of its organisation."""
    return Partner.objects.select_related("program").get(program=scene.program, organisation__name__startswith=name)


def function(scene: Scene, name: str) -> Function:
    """A built-in one by its key, one of the program's own by its name."""
    known = Function.objects.filter(program=scene.program)
    return known.filter(key=name).first() or known.get(name=name)


def take_in(scene: Scene, rows: Iterable[Said]) -> None:
    """Partners; an organisation of the cast by its key, or a new one by its name."""
    for one in rows:
        known = Organisation.objects.filter(name=one["name"]).first()
        organisation = scene.cast.organisations.get(one["name"]) or known or one["name"]
        said = {"brings": one["brings"], "wants": one["wants"], "kind": one["kind"], "levels": one["levels"]}
        days = {"since_on": scene.day_from_today(one["since"]), "until_on": None}
        made = partners.add(scene.program, organisation, said | days, by=scene.actor)
        for who in one.get("people", []):
            texts = dict.fromkeys(("duty", "contact", "deputy", "deputy_contact"), "") | who
            people.add(made, texts | {"left_on": None}, by=scene.actor)


def work_at(scene: Scene, levels: list[str]) -> None:
    seen = facts.facts_of(partners.partnership_of(scene.program), partners.PARTNERSHIP_FACTS)
    partners.change_levels(scene.program, wanted={"levels": levels}, seen=seen, by=scene.actor)


def add_functions(scene: Scene, rows: Iterable[Said]) -> None:
    for one in rows:
        functions.add(scene.program, {"step": None, "levels": [], "capacity_needed": 2} | one, by=scene.actor)


def assign(scene: Scene, letters: Mapping[str, Mapping[str, str]]) -> None:
    """By function and partner: a letter, perhaps with the person who holds the role: “A Ana Sok”."""
    for name, row in letters.items():
        for who, said in row.items():
            letter, _, holder = said.partition(" ")
            cell = Responsibility.objects.get(partner=partner(scene, who), function=function(scene, name))
            _save(scene, cell, "letter", letter)
            if holder:
                person = FocalPerson.objects.get(partner=cell.partner, name=holder)
                _save(scene, cell, "held_by", str(person.pk))


def _save(scene: Scene, cell: Responsibility, field: str, value: str) -> None:
    save("responsibility", cell, field, value, actor=saving.Actor(scene.actor, "demo"))


def agree(scene: Scene, rows: Iterable[Said]) -> None:
    """Agreements; with `signed`, so many days from today, they are signed on paper."""
    for one in rows:
        texts = {name: one.get(name, "") for name in ("decision_rights", "dispute_path", "exit_terms")}
        days = {"starts_on": scene.day_from_today(one["starts"]), "ends_on": scene.day_from_today(one["ends"])}
        said = {
            "title": one["title"],
            "kind": one.get("kind", "mou"),
            "parties": [partner(scene, name) for name in one["parties"]],
            "functions": [function(scene, name) for name in one["covers"]],
            "notice_days": one.get("notice", 90),
        }
        made = agreements.add(scene.program, said | texts | days, by=scene.actor)
        if "signed" in one:
            upload = SimpleUploadedFile("signed.txt", f"{one['title']}\n\n{FILE}".encode())
            paper = Paper(upload, uploads.check(upload))
            agreements.sign(made, signed_on=scene.day_from_today(one["signed"]), paper=paper, by=scene.actor)


def meet(scene: Scene, rows: Iterable[Said]) -> None:
    for one in rows:
        said = {name: one[name] for name in ("name", "level", "rhythm")}
        members = [partner(scene, name) for name in one["members"]]
        following = scene.day_from_today(one["next"])
        bodies.add(scene.program, said | {"members": members, "next_meeting_on": following}, by=scene.actor)


def check(scene: Scene, rows: Iterable[Said]) -> None:
    """Capacity checks; `sides` are the four values in their order."""
    for one in rows:
        values = dict(zip(SIDES, map(int, one["sides"].split()), strict=True))
        wanted = NewCheck(checked_on=scene.day, values=values, note=one.get("note", ""))
        capacity.check(partner(scene, one["partner"]), function(scene, one["function"]), wanted, by=scene.actor)


def support_them(scene: Scene, rows: Iterable[Said]) -> None:
    for one in rows:
        owner, due = scene.cast.people[one["owner"]], scene.day_from_today(one["due"])
        need = NewNeed(one["kind"], one["text"], owner, due)
        support.plan(partner(scene, one["partner"]), function(scene, one["function"]), need, by=scene.actor)


def live_with(scene: Scene, rows: Iterable[Said]) -> None:
    """Accepts complaints about functions for a time."""
    for one in rows:
        subject = f"function:{function(scene, one['function']).pk}"
        until = scene.day_from_today(one["until"])
        accepting.accept(scene.program, one["code"], subject, reason=one["reason"], until_on=until, by=scene.actor)


def add_up_in(scene: Scene, said: Said) -> None:
    """The currency of the plan, the limit of one source, and rates of other currencies."""
    plan = plans.of(scene.program)
    wanted = {"currency": said["currency"], "largest_share": said.get("largest_share", plan.largest_share)}
    plans.change(scene.program, wanted=wanted, seen=facts.facts_of(plan, plans.FACTS), by=scene.actor)
    for code, (rate, who) in said.get("rates", {}).items():
        known = {"currency": code, "rate": Decimal(rate), "dated_on": scene.day, "source": who}
        rates.add(scene.program, known, into=said["currency"], by=scene.actor)


def phase(scene: Scene, rows: Iterable[Said]) -> None:
    """Phases; years count from this one."""
    for one in rows:
        years = {"first_year": scene.today.year + one["first"], "last_year": scene.today.year + one["last"]}
        phases.add(scene.program, {"name": one["name"]} | years, by=scene.actor)


def cost(scene: Scene, rows: Iterable[Said]) -> None:
    """Cost lines; `times` says how many in each of the years from `first` on."""
    for one in rows:
        said = {"kind": one["kind"], "text": one["text"], "currency": one["currency"]}
        said["unit_amount"] = Decimal(str(one["amount"]))
        for number, quantity in enumerate(one["times"]):
            if quantity:
                year = scene.today.year + one.get("first", 0) + number
                costs.add(scene.program, said | {"year": year, "quantity": quantity}, by=scene.actor)


def fund(scene: Scene, rows: Iterable[Said]) -> None:
    """Sources with what they give, year by year from `first` on."""
    for one in rows:
        of = partner(scene, one["partner"]) if "partner" in one else None
        facts_of_source = {"name": one["name"], "kind": one["kind"], "partner": of}
        source = sources.add(scene.program, facts_of_source, by=scene.actor)
        for given in one["gives"]:
            said = {"covers": "", "is_in_budget": False, "is_in_kind": False, "note": ""} | given
            said |= {"year": scene.today.year + given["year"], "amount": Decimal(str(given["amount"]))}
            contributions.add(source, said, by=scene.actor)


VERBS: dict[str, Callable[[Scene, Any], None]] = {
    "take_in": take_in,
    "work_at": work_at,
    "add_functions": add_functions,
    "assign": assign,
    "agree": agree,
    "meet": meet,
    "check_capacity": check,
    "support": support_them,
    "add_up_in": add_up_in,
    "phase": phase,
    "cost": cost,
    "fund": fund,
    "live_with": live_with,
}
