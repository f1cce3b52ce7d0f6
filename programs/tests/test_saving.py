"""The saving path as a program's team uses it: once, in order, never over somebody's head."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from journal.models import Change, Mutation
from programs import look_again
from programs.models import ItemAnswer, Membership, Program, StepPlan, StepState
from programs.tests.saving_cases import at_once, item_of, mutation, save

ClientFor = Callable[[User | None], Client]


@pytest.fixture
def row(program: Program) -> ItemAnswer:
    return item_of(program)


@pytest.fixture
def browser(client_for: ClientFor, editor: User) -> Client:
    return client_for(editor)


def answer_of(row: ItemAnswer) -> str:
    return ItemAnswer.objects.get(pk=row.pk).answer


def test_answer_is_saved_with_its_history(browser: Client, row: ItemAnswer, program: Program, editor: User) -> None:
    seq = program.inputs_seq
    response = save(browser, row, "answer", "done")
    said = response.json()
    assert (response.status_code, said["result"], said["version"], said["display"]) == (200, "applied", 1, "Done")
    assert answer_of(row) == "done"
    change = Change.objects.get(kind="answer", object_id=row.pk)
    assert (change.actor, change.field, change.old, change.new) == (editor, "answer", "not_started", "done")
    program.refresh_from_db()
    assert program.inputs_seq == seq + 1
    assert StepPlan.objects.get(pk=row.plan_id).state == StepState.IN_PROGRESS


def test_same_key_takes_effect_once(browser: Client, row: ItemAnswer) -> None:
    wish = mutation(row, "answer", "done")
    first = browser.post(reverse("journal:save"), wish).json()
    save(browser, row, "answer", "under_way", base=1)
    again = browser.post(reverse("journal:save"), wish).json()
    assert (first["result"], again["result"], again["version"]) == ("applied", "repeat", 1)
    assert answer_of(row) == "under_way"
    assert Change.objects.filter(object_id=row.pk, kind="answer").count() == 2


def test_same_key_with_another_value_is_refused(browser: Client, row: ItemAnswer) -> None:
    wish = mutation(row, "answer", "done")
    browser.post(reverse("journal:save"), wish)
    response = browser.post(reverse("journal:save"), wish | {"value": "later"})
    assert (response.status_code, response.json()["result"]) == (422, "refused")
    assert answer_of(row) == "done"


def test_key_of_another_person_reveals_nothing(
    browser: Client, row: ItemAnswer, client_for: ClientFor, lead: User
) -> None:
    wish = mutation(row, "answer", "done")
    browser.post(reverse("journal:save"), wish)
    assert client_for(lead).post(reverse("journal:save"), wish).status_code == 404


def test_conflict_keeps_theirs_and_shows_both(
    browser: Client, row: ItemAnswer, client_for: ClientFor, lead: User
) -> None:
    save(client_for(lead), row, "note", "The lead was here.")
    response = save(browser, row, "note", "The editor was here.")
    said = response.json()
    assert (response.status_code, said["result"]) == (409, "conflict")
    assert (said["theirs"]["value"], said["theirs"]["by"]) == ("The lead was here.", lead.name)
    row.refresh_from_db()
    assert row.note == "The lead was here."
    assert Mutation.objects.get(outcome="conflict").value == "The editor was here."


def test_keeping_mine_after_a_conflict(browser: Client, row: ItemAnswer, client_for: ClientFor, lead: User) -> None:
    save(client_for(lead), row, "note", "The lead was here.")
    seen = save(browser, row, "note", "The editor was here.").json()["version"]
    assert save(browser, row, "note", "The editor was here.", base=seen).json()["result"] == "applied"


def test_fields_have_versions_of_their_own(browser: Client, row: ItemAnswer, client_for: ClientFor, lead: User) -> None:
    save(client_for(lead), row, "note", "A note by the lead.")
    assert save(browser, row, "answer", "done").json()["result"] == "applied"


def test_own_value_under_way_is_no_conflict(browser: Client, row: ItemAnswer) -> None:
    save(browser, row, "note", "First words")
    assert save(browser, row, "note", "First words, and more").json()["result"] == "applied"


def test_same_value_is_no_change(browser: Client, row: ItemAnswer, client_for: ClientFor, lead: User) -> None:
    save(client_for(lead), row, "answer", "done")
    said = save(browser, row, "answer", "done").json()
    assert (said["result"], said["version"]) == ("same", 1)
    assert Change.objects.filter(kind="answer", object_id=row.pk).count() == 1


@pytest.mark.django_db(transaction=True)
def test_five_identical_posts_at_once_take_effect_once(guide, client_for: ClientFor, editor: User, row) -> None:
    wish = mutation(row, "answer", "done")
    browser = client_for(editor)
    cookies = browser.cookies

    def post() -> tuple[int, str]:
        twin = Client()
        twin.cookies = cookies
        response = twin.post(reverse("journal:save"), wish)
        return response.status_code, response.json()["result"]

    results = at_once(5, post)
    assert sorted(results) == [(200, "applied")] + [(200, "repeat")] * 4
    assert Change.objects.filter(kind="answer", object_id=row.pk).count() == 1
    assert Mutation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_different_posts_at_once_lose_nothing(guide, client_for: ClientFor, editor: User, row: ItemAnswer) -> None:
    cookies, values = client_for(editor).cookies, iter(["one", "two", "three", "four", "five"])

    def post() -> str:
        twin = Client()
        twin.cookies = cookies
        return save(twin, row, "note", next(values)).json()["result"]

    assert at_once(5, post) == ["applied"] * 5  # one session: its own later words are no conflict
    changes = list(Change.objects.filter(kind="answer", object_id=row.pk).order_by("id"))
    assert [change.old for change in changes[1:]] == [change.new for change in changes[:-1]]
    row.refresh_from_db()
    assert (row.note, row.versions["note"][0]) == (changes[-1].new, 5)


def test_permission_is_asked_at_the_moment_of_saving(
    browser: Client, row: ItemAnswer, program: Program, editor: User
) -> None:
    Membership.objects.filter(program=program, user=editor).update(role="viewer")
    assert save(browser, row, "answer", "done").status_code == 403
    Membership.objects.filter(program=program, user=editor).delete()
    assert save(browser, row, "answer", "done").status_code == 404
    assert answer_of(row) == "not_started"


@pytest.mark.parametrize(
    ("who", "status"),
    [("viewer", 403), ("facilitator", 403), ("admin", 403), ("donor", 404), ("other_lead", 404), ("stranger", 404)],
)
def test_only_editors_answer(
    request: pytest.FixtureRequest, client_for: ClientFor, row: ItemAnswer, who: str, status: int
) -> None:
    browser = client_for(request.getfixturevalue(who))
    assert save(browser, row, "answer", "done").status_code == status
    assert answer_of(row) == "not_started"


def test_signed_out_is_told_so(client: Client, row: ItemAnswer) -> None:
    response = save(client, row, "answer", "done")
    assert (response.status_code, response.json()["result"], response["X-App"]) == (401, "signed_out", "scaleup")


def test_archived_program_is_read_only(browser: Client, row: ItemAnswer, program: Program) -> None:
    Program.objects.filter(pk=program.pk).update(archived_at=timezone.now())
    response = save(browser, row, "answer", "done")
    assert (response.status_code, "archived" in response.json()["message"]) == (403, True)


def test_submitted_step_freezes_answers_but_not_notes(browser: Client, row: ItemAnswer) -> None:
    StepPlan.objects.filter(pk=row.plan_id).update(state=StepState.SUBMITTED)
    refused = save(browser, row, "answer", "done")
    assert (refused.status_code, "waits for a decision" in refused.json()["message"]) == (422, True)
    assert save(browser, row, "note", "Still allowed").json()["result"] == "applied"


def test_decided_step_takes_downgrades_and_asks_for_a_look(browser: Client, row: ItemAnswer) -> None:
    save(browser, row, "answer", "under_way")
    StepPlan.objects.filter(pk=row.plan_id).update(state=StepState.GO)
    assert save(browser, row, "answer", "done", base=1).status_code == 422
    assert save(browser, row, "answer", "not_started", base=1).json()["result"] == "applied"
    plan = StepPlan.objects.get(pk=row.plan_id)
    assert (plan.state, plan.look_again_words) == ("go", "an answer was lowered after the decision")


def test_step_that_passed_elsewhere_takes_any_answer_and_asks_for_a_look(browser: Client, row: ItemAnswer) -> None:
    StepPlan.objects.filter(pk=row.plan_id).update(state=StepState.GO, is_recorded_later=True)
    assert save(browser, row, "answer", "done").json()["result"] == "applied"
    plan = StepPlan.objects.get(pk=row.plan_id)
    assert (plan.state, plan.look_again) == ("go", look_again.FILLED_IN)
    save(browser, row, "answer", "under_way", base=1)
    assert StepPlan.objects.get(pk=row.plan_id).look_again == look_again.LOWERED
    save(browser, row, "answer", "done", base=2)
    assert StepPlan.objects.get(pk=row.plan_id).look_again == look_again.LOWERED  # the graver reason stays


def test_step_that_passed_elsewhere_is_frozen_like_any_other_once_it_waits(browser: Client, row: ItemAnswer) -> None:
    StepPlan.objects.filter(pk=row.plan_id).update(state=StepState.SUBMITTED, is_recorded_later=True)
    assert save(browser, row, "answer", "done").status_code == 422


def test_new_item_of_a_decided_step_can_be_answered(browser: Client, row: ItemAnswer) -> None:
    StepPlan.objects.filter(pk=row.plan_id).update(state=StepState.GO)
    ItemAnswer.objects.filter(pk=row.pk).update(is_new=True)
    assert save(browser, row, "answer", "done").json()["result"] == "applied"
    assert save(browser, row, "answer", "under_way", base=1).json()["result"] == "applied"
    assert StepPlan.objects.get(pk=row.plan_id).look_again == {}  # the decision did not rest on it


def test_changed_answer_ends_a_verification(browser: Client, row: ItemAnswer, facilitator: User) -> None:
    ItemAnswer.objects.filter(pk=row.pk).update(
        answer="done", verified_at=timezone.now(), verified_by=facilitator, verified_evidence=[1]
    )
    save(browser, row, "note", "A note does not touch it")
    assert ItemAnswer.objects.get(pk=row.pk).is_verified
    save(browser, row, "answer", "under_way")
    row.refresh_from_db()
    assert (row.verified_at, row.verified_by) == (None, None)


def test_only_named_fields_can_be_set(browser: Client, row: ItemAnswer, facilitator: User) -> None:
    before = ItemAnswer.objects.filter(pk=row.pk).values().get()
    for field in [*before, "verified_by", "plan", "state", "versions", "", "__class__"]:
        if field not in {"answer", "reason", "note", "owner", "due_on"}:
            assert save(browser, row, field, str(facilitator.pk)).status_code == 404
    extra = {"verified_by": facilitator.pk, "is_new": "1", "version": 99, "actor": facilitator.pk, "plan": 1}
    assert save(browser, row, "answer", "done", **extra).json()["result"] == "applied"
    after = ItemAnswer.objects.filter(pk=row.pk).values().get()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"answer", "versions", "changed_at"}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("answer", "verified", "Choose one of the answers"),
        ("answer", "", "Choose one of the answers"),
        ("due_on", "31.03.2027", "year-month-day"),
        ("due_on", "2027-02-30", "year-month-day"),
        ("due_on", "1066-10-14", "between"),
        ("due_on", "9999-01-01", "between"),
        ("owner", "999999999999999999999999", "Choose somebody"),
        ("owner", "-1", "Choose somebody"),
        ("owner", "٣", "Choose somebody"),
        ("reason", "x" * 501, "at most 500 fit"),
        ("note", "x" * 200_000, "This has 200,000 characters; at most 10,000 fit"),
        ("note", "before\x00after", "control character"),
        ("note", "before\x1bafter", "control character"),
    ],
)
def test_wrong_value_gets_a_sentence(browser: Client, row: ItemAnswer, field: str, value: str, words: str) -> None:
    response = save(browser, row, field, value)
    said = response.json()
    assert (response.status_code, said["result"], words in said["message"]) == (422, "refused", True)
    assert Change.objects.filter(kind="answer").exists() is False


def test_foreign_member_cannot_own_an_item(browser: Client, row: ItemAnswer, other_lead: User, lead: User) -> None:
    assert save(browser, row, "owner", str(other_lead.pk)).status_code == 422
    said = save(browser, row, "owner", str(lead.pk)).json()
    assert (said["result"], said["display"]) == ("applied", lead.name)
    assert save(browser, row, "owner", "", base=1).json()["display"] == "nobody yet"


def test_a_number_that_begins_like_a_members_is_not_theirs(
    browser: Client, row: ItemAnswer, lead: User, make_user: Callable[..., User]
) -> None:
    """Leading zeros up to the longest number there is, and one digit more."""
    stranger = make_user("stranger", pk=lead.pk * 10 + 7)
    assert save(browser, row, "owner", f"{lead.pk:018d}7").status_code == 422
    row.refresh_from_db()
    assert row.owner_id != stranger.pk


def test_foreign_item_is_not_there(browser: Client, other_program: Program) -> None:
    foreign = item_of(other_program)
    missing = ItemAnswer(pk=10**17)
    answers = [save(browser, one, "answer", "done") for one in (foreign, missing)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def test_direction_marks_do_not_reach_a_line(browser: Client, row: ItemAnswer) -> None:
    assert save(browser, row, "reason", "safe \u202egnp.exe\u202c here").json()["value"] == "safe gnp.exe here"


def test_autosave_is_five_queries(
    browser: Client, row: ItemAnswer, django_assert_num_queries: Callable[..., object]
) -> None:
    save(browser, row, "answer", "under_way")
    # Its transaction is a savepoint here, because the test itself is one: two queries more.
    with django_assert_num_queries(5 + 2):
        save(browser, row, "answer", "done", base=1)
