"""What people do in a story: each verb of `content/*.toml` as calls of the domain."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from dashboards.demo.cast import Cast
from journal import saving
from programs.domain import conditions, evidencing, gates, reach, remarks, uploads, verifying
from programs.domain.evidencing import Piece
from programs.domain.gates import Decision, NewCondition
from programs.models import Condition, Evidence, GateReview, ItemAnswer, Membership, Program, Remark, StepPlan

FILE = "Kept for the demonstration. Everything in it is invented.\n"


@dataclass(slots=True)
class Scene:
    """One day of one program: who acts, and what they do. Due dates lie around the real `today`."""

    program: Program
    cast: Cast
    today: date
    day: date
    by: str

    @property
    def actor(self) -> User:
        return self.cast.people[self.by]

    def item(self, number: str) -> ItemAnswer:
        rows = ItemAnswer.objects.select_related("item", "plan__step", "plan__program")
        return rows.get(plan__program=self.program, item__number=number)

    def items(self, step: int) -> list[ItemAnswer]:
        rows = ItemAnswer.objects.select_related("item", "plan__step", "plan__program")
        return list(rows.filter(plan__program=self.program, plan__step__number=step).order_by("item__position"))

    def plan(self, step: int) -> StepPlan:
        return StepPlan.objects.select_related("step", "program").get(program=self.program, step__number=step)

    def day_from_today(self, days: int) -> date:
        return self.today + timedelta(days=days)


def answer(scene: Scene, number: str, field: str, value: str) -> None:
    """Saves one field as a person would, through the one saving path."""
    save("answer", scene.item(number), field, value, actor=saving.Actor(scene.actor, "demo"))


def save(kind: str, row: Any, field: str, value: str, *, actor: saving.Actor) -> None:
    """One field of a row, based on what is there."""
    base = row.versions.get(field, [0])[0]
    said = f"demo {kind} {row.pk} {field} {base} {value}"
    key = hashlib.sha256(said.encode()).hexdigest()
    saving.save(saving.Proposal(key, kind, row.pk, field, value, base), actor=actor)


def say(value: str) -> Callable[[Scene, Iterable[str]], None]:
    """The same answer to several items."""

    def act(scene: Scene, numbers: Iterable[str]) -> None:
        for number in numbers:
            answer(scene, number, "answer", value)

    return act


def not_applicable(scene: Scene, reasons: dict[str, str]) -> None:
    for number, reason in reasons.items():
        answer(scene, number, "reason", reason)
        answer(scene, number, "answer", "not_applicable")


def notes(scene: Scene, texts: dict[str, str]) -> None:
    for number, text in texts.items():
        answer(scene, number, "note", text)


def owners(scene: Scene, people: dict[str, str]) -> None:
    for number, key in people.items():
        answer(scene, number, "owner", str(scene.cast.people[key].pk))


def due(scene: Scene, days: dict[str, int]) -> None:
    for number, offset in days.items():
        answer(scene, number, "due_on", scene.day_from_today(offset).isoformat())


def target(scene: Scene, days: dict[str, int]) -> None:
    """When each step is to be reached."""
    for step, offset in days.items():
        plans = StepPlan.objects.filter(program=scene.program, step__number=int(step))
        plans.update(target_on=scene.day_from_today(offset), owner=scene.actor)


def evidence(scene: Scene, pieces: Iterable[dict[str, Any]]) -> None:
    for piece in pieces:
        add_evidence(scene, scene.item(piece["item"]), **{key: value for key, value in piece.items() if key != "item"})


def add_evidence(scene: Scene, row: ItemAnswer, *, title: str, kind: str = "note", **said: Any) -> Evidence:
    """A note, a link to example.org or a small text file, dated some days before."""
    slug = row.item.key
    upload = SimpleUploadedFile(f"{slug}.txt", f"{title}\n\n{FILE}".encode()) if kind == "file" else None
    expires = said.get("expires")
    piece = Piece(
        kind=kind,
        title=title,
        dated_on=scene.day - timedelta(days=said.get("age", 4)),
        expires_on=None if expires is None else scene.day_from_today(expires),
        url=f"https://example.org/{slug}" if kind == "link" else "",
        text=said.get("text", title) if kind == "note" else "",
        file=upload,
        checked=uploads.check(upload) if upload else None,
    )
    return evidencing.add(row, piece, by=scene.actor)


def work_on(scene: Scene, step: int) -> None:
    """The first items of a step get going."""
    for row in scene.items(step)[:4]:
        answer(scene, row.item.number, "answer", "under_way")


def finish(scene: Scene, passed: dict[str, Any]) -> None:
    """Says that a step's items are done, with evidence on all but some of those that are not critical."""
    open_ones, bare = passed.get("open", []), passed.get("bare", [])
    kinds = ("note", "link", "file")
    for place, row in enumerate(scene.items(passed["step"])):
        if row.item.number in open_ones:
            continue
        if row.item.number not in bare:
            add_evidence(scene, row, title=row.item.evidence[:150], kind=kinds[place % 3], age=place * 3 + 2)
        answer(scene, row.item.number, "answer", "done")


def submit(scene: Scene, said: dict[str, Any]) -> None:
    reviewer = scene.cast.people[said.get("reviewer", "facilitator")]
    promised = scene.day + timedelta(days=said.get("promise", 14))
    plan, message = scene.plan(said["step"]), said.get("message", "")
    gates.submit(plan, reviewer=reviewer, promised_on=promised, message=message, by=scene.actor)


def verify_step(scene: Scene, passed: dict[str, Any]) -> None:
    """Verifies what has evidence, but for the items the reviewer left for later."""
    left = {*passed.get("open", []), *passed.get("bare", []), *passed.get("unverified", [])}
    verify(scene, [row.item.number for row in scene.items(passed["step"]) if row.item.number not in left])


def verify(scene: Scene, numbers: Iterable[str]) -> None:
    for number in numbers:
        verifying.verify(scene.item(number), by=scene.actor)


def ask(scene: Scene, wishes: dict[str, str]) -> None:
    for number, wish in wishes.items():
        verifying.return_item(scene.item(number), note=wish, by=scene.actor)


def decide(scene: Scene, said: dict[str, Any]) -> None:
    waiting = GateReview.objects.select_related("plan__program", "plan__step")
    review = waiting.get(plan=scene.plan(said["step"]), outcome="", withdrawn_at=None)
    gates.decide(review, _decision(scene, said), by=scene.actor)


def record_past(scene: Scene, decided: Iterable[dict[str, Any]]) -> None:
    for said in decided:
        day = scene.day_from_today(-said["decided_ago"])
        gates.record_past(scene.plan(said["step"]), _decision(scene, said), decided_on=day, by=scene.actor)


def _decision(scene: Scene, said: dict[str, Any]) -> Decision:
    owed = [
        NewCondition(one["text"], scene.day_from_today(one["due"]), scene.cast.people[one["owner"]])
        for one in said.get("conditions", [])
    ]
    again = said.get("look_again")
    return Decision(
        outcome=said.get("outcome", "go"),
        reasons=said.get("reasons", "Evidence read and discussed in the review call; it holds."),
        signers=said.get("signers", []),
        conditions=owed,
        return_to=said.get("return_to"),
        look_again_on=None if again is None else scene.day_from_today(again),
        waiver=said.get("waiver", ""),
    )


def met(scene: Scene, said: dict[str, str]) -> None:
    conditions.say_met(_condition(scene, said["text"]), note=said["note"], by=scene.actor)


def confirm(scene: Scene, text: str) -> None:
    conditions.confirm(_condition(scene, text), by=scene.actor)


def _condition(scene: Scene, text: str) -> Condition:
    return Condition.objects.get(review__plan__program=scene.program, text=text)


def remark(scene: Scene, said: Iterable[dict[str, str]]) -> None:
    """A remark on an item; `answers` makes it a reply to the remark that begins so."""
    for one in said:
        row = scene.item(one["item"])
        first = Remark.objects.filter(answer=row, thread=None, text__startswith=one.get("answers", ""))
        thread = first.get() if "answers" in one else None
        remarks.write(row.plan, text=one["text"], by=scene.actor, answer=row, thread=thread)


def resolve(scene: Scene, starts: Iterable[str]) -> None:
    for start in starts:
        found = Remark.objects.get(plan__program=scene.program, thread=None, text__startswith=start)
        remarks.resolve(found, by=scene.actor)


def reached(scene: Scene, said: dict[str, Any]) -> None:
    reach.record_figure(scene.program, count=said["count"], as_of=scene.day, how_counted=said["how"], by=scene.actor)


def joins(scene: Scene, roles: dict[str, str]) -> None:
    for key, role in roles.items():
        Membership.objects.create(program=scene.program, user=scene.cast.people[key], role=role)


Act = Callable[[Scene, Any], None]
VERBS: dict[str, Act] = {
    "joins": joins,
    "work_on": work_on,
    "under_way": say("under_way"),
    "later": say("later"),
    "dont_know": say("dont_know"),
    "not_applicable": not_applicable,
    "notes": notes,
    "owners": owners,
    "due": due,
    "target": target,
    "evidence": evidence,
    "done": say("done"),
    "finish": finish,
    "remark": remark,
    "resolve": resolve,
    "reached": reached,
    "submit": submit,
    "verify_step": verify_step,
    "verify": verify,
    "ask": ask,
    "record_past": record_past,
    "decide": decide,
    "met": met,
    "confirm": confirm,
}
