"""Pages at the gate: who opens which, the way from check to decision, and what is said when it goes wrong."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from journal import saving
from journal.saving import Actor, Proposal
from programs.domain import conditions, gates, verifying
from programs.domain.gates import Decision, NewCondition
from programs.models import Condition, Evidence, GateReview, ItemAnswer, Program, Remark, StepPlan

CAST = ["lead", "editor", "viewer", "facilitator", "other_facilitator", "donor", "other_donor", "admin", "stranger"]
READ = "200 200 200 200 404 403 404 200 404"
TEAM = "200 200 403 403 404 403 404 403 404"
REVIEWER = "403 403 403 200 404 403 404 403 404"
PAGES = {
    "check": READ,
    "timeline": READ,
    "review": READ,
    "look": REVIEWER,
    "item_ask": REVIEWER,
    "conditions": READ,
    "condition_met": TEAM,
    "condition_back": REVIEWER,
    "past_decisions": REVIEWER,
}
PRESSED = {"act": "verify"}
# What a post without anything typed gets: told what is missing, done, or not let in.
POSTS = {
    "check": "422 422 403 403 404 403 404 403 404",
    "withdraw": "302 403 403 403 404 403 404 403 404",
    "review": "403 403 403 422 404 403 404 403 404",
    "look": "403 403 403 422 404 403 404 403 404",
    "verify": "403 403 403 302 404 403 404 403 404",
    "item_ask": "403 403 403 302 404 403 404 403 404",
    "condition_met": "422 422 403 403 404 403 404 403 404",
    "condition_confirm": "403 403 403 302 404 403 404 403 404",
    "condition_back": "403 403 403 422 404 403 404 403 404",
    "past_decisions": "403 403 403 422 404 403 404 403 404",
}


def plan_of(program: Program, number: int) -> StepPlan:
    return StepPlan.objects.select_related("step").get(program=program, step__number=number)


def submit(program: Program, number: int, *, reviewer: User, by: User, message: str = "") -> GateReview:
    today = timezone.localdate()
    return gates.submit(plan_of(program, number), reviewer=reviewer, promised_on=today, message=message, by=by)


@pytest.fixture
def condition(program: Program, lead: User, facilitator: User) -> Condition:
    """Step 1 has passed with a condition."""
    review = submit(program, 1, reviewer=facilitator, by=lead)
    new = NewCondition("count the sites", timezone.localdate(), lead)
    gates.decide(review, Decision("conditions", "because", conditions=[new]), by=facilitator)
    return Condition.objects.get()


@pytest.fixture
def url(program: Program):
    """The address of a page of the program."""
    return lambda name, *args: reverse(f"programs:{name}", args=[program.pk, *args])


def address(url, name: str, program: Program, condition: Condition) -> str:
    if name in ("verify", "item_ask"):
        return url(name, plan_of(program, 2).answers.select_related("item")[0].item.key)
    if name in ("conditions", "past_decisions"):
        return url(name)
    return url(name, condition.pk if name.startswith("condition") else 2)


@pytest.fixture
def cast(request) -> dict[str, User]:
    return {who: request.getfixturevalue(who) for who in CAST}


@pytest.mark.parametrize("name", PAGES)
def test_who_opens_which_page(program, condition, cast, client_for, url, name: str) -> None:
    here = address(url, name, program, condition)
    assert " ".join(str(client_for(person).get(here).status_code) for person in cast.values()) == PAGES[name]


@pytest.mark.parametrize("name", POSTS)
def test_who_may_do_what(program, condition, cast, client_for, url, name: str) -> None:
    here = address(url, name, program, condition)
    assert " ".join(str(client_for(person).post(here, PRESSED).status_code) for person in cast.values()) == POSTS[name]


def test_who_is_not_signed_in_is_asked_to(program, condition, client_for, url) -> None:
    browser, sign_in = client_for(None), reverse("account_login")
    pages = [address(url, name, program, condition) for name in sorted(PAGES | POSTS)]
    assert {browser.get(page).url.split("?")[0] for page in pages} == {sign_in}
    assert {browser.post(page).url.split("?")[0] for page in pages} == {sign_in}


@pytest.mark.parametrize("name", ["withdraw", "verify", "condition_confirm"])
def test_what_acts_is_never_done_by_a_link(program, condition, client_for, lead, facilitator, url, name: str) -> None:
    person = lead if name == "withdraw" else facilitator
    assert client_for(person).get(address(url, name, program, condition)).status_code == 405


def test_a_facilitator_who_is_a_member_reads_but_does_not_decide(program, facilitator, lead, client_for, url) -> None:
    program.memberships.create(user=facilitator, role="viewer")
    browser = client_for(facilitator)
    assert browser.get(url("review", 1)).status_code == 200
    assert browser.post(url("review", 1), {"outcome": "go", "reasons": "mine"}).status_code == 403


def test_nothing_of_another_program_is_reached_through_ones_own(
    other_program, condition, client_for, lead, url
) -> None:
    """Ids of the own program in the address of another one, and the other way round."""
    foreign = reverse("programs:condition_met", args=[other_program.pk, condition.pk])
    assert client_for(lead).get(foreign).status_code == 404
    other_lead = other_program.created_by
    assert client_for(other_lead).get(foreign).status_code == 404
    assert client_for(lead).get(url("check", 12)).status_code == 404
    assert client_for(lead).get(url("condition_met", condition.pk + 1)).status_code == 404


# --- check and submit


def test_the_check_page_says_what_is_missing_and_what_was_not_provided(program, lead, client_for, url) -> None:
    rows = {row.item.number: row for row in plan_of(program, 1).answers.select_related("item")}
    for number, fields in {
        "1.1": {"answer": "done"},
        "1.2": {"answer": "not_applicable"},
        "1.3": {"answer": "later", "returned_note": "two pages, please"},
    }.items():
        ItemAnswer.objects.filter(pk=rows[number].pk).update(**fields)
    page = client_for(lead).get(url("check", 1))

    found = {str(gap.name): [row.item.number for row in gap.answers] for gap in page.context["gaps"]}
    critical = [number for number, row in rows.items() if row.item.is_critical and number != "1.1"]
    assert found == {
        "Critical and still open": critical,
        "Not answered": [number for number in rows if number not in ("1.1", "1.2", "1.3")],
        "Don’t know yet, or come back later": ["1.3"],
        "Not applicable without a reason": ["1.2"],
        "Done without evidence that counts": ["1.1"],
        "Asked for by the reviewer": ["1.3"],
    }
    text = page.content.decode()
    assert text.count("Answer: not provided") == len(rows) - 3
    assert reverse("programs:item", args=[program.pk, 1, rows["1.2"].item.key]) in text


def test_a_team_submits_and_sees_it_on_the_timeline(program, editor, facilitator, client_for, url) -> None:
    browser, promised = client_for(editor), timezone.localdate() + timedelta(days=14)
    form = browser.get(url("check", 1)).context["form"]
    assert form["promised_on"].value() == promised

    nonce = form["nonce"].value()
    data = {"reviewer": facilitator.pk, "promised_on": promised, "message": "look at 1.2", "nonce": nonce}
    for _ in range(2):  # a double click is one submission, and no error
        assert browser.post(url("check", 1), data).url == url("timeline", 1)
    review = GateReview.objects.get()
    assert (review.submitted_by, review.reviewer, review.promised_on) == (editor, facilitator, promised)
    assert "look at 1.2" in browser.get(url("timeline", 1)).content.decode()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("promised_on", "2020-01-01", "Enter a date between"),
        ("promised_on", "soon", "Enter a date as year-month-day"),
        ("promised_on", "2999-01-01", "Enter a date between"),
        ("reviewer", "", "Choose who decides."),
        ("reviewer", "999999", "Choose one of the people who may decide."),
        ("message", "x" * 1_001, "1,001 characters"),
        ("message", "a\x00b", "hidden control character"),
    ],
)
def test_a_mistake_is_said_at_its_field_and_the_rest_stays(
    lead, facilitator, client_for, url, field, value, said
) -> None:
    data = {"reviewer": facilitator.pk, "promised_on": timezone.localdate(), "message": "typed with care"}
    page = client_for(lead).post(url("check", 1), data | {field: value})

    text = page.content.decode()
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert said in text
    assert 'class="error-summary"' in text
    assert (data | {field: value})["message"].replace("\x00", "\ufffd")[:900] in text.replace("\x00", "\ufffd")
    assert GateReview.objects.count() == 0


def test_members_and_strangers_cannot_be_chosen_as_reviewer(lead, editor, other_facilitator, client_for, url) -> None:
    for person in (lead, editor, other_facilitator):
        data = {"reviewer": person.pk, "promised_on": timezone.localdate()}
        assert list(client_for(lead).post(url("check", 1), data).context["form"].errors) == ["reviewer"]


def test_a_step_that_was_submitted_meanwhile_says_so_and_keeps_the_message(
    program, lead, facilitator, client_for, url
) -> None:
    submit(program, 1, reviewer=facilitator, by=lead)
    data = {"reviewer": facilitator.pk, "promised_on": timezone.localdate(), "message": "typed with care"}
    page = client_for(lead).post(url("check", 1), data)
    assert page.status_code == 422
    assert "already waits for a decision" in page.content.decode()
    assert "typed with care" in page.content.decode()


def test_without_anybody_to_decide_the_page_says_what_to_do(program, portfolio, lead, client_for, url) -> None:
    page = client_for(lead).get(url("check", 1)).content.decode()
    assert "Nobody can decide yet" in page


def test_the_lead_withdraws_and_a_second_time_is_told(program, lead, facilitator, client_for, url) -> None:
    submit(program, 1, reviewer=facilitator, by=lead)
    browser = client_for(lead)
    page = browser.post(url("withdraw", 1), follow=True).content.decode()
    assert "Withdrawn. The step is open again." in page
    page = browser.post(url("withdraw", 1), follow=True).content.decode()
    assert "There is no submission to withdraw" in page


# --- the timeline


def test_the_timeline_shows_every_loop_with_who_and_when(program, lead, editor, facilitator, client_for, url) -> None:
    gates.withdraw(submit(program, 2, reviewer=facilitator, by=editor), by=lead)
    gates.decide(
        submit(program, 2, reviewer=facilitator, by=editor),
        Decision("returned", "too long", return_to=2),
        by=facilitator,
    )
    gates.decide(submit(program, 2, reviewer=facilitator, by=editor), Decision("go", "fine now"), by=facilitator)
    gates.decide(
        submit(program, 3, reviewer=facilitator, by=editor),
        Decision("returned", "fee missing", return_to=2),
        by=facilitator,
    )
    gates.decide(submit(program, 2, reviewer=facilitator, by=lead), Decision("go", "at last"), by=facilitator)
    page = client_for(lead).get(url("timeline", 2))

    told = [(event.kind.value, event.who.name) for event in page.context["timeline"].events]
    decided, returned = ("decided", facilitator.name), ("returned_here", facilitator.name)
    by_editor, by_lead = ("submitted", editor.name), ("submitted", lead.name)
    assert told == [
        decided,
        by_lead,
        returned,
        decided,
        by_editor,
        decided,
        by_editor,
        ("withdrawn", lead.name),
        by_editor,
    ]
    assert page.context["timeline"].loops == 2
    text = page.content.decode()
    assert "It went back 2 times" in text
    assert "Returned here by the decision on step 3" in text


def test_past_decisions_stand_at_their_real_date_and_are_marked(program, lead, facilitator, client_for, url) -> None:
    day = timezone.localdate() - timedelta(days=400)
    gates.record_past(plan_of(program, 1), Decision("go", "old meeting"), decided_on=day, by=facilitator)
    page = client_for(lead).get(url("timeline", 1))
    [event] = page.context["timeline"].events
    assert (event.on, timezone.localdate(event.at)) == (day, day)
    assert "Recorded later" in page.content.decode()


def test_a_second_look_keeps_the_decision_or_opens_the_step(
    program, condition, lead, facilitator, client_for, url
) -> None:
    answer = plan_of(program, 1).answers.order_by("pk")[0]
    ItemAnswer.objects.filter(pk=answer.pk).update(answer="done")
    saving.save(Proposal("k" * 32, "answer", answer.pk, "answer", "under_way", 0), actor=Actor(lead))
    browser = client_for(facilitator)
    assert "an answer was lowered" in browser.get(url("timeline", 1)).content.decode()

    missing = browser.post(url("look", 1), {"act": "keep", "note": " "})
    assert (missing.status_code, plan_of(program, 1).look_again) == (422, {"code": "lowered"})
    browser.post(url("look", 1), {"act": "keep", "note": "only moved to another folder"})
    assert (plan_of(program, 1).state, plan_of(program, 1).look_again) == ("conditions", {})
    assert "only moved to another folder" in browser.get(url("timeline", 1)).content.decode()

    nothing = browser.post(url("look", 1), {"act": "keep", "note": "again"})
    assert nothing.status_code == 422
    assert "Nothing asks to look" in nothing.content.decode()
    browser.post(url("look", 1), {"act": "reopen", "note": "the manual is lost"})
    assert plan_of(program, 1).state == "returned"
    assert "Opened again" in browser.get(url("timeline", 1)).content.decode()


# --- conditions


def test_the_team_meets_a_condition_and_the_reviewer_answers(
    program, condition, lead, facilitator, client_for, url
) -> None:
    team, reviewer = client_for(lead), client_for(facilitator)
    empty = team.post(url("condition_met", condition.pk), {"note": ""})
    assert (empty.status_code, "Say in a few words how it was met." in empty.content.decode()) == (422, True)

    team.post(url("condition_met", condition.pk), {"note": "48 sites counted"})
    assert "48 sites counted" in reviewer.get(url("conditions")).content.decode()
    reviewer.post(url("condition_back", condition.pk), {"note": "and the second district?"})
    assert "and the second district?" in team.get(url("conditions")).content.decode()
    team.post(url("condition_met", condition.pk), {"note": "61 sites counted"})
    reviewer.post(url("condition_confirm", condition.pk))
    condition.refresh_from_db()
    assert (condition.met_note, condition.confirmed_by) == ("61 sites counted", facilitator)


def test_a_condition_met_meanwhile_says_so_and_keeps_the_note(condition, lead, editor, client_for, url) -> None:
    conditions.say_met(condition, note="48 sites", by=editor)
    page = client_for(lead).post(url("condition_met", condition.pk), {"note": "typed with care"})
    assert page.status_code == 422
    assert "already reported as met" in page.content.decode()
    assert "typed with care" in page.content.decode()


# --- how much is asked of the database


@pytest.mark.parametrize("much", [1, 3])
@pytest.mark.parametrize(
    ("name", "who", "queries"), [("check", "lead", 6), ("timeline", "lead", 7), ("review", "facilitator", 12)]
)
def test_pages_ask_as_much_of_the_database_for_three_of_everything_as_for_one(
    request, program, lead, facilitator, client_for, url, django_assert_num_queries, much, name, who, queries
) -> None:
    fill(program, much, lead=lead, facilitator=facilitator)
    browser = client_for(request.getfixturevalue(who))
    browser.get(url(name, 1))
    with django_assert_num_queries(queries):
        assert browser.get(url(name, 1)).status_code == 200


def fill(program: Program, much: int, *, lead: User, facilitator: User) -> None:
    """Turns, conditions, evidence, verifications, changes and remarks on step 1."""
    today = timezone.localdate()
    for _ in range(much):
        review = submit(program, 1, reviewer=facilitator, by=lead)
        new = [NewCondition(f"condition {number}", today, lead) for number in range(much)]
        gates.decide(review, Decision("conditions", "because", conditions=new), by=facilitator)
        gates.reopen(review.plan, reasons="new facts", by=facilitator)
    gates.withdraw(submit(program, 1, reviewer=facilitator, by=lead), by=lead)
    for number, row in enumerate(plan_of(program, 1).answers.order_by("pk")[:much]):
        Evidence.objects.create(answer=row, kind="note", title="minutes", text="…", dated_on=today, added_by=lead)
        Remark.objects.create(plan=row.plan, answer=row, text="Which year?", author=facilitator)
        for value in ("under_way", "done"):
            proposal = Proposal(
                f"{value}{number}".ljust(32, "x").replace("_", ""), "answer", row.pk, "answer", value, 0
            )
            saving.save(proposal, actor=Actor(lead, "s"))
        verifying.verify(row, by=facilitator)
    submit(program, 1, reviewer=facilitator, by=lead)
