"""The reviewer's page: what is read there, verifying item by item, and the decision form."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from journal import saving
from journal.saving import Actor, Proposal
from programs.domain import gates
from programs.domain.gates import Decision
from programs.models import Condition, Evidence, GateReview, ItemAnswer, Program, Remark, StepPlan


@pytest.fixture
def submit(program: Program, lead: User, facilitator: User):
    def submit(number: int = 1) -> GateReview:
        plan = StepPlan.objects.select_related("step").get(program=program, step__number=number)
        return gates.submit(
            plan, reviewer=facilitator, promised_on=timezone.localdate(), message="look at 1.2", by=lead
        )

    return submit


@pytest.fixture
def review(submit) -> GateReview:
    return submit()


@pytest.fixture
def page_url(program: Program) -> str:
    return reverse("programs:review", args=[program.pk, 1])


@pytest.fixture
def answer(program: Program) -> ItemAnswer:
    return ItemAnswer.objects.select_related("item").get(plan__program=program, item__number="1.1")


def decision(review: GateReview, outcome: str, **fields: object) -> dict[str, object]:
    """What the form sends when nothing but the outcome and reasons was filled in."""
    data = {
        "review": review.pk,
        "nonce": "a" * 32,
        "outcome": outcome,
        "reasons": "reasons typed with care",
        "signers": "",
        "return_to": "",
        "look_again_on": "",
        "decided_on": timezone.localdate().isoformat(),
        "conditions-TOTAL_FORMS": 3,
        "conditions-INITIAL_FORMS": 0,
    }
    return data | fields


def condition(row: int, text: object, owner: object, due_on: object) -> dict[str, object]:
    return {f"conditions-{row}-text": text, f"conditions-{row}-owner": owner, f"conditions-{row}-due_on": due_on}


# --- what is read


def test_the_reviewer_reads_evidence_with_its_age_changes_and_open_remarks(
    program, lead, facilitator, submit, answer, client_for, page_url
) -> None:
    today = timezone.localdate()
    gates.decide(submit(), Decision("returned", "too long", return_to=1), by=facilitator)
    saving.save(Proposal("k" * 32, "answer", answer.pk, "answer", "done", 0), actor=Actor(lead))
    old, gone = today - timedelta(days=100), today - timedelta(days=3)
    fields = {"answer": answer, "kind": "note", "text": "…", "dated_on": old, "added_by": lead}
    Evidence.objects.create(title="minutes of the district", **fields)
    Evidence.objects.create(title="yearly count", expires_on=gone, **fields)
    Evidence.objects.create(title="withdrawn draft", is_current=False, **fields)
    Remark.objects.create(plan=answer.plan, answer=answer, text="Which year is this?", author=facilitator)
    Remark.objects.create(plan=answer.plan, text="settled long ago", author=lead, resolved_at=timezone.now())
    submit()

    page = client_for(facilitator).get(page_url)
    text = page.content.decode()
    assert "look at 1.2" in text
    assert "minutes of the district" in text
    assert "3\xa0months old" in text
    assert "Expired" in text
    assert "Which year is this?" in text
    assert "withdrawn draft" not in text
    assert "settled long ago" not in text
    reading = page.context["reading"]
    assert [item.row.pk for item in reading.items if item.has_changed] == [answer.pk]
    assert [(line.who, line.new) for line in reading.changes] == [(lead.name, "Done")]


def test_the_team_reads_what_its_reviewer_reads_without_the_forms(
    review, lead, facilitator, client_for, page_url
) -> None:
    team, reviewer = (client_for(person).get(page_url).content.decode() for person in (lead, facilitator))
    for form in ("Record the decision", "Ask for a change"):
        assert (form in team, form in reviewer) == (False, True)


def test_without_a_submission_there_is_nothing_to_decide(program, facilitator, client_for, page_url) -> None:
    page = client_for(facilitator).get(page_url).content.decode()
    assert "there is nothing to decide now" in page
    assert "Record the decision" not in page


# --- one item


def test_an_item_is_verified_taken_back_and_asked_for(program, lead, answer, facilitator, client_for, page_url) -> None:
    Evidence.objects.create(
        answer=answer, kind="note", title="minutes", text="…", dated_on=timezone.localdate(), added_by=lead
    )
    ItemAnswer.objects.filter(pk=answer.pk).update(answer="done")
    browser = client_for(facilitator)
    verify, ask = (reverse(f"programs:{name}", args=[program.pk, answer.item.key]) for name in ("verify", "item_ask"))

    assert browser.post(verify, {"act": "verify"}).url == f"{page_url}#{answer.item.key}"
    answer.refresh_from_db()
    assert answer.is_verified
    browser.post(verify, {"act": "unverify"})
    answer.refresh_from_db()
    assert not answer.is_verified

    long = browser.post(ask, {"note": "y" * 501})
    assert (long.status_code, "y" * 501 in long.content.decode()) == (422, True)
    assert browser.post(ask, {"note": "two pages, please"}).url == f"{page_url}#{answer.item.key}"
    assert "two pages, please" in browser.get(page_url).content.decode()


def test_what_cannot_be_verified_is_said_and_offers_no_button(
    program, answer, facilitator, client_for, page_url
) -> None:
    ItemAnswer.objects.filter(pk=answer.pk).update(answer="done")
    browser = client_for(facilitator)
    verify = reverse("programs:verify", args=[program.pk, answer.item.key])
    assert verify not in browser.get(page_url).content.decode()
    assert (
        "There is no evidence that counts today."
        in browser.post(verify, {"act": "verify"}, follow=True).content.decode()
    )


# --- the decision


def test_go_with_conditions(program, lead, editor, facilitator, review, client_for, page_url) -> None:
    due = timezone.localdate() + timedelta(days=30)
    rows = condition(0, "count the sites", lead.pk, due) | condition(2, "sign the agreement", editor.pk, due)
    data = decision(review, "conditions", signers="Made-up Minister, ministry\n\n Ana Example , NGO ", **rows)
    browser = client_for(facilitator)
    for _ in range(2):  # a double click decides once, and shows no error
        assert browser.post(page_url, data).url == reverse("programs:timeline", args=[program.pk, 1])

    review.refresh_from_db()
    assert (review.outcome, review.reasons) == ("conditions", "reasons typed with care")
    assert review.signers == ["Made-up Minister, ministry", "Ana Example , NGO"]
    found = Condition.objects.values_list("text", "owner", "due_on").order_by("pk")
    assert list(found) == [("count the sites", lead.pk, due), ("sign the agreement", editor.pk, due)]


def test_what_was_typed_for_another_outcome_is_left_out(
    program, lead, facilitator, review, client_for, page_url
) -> None:
    day = timezone.localdate() + timedelta(days=30)
    rows = condition(0, "count the sites", lead.pk, day) | condition(1, "", "", "no date at all")
    client_for(facilitator).post(page_url, decision(review, "go", look_again_on=day, return_to=1, **rows))

    review.refresh_from_db()
    assert (review.outcome, review.look_again_on, review.returned_to) == ("go", None, None)
    assert Condition.objects.count() == 0


@pytest.mark.parametrize(
    ("outcome", "fields", "wrong", "said"),
    [
        ("", {}, "outcome", "Choose one of the four decisions."),
        ("maybe", {}, "outcome", "Select a valid choice"),
        ("go", {"reasons": " "}, "reasons", "Give the reasons"),
        ("go", {"reasons": "x" * 4_001}, "reasons", "4,001 characters"),
        ("go", {"signers": "\n".join(f"person {number}" for number in range(21))}, "signers", "At most 20 lines"),
        ("go", {"signers": "x" * 161}, "signers", "161 characters"),
        ("go", {"decided_on": "2020-01-01"}, "decided_on", "Enter a date between"),
        ("go", {"decided_on": "yesterday"}, "decided_on", "Enter a date as year-month-day"),
        ("hold", {}, "look_again_on", "Choose the day on which you will look again."),
        ("hold", {"look_again_on": "2020-01-01"}, "look_again_on", "Enter a date between"),
        ("returned", {}, "return_to", "Choose this step or an earlier one."),
        ("returned", {"return_to": 7}, "return_to", "Select a valid choice"),
        ("conditions", {}, "__all__", "Write at least one condition"),
    ],
)
def test_a_mistake_is_said_at_its_field_and_the_rest_stays(
    facilitator, review, client_for, page_url, outcome, fields, wrong, said
) -> None:
    page = client_for(facilitator).post(page_url, decision(review, outcome, **fields))

    text = page.content.decode()
    assert (page.status_code, list(page.context["form"].errors)) == (422, [wrong])
    assert said in text
    assert text.count('class="error-summary"') == 1
    assert (fields.get("reasons") or "reasons typed with care")[:3_900].strip() in text
    review.refresh_from_db()
    assert review.outcome == ""


def test_a_half_filled_condition_is_said_at_its_row_and_stays(
    lead, facilitator, review, stranger, client_for, page_url
):
    rows = (
        condition(0, "count the sites", "", "") | condition(1, "", lead.pk, "") | condition(2, "x", stranger.pk, "soon")
    )
    page = client_for(facilitator).post(page_url, decision(review, "conditions", **rows))

    assert page.status_code == 422
    wrong = [sorted(form.errors) for form in page.context["formset"]]
    assert wrong == [["due_on", "owner"], ["due_on", "text"], ["due_on", "owner"]]
    assert "count the sites" in page.content.decode()
    assert [problem.target for problem in page.context["problems"]][:2] == [
        "id_conditions-0-owner",
        "id_conditions-0-due_on",
    ]


def test_more_rows_keep_what_was_typed_without_judging_it(lead, facilitator, review, client_for, page_url) -> None:
    rows = condition(0, "count the sites", lead.pk, "") | condition(2, "sign", "", "2027-01-31")
    page = client_for(facilitator).post(page_url, decision(review, "conditions", reasons="", more="1", **rows))

    assert page.status_code == 200
    assert page.context["problems"] == []
    form, formset = page.context["form"], page.context["formset"]
    assert form["outcome"].value() == "conditions"
    assert [row["text"].value() for row in formset] == ["count the sites", "sign", None, None, None]
    assert 'value="2027-01-31"' in page.content.decode()


def test_a_form_of_an_earlier_submission_never_decides_on_a_later_one(
    program, lead, facilitator, review, submit, client_for, page_url
) -> None:
    gates.withdraw(review, by=lead)
    later = submit()
    page = client_for(facilitator).post(page_url, decision(review, "go"))

    assert page.status_code == 409
    assert "was withdrawn meanwhile" in page.content.decode()
    assert "reasons typed with care" in page.content.decode()
    later.refresh_from_db()
    assert later.outcome == ""


def test_a_decision_made_meanwhile_is_said_and_not_overwritten(facilitator, review, client_for, page_url) -> None:
    gates.decide(review, Decision("go", "first"), by=facilitator)
    day = timezone.localdate()
    page = client_for(facilitator).post(page_url, decision(review, "hold", look_again_on=day))

    assert page.status_code == 409
    assert "decided this already: Go." in page.content.decode()
    assert "reasons typed with care" in page.content.decode()
    review.refresh_from_db()
    assert (review.outcome, review.reasons) == ("go", "first")


def test_a_submission_of_another_step_or_program_cannot_be_decided_here(
    facilitator, review, submit, client_for, page_url
) -> None:
    other = submit(2)
    assert client_for(facilitator).post(page_url, decision(other, "go")).status_code in (302, 404)
    other.refresh_from_db()
    assert other.outcome == ""


def test_a_later_step_asks_for_its_waiver_only_while_it_is_needed(program, facilitator, submit, client_for) -> None:
    review = submit(7)
    address = reverse("programs:review", args=[program.pk, 7])
    browser = client_for(facilitator)
    missing = browser.post(address, decision(review, "go", waiver=""))
    assert (missing.status_code, list(missing.context["form"].errors)) == (422, ["waiver"])

    browser.post(address, decision(review, "go", waiver="the ministry starts in May"))
    review.refresh_from_db()
    assert (review.outcome, review.waiver) == ("go", "the ministry starts in May")


def test_no_waiver_is_asked_for_or_taken_on_a_first_step(facilitator, review, client_for, page_url) -> None:
    browser = client_for(facilitator)
    assert "waiver" not in browser.get(page_url).context["form"].fields
    browser.post(page_url, decision(review, "go", waiver="slipped in", decided_by=1, settled="{}"))
    review.refresh_from_db()
    assert (review.waiver, review.decided_by) == ("", facilitator)
