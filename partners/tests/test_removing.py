"""Taking away what was written down by mistake: asked back once, kept by the history, told to pages left open."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from accounts.models import User
from journal.models import Change
from journal.tests.haste import at_once
from partners.domain import agreements, annex_writing, annexes, bodies, complaints, partners, people, removals, support
from partners.domain.agreements import Gone, Refused
from partners.domain.partners import Refused as PartnerRefused
from partners.domain.support import NewNeed
from partners.models import (
    Agreement,
    Annex,
    CoordinationBody,
    FocalPerson,
    Partner,
    Responsibility,
    SupportNeed,
)
from partners.tests.agreement_cases import TODAY, body, day, draft, ended, paper, signed, terms, typed
from partners.tests.annex_cases import person
from partners.tests.role_cases import add_partner, cell, function_of, give, inputs_seq
from programs.domain import describing, history, stray_files
from programs.models import PendingFile, Program

ClientFor = Callable[[User | None], Client]


def url(name: str, program: Program, *parts: int) -> str:
    return reverse(f"partners:{name}", args=[program.pk, *parts])


def lines(program: Program) -> list[str]:
    return [line.what for line in history.of_program(program).lines]


def planned(partner: Partner, by: User, **said: Any) -> SupportNeed:
    wanted = {"kind": "training", "text": "Two days of practice.", "owner": by, "due_on": day(20)} | said
    return support.plan(partner, function_of(partner.program), NewNeed(**wanted), by=by)


# Drafts


def test_a_draft_is_deleted_and_the_history_keeps_that_it_was(office: Partner, editor: User, program: Program) -> None:
    made, kept = draft(office, title="By mistake"), draft(office, title="Kept")
    before = inputs_seq(program)
    for _ in range(2):
        agreements.delete(made, by=editor)
    assert (list(Agreement.objects.all()), inputs_seq(program)) == ([kept], before + 1)
    assert (lines(program)[0], lines(program).count("deleted the draft “By mistake”")) == (
        "deleted the draft “By mistake”",
        1,
    )
    assert "wrote down the agreement “By mistake”" in lines(program)


@pytest.mark.parametrize("make", [signed, lambda one: ended(one, on=TODAY)], ids=["signed", "ended"])
def test_what_was_signed_stays(
    office: Partner, signed_in: Client, editor: User, make: Callable[..., Agreement]
) -> None:
    made = make(office)
    with pytest.raises(Refused, match="stays in the register"):
        agreements.delete(made, by=editor)
    way = url("agreement_delete", made.program, made.pk)
    page, sent = signed_in.get(way).text, signed_in.post(way, follow=True).text
    assert ("stays in the register" in page, "button--bad" in page, "stays in the register" in sent) == (
        True,
        False,
        True,
    )
    assert (Agreement.objects.get(), way in signed_in.get(url("agreement", made.program, made.pk)).text) == (
        made,
        False,
    )


def test_it_is_asked_back_once(signed_in: Client, office: Partner, program: Program) -> None:
    made = draft(office)
    way = url("agreement_delete", program, made.pk)
    assert way in signed_in.get(url("agreement", program, made.pk)).text
    assert ("Delete “Memorandum on training”?" in signed_in.get(way).text, Agreement.objects.count()) == (True, 1)
    response = signed_in.post(way)
    assert (response.status_code, response["Location"]) == (302, url("agreements", program))
    assert Agreement.objects.count() == 0


def test_its_annexes_go_with_it_and_their_files_by_the_sweep(office: Partner, editor: User, program: Program) -> None:
    made, kept = draft(office), draft(office)
    for one in (made, kept):
        annex = Annex(agreement=one, number=1, content={}, state=Annex.State.READY, asked_by=editor)
        annex.docx.save("annexes/word.docx", ContentFile(b"PK"), save=False)
        annex.pdf.save("annexes/paper.pdf", ContentFile(b"%PDF-1.7"), save=True)
    stays, goes = ([file.name for file in (one.annexes.get().docx, one.annexes.get().pdf)] for one in (kept, made))
    agreements.delete(made, by=editor)
    assert sorted(PendingFile.objects.values_list("path", flat=True)) == sorted(goes)
    assert stray_files.sweep(timezone.now() + timedelta(days=2)) == 2
    assert [default_storage.exists(path) for path in [*stays, *goes]] == [True, True, False, False]


def test_a_worker_that_comes_too_late_leaves_no_file(
    office: Partner, editor: User, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = draft(office)
    annex = annexes.ask(made, by=editor)

    def delete_meanwhile(html: str, css: str) -> bytes:
        agreements.delete(made, by=editor)
        return b"%PDF-1.7"

    monkeypatch.setattr("partners.domain.annex_pdf.draw", delete_meanwhile)
    annex_writing.write(annex.pk)
    annex_writing.write(annex.pk)
    folder = f"annexes/{program.pk}"
    left = default_storage.listdir(folder)[1] if default_storage.exists(folder) else []
    assert (left, Annex.objects.count()) == ([], 0)


# People


def test_a_person_goes_and_the_roles_are_in_nobodys_name(office: Partner, editor: User, program: Program) -> None:
    ana, dara = person(office, "Ana Sok"), person(office, "Sok Dara")
    give(office, "A", held_by=ana, versions={"held_by": [4, editor.pk, "s", "2026-01-01"]})
    give(office, "R", "supply", held_by=dara)
    before = inputs_seq(program)
    for _ in range(2):
        people.remove(ana, by=editor)
    assert (list(FocalPerson.objects.all()), inputs_seq(program)) == ([dara], before + 1)
    assert (cell(office).letter, cell(office).held_by, cell(office).versions["held_by"][:3]) == (
        "A",
        None,
        [5, editor.pk, ""],
    )
    assert cell(office, "supply").held_by == dara
    newest = history.of_program(program).lines[:2]
    assert [(one.what, one.old, one.new) for one in newest] == [
        ("removed Ana Sok from those who speak for Health office", "", ""),
        ("changed who holds the role", "Ana Sok", "nothing"),
    ]


def test_it_is_asked_back_in_words_who_loses_whom(signed_in: Client, office: Partner, program: Program) -> None:
    ana = person(office, "Ana Sok", deputy="Chan Thy")
    way = url("person_remove", program, ana.pk)
    free = signed_in.get(way).text
    role = give(office, "A", held_by=ana)
    page = signed_in.get(way).text
    linked = url("responsibility", program, role.pk)
    assert ("in nobody’s name" in free, linked in free, "Chan Thy is noted as deputy and goes too" in free) == (
        False,
        False,
        True,
    )
    assert ("This role is then in nobody’s name:" in page, linked in page) == (True, True)
    assert way in signed_in.get(url("person_edit", program, ana.pk)).text
    response = signed_in.post(way)
    assert (response["Location"], FocalPerson.objects.count()) == (url("partner", program, office.pk), 0)


def test_complaints_about_a_role_without_deputy_end_with_its_name(office: Partner, lead: User) -> None:
    give(office, "A", held_by=person(office, deputy=""))
    found = [told.complaint.code for told in complaints.read(office.program, TODAY).told]
    people.remove(FocalPerson.objects.get(), by=lead)
    left = [told.complaint.code for told in complaints.read(office.program, TODAY).told]
    assert set(found) - set(left) == {"no-deputy"}


# Bodies and plans


@pytest.mark.parametrize("is_dissolved", [False, True])
def test_a_body_is_removed(signed_in: Client, office: Partner, program: Program, is_dissolved: bool) -> None:
    made, kept = body(office, name="By mistake"), body(office, name="Kept")
    if is_dissolved:
        bodies.dissolve(made, by=program.created_by)
    way = url("body_remove", program, made.pk)
    pages = ["agreements"] if is_dissolved else ["body_edit", "body_dissolve"]
    for page in pages:
        assert way in signed_in.get(url(page, program, *([] if page == "agreements" else [made.pk]))).text
    assert ("Remove “By mistake”?" in signed_in.get(way).text, CoordinationBody.objects.count()) == (True, 2)
    assert signed_in.post(way)["Location"] == f"{url('agreements', program)}#bodies"
    assert (CoordinationBody.objects.get(), lines(program)[0]) == (kept, "removed the coordination body “By mistake”")


def test_what_was_planned_by_mistake_leaves_the_plan(
    signed_in: Client, office: Partner, editor: User, program: Program
) -> None:
    made, kept = planned(office, editor), planned(office, editor, text="Kept.")
    way = url("need_remove", program, made.pk)
    of_pair = url("capacity_of", program, office.pk, function_of(program).pk)
    assert way in signed_in.get(of_pair).text
    assert ("Take it out of the plan?" in signed_in.get(way).text, SupportNeed.objects.count()) == (True, 2)
    assert signed_in.post(way)["Location"] == f"{of_pair}#needs"
    assert (SupportNeed.objects.get(), lines(program)[0]) == (
        kept,
        "took out of the plan for Health office: “Two days of practice.”",
    )


def test_what_is_done_stays_in_the_plan(signed_in: Client, office: Partner, editor: User, program: Program) -> None:
    made = planned(office, editor)
    support.finish(made, note="", by=editor)
    with pytest.raises(PartnerRefused, match="it stays"):
        support.remove(made, by=editor)
    way = url("need_remove", program, made.pk)
    assert ("it stays" in signed_in.get(way).text, "it stays" in signed_in.post(way, follow=True).text) == (True, True)
    assert SupportNeed.objects.get() == made


# Who may


def removing(partner: Partner, by: User) -> Iterator[Callable[[], object]]:
    made, ana, group, need = draft(partner), person(partner), body(partner), planned(partner, partner.created_by)
    yield lambda: agreements.delete(made, by=by)
    yield lambda: people.remove(ana, by=by)
    yield lambda: bodies.remove(group, by=by)
    yield lambda: support.remove(need, by=by)


def left() -> list[int]:
    return [model.objects.count() for model in (Agreement, FocalPerson, CoordinationBody, SupportNeed)]


@pytest.mark.parametrize("who", ["viewer", "facilitator", "admin", "donor", "other_facilitator", "stranger"])
def test_who_only_reads_removes_nothing(request: pytest.FixtureRequest, office: Partner, who: str) -> None:
    for verb in removing(office, request.getfixturevalue(who)):
        with pytest.raises(PermissionDenied):
            verb()
    assert left() == [1, 1, 1, 1]


def test_an_archived_program_keeps_everything(office: Partner, lead: User, program: Program) -> None:
    verbs = list(removing(office, lead))
    describing.archive(program, by=lead)
    for verb in verbs:
        with pytest.raises(PermissionDenied, match="This program is archived"):
            verb()
    assert left() == [1, 1, 1, 1]


# Pages left open


def gone(office: Partner, editor: User) -> dict[str, int]:
    """Something of every kind that was removed, by the name of its page."""
    made, ana, group, need = draft(office), person(office), body(office), planned(office, editor)
    moon = add_partner(office.program, "Ministry of Moon")
    numbers = {"agreement": made.pk, "person": ana.pk, "body": group.pk, "need": need.pk, "partner": moon.pk}
    agreements.delete(made, by=editor)
    people.remove(ana, by=editor)
    bodies.remove(group, by=editor)
    support.remove(need, by=editor)
    moon.delete()
    record = {"verb": "partner_removed", "kind": "partner", "new": {"name": "Ministry of Moon"}}
    Change.objects.create(object_id=numbers["partner"], actor=editor, program_id=office.program_id, **record)
    return numbers


@pytest.mark.parametrize(
    ("page", "what", "leads"),
    [
        ("agreement", "Memorandum on training", "agreements"),
        ("agreement_edit", "Memorandum on training", "agreements"),
        ("agreement_sign", "Memorandum on training", "agreements"),
        ("agreement_delete", "Memorandum on training", "agreements"),
        ("agreement_file_add", "Memorandum on training", "agreements"),
        ("body_edit", "District steering group", "agreements"),
        ("body_remove", "District steering group", "agreements"),
        ("person_edit", "Sok Dara", "partners"),
        ("person_remove", "Sok Dara", "partners"),
        ("need_done", "Two days of practice.", "capacity"),
        ("need_remove", "Two days of practice.", "capacity"),
        ("partner", "Ministry of Moon", "partners"),
        ("partner_edit", "Ministry of Moon", "partners"),
    ],
)
def test_a_page_of_what_is_gone_says_who_took_it_away(
    signed_in: Client,
    client_for: ClientFor,
    other_facilitator: User,
    office: Partner,
    editor: User,
    program: Program,
    other_program: Program,
    page: str,
    what: str,
    leads: str,
) -> None:
    number = gone(office, editor)[page.split("_")[0]]
    answer = signed_in.get(url(page, program, number), follow=True)
    assert answer.redirect_chain[0][0].partition("#")[0] == url(leads, program)
    assert f"“{what}” is not there any more: {editor.name} took it away" in answer.text
    assert client_for(other_facilitator).get(url(page, program, number)).status_code == 404
    assert signed_in.get(url(page, program, number + 10_000)).status_code == 404
    assert removals.of("agreement")(other_program, number) is None


def test_pages_of_an_annex_say_that_its_draft_is_gone(
    signed_in: Client, client_for: ClientFor, other_facilitator: User, office: Partner, editor: User, program: Program
) -> None:
    made = draft(office)
    annex = annexes.ask(made, by=editor)
    agreements.delete(made, by=editor)
    words = f"“Memorandum on training” is not there any more: {editor.name} took it away"
    for page in ("annex", "annex_docx", "annex_pdf"):
        answer = signed_in.get(url(page, program, annex.pk), follow=True)
        assert ([way for way, _ in answer.redirect_chain], words in answer.text) == (
            [url("agreements", program)],
            True,
        )
    live = signed_in.get(url("annex_live", program, annex.pk))
    assert (live.status_code, live["X-Live"], words in live.text) == (200, "done", True)
    for somebody in (signed_in, client_for(other_facilitator)):
        number = annex.pk + (10_000 if somebody is signed_in else 0)
        assert somebody.get(url("annex_live", program, number)).status_code == 404


def test_what_was_typed_into_a_deleted_draft_becomes_a_new_one(
    signed_in: Client, office: Partner, editor: User, program: Program
) -> None:
    made = draft(office)
    way = url("agreement_edit", program, made.pk)
    said = typed(signed_in.get(way), title="Typed for an hour", exit_terms="Three months")
    agreements.delete(made, by=editor)
    answer = signed_in.post(way, said)
    assert (answer.status_code, f'action="{url("agreement_add", program)}"' in answer.text) == (409, True)
    for words in ("took it away", "What you typed is kept here", "Typed for an hour", "Three months"):
        assert words in answer.text
    assert signed_in.post(url("agreement_add", program), typed(answer)).status_code == 302
    assert Agreement.objects.get().title == "Typed for an hour"


def test_what_was_typed_of_a_removed_body_is_kept(
    signed_in: Client, office: Partner, editor: User, program: Program
) -> None:
    made = body(office)
    way = url("body_edit", program, made.pk)
    said = typed(signed_in.get(way), name="Typed name")
    bodies.remove(made, by=editor)
    answer = signed_in.post(way, said)
    assert (answer.status_code, "took it away" in answer.text, "Typed name" in answer.text) == (409, True, True)
    assert f'action="{url("body_add", program)}"' in answer.text
    assert signed_in.post(url("body_add", program), typed(answer)).status_code == 302
    assert CoordinationBody.objects.get().name == "Typed name"


def test_what_was_typed_of_a_removed_person_is_kept(
    signed_in: Client, office: Partner, editor: User, program: Program
) -> None:
    ana = person(office, "Ana Sok")
    way = url("person_edit", program, ana.pk)
    said = typed(signed_in.get(way), name="Typed name")
    people.remove(ana, by=editor)
    answer = signed_in.post(way, said)
    assert (answer.status_code, "took it away" in answer.text, "Typed name" in answer.text) == (409, True, True)
    assert f'action="{url("person_add", program, office.pk)}"' in answer.text
    assert signed_in.post(url("person_add", program, office.pk), typed(answer)).status_code == 302
    assert FocalPerson.objects.get().name == "Typed name"


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("agreement_sign", {"signed_on": TODAY.isoformat(), "note": "Signed by all but one"}),
        ("agreement_end", {"ended_on": day(-3).isoformat(), "ended_why": "The ministry took over"}),
        ("agreement_file_add", {"note": "The amendment of May"}),
    ],
)
def test_what_was_typed_to_do_something_with_a_deleted_draft_stays_to_be_copied(
    signed_in: Client,
    client_for: ClientFor,
    viewer: User,
    office: Partner,
    editor: User,
    program: Program,
    page: str,
    words: dict[str, str],
) -> None:
    made = draft(office)
    way, said = url(page, program, made.pk), words | {"nonce": "a" * 32}
    agreements.delete(made, by=editor)
    for _ in range(2):  # whoever sends it once more still has it
        answer = signed_in.post(way, said | {"file": paper().file})
        [told] = answer.context["form"].errors.pop("__all__")
        assert (answer.status_code, dict(answer.context["form"].errors), told.count("took it away")) == (409, {}, 1)
        assert told.endswith(" What you typed is kept here: you can copy it.")
        assert "<button" not in answer.text.partition('enctype="multipart/form-data"')[2].partition("</form>")[0]
        assert [escape(one) in answer.text for one in (told, *words.values())] == [True] * (1 + len(words))
    assert (Agreement.objects.count(), PendingFile.objects.count()) == (0, 0)
    for somebody, number, status in ((client_for(viewer), made.pk, 403), (signed_in, made.pk + 10_000, 404)):
        assert somebody.post(url(page, program, number), said).status_code == status


def test_a_form_sent_again_after_the_removal_is_refused_in_words(
    office: Partner, editor: User, program: Program
) -> None:
    said = {"name": "Group", "level": "district", "rhythm": "monthly", "next_meeting_on": None, "members": [office]}
    need = NewNeed("training", "Two days.", editor, day(9))
    made = (
        lambda: agreements.add(program, terms(office), by=editor, key="a"),
        lambda: people.add(office, {"name": "Ana"}, by=editor, key="p"),
        lambda: bodies.add(program, said, by=editor, key="b"),
        lambda: support.plan(office, function_of(program), need, by=editor, key="s"),
        lambda: partners.add(program, "Hill college", {"kind": "academic", "levels": []}, by=editor, key="o"),
    )
    verbs = (agreements.delete, people.remove, bodies.remove, support.remove, partners.remove)
    fates = (
        "the draft was deleted",
        "the person was removed",
        "the body was removed",
        "it was removed from the plan",
        "the partner was taken off the list",
    )
    for make, remove, fate in zip(made, verbs, fates, strict=True):
        remove(make(), by=editor)
        with pytest.raises((Refused, PartnerRefused)) as refused:
            make()
        assert str(refused.value) == f"You sent this form before, and {fate} since. Open the form anew."
    assert left() == [0, 0, 0, 0]


def test_an_annex_asked_for_again_after_its_draft_was_deleted_is_refused(office: Partner, editor: User) -> None:
    made = draft(office)
    annex = annexes.ask(made, by=editor, key="x")
    assert annexes.ask(made, by=editor, key="x") == annex
    agreements.delete(made, by=editor)
    with pytest.raises(Gone, match=r"^Somebody deleted this draft meanwhile\.$"):
        annexes.ask(annex.agreement, by=editor, key="x")


def test_verbs_behind_an_open_door_say_that_it_is_gone(office: Partner, editor: User) -> None:
    made, ana, group, need = draft(office), person(office), body(office), planned(office, editor)
    for verb in (agreements.delete, people.remove, bodies.remove, support.remove):
        verb({agreements.delete: made, people.remove: ana, bodies.remove: group, support.remove: need}[verb], by=editor)
    ana.pk, ana.partner = ana.pk or 1, office
    with pytest.raises(Gone, match="deleted this draft meanwhile"):
        agreements.sign(made, signed_on=TODAY, by=editor)
    with pytest.raises(Gone, match="deleted this draft meanwhile"):
        annexes.ask(made, by=editor)
    with pytest.raises(PartnerRefused, match="removed this person meanwhile"):
        people.change(ana, wanted={"duty": "x"}, seen={}, by=editor)
    with pytest.raises(Refused, match="removed this body meanwhile"):
        bodies.dissolve(group, by=editor)
    with pytest.raises(PartnerRefused, match="removed this from the plan meanwhile"):
        support.finish(need, note="", by=editor)


# At once


@pytest.mark.django_db(transaction=True)
def test_a_person_and_a_role_given_to_them_at_once(guide: object, program: Program, lead: User) -> None:
    """Whoever comes first: no role is left in the name of somebody who is not there."""
    from programs.tests.saving_cases import mutation, save

    partner = add_partner(program)
    for number in range(4):
        ana, role = person(partner, f"Ana {number}"), cell(partner)
        give(partner, "A")
        wish = mutation(role, "held_by", str(ana.pk), base=role.versions.get("held_by", [0])[0])
        done = at_once(lambda ana=ana: people.remove(ana, by=lead), lambda wish=wish: save(wish, lead))
        assert [one for one in done if type(one).__name__ in {"IntegrityError", "OperationalError"}] == []
    assert list(Responsibility.objects.exclude(held_by=None)) == []
