"""What donors read: what moved, sums with their counts, settled paths; and nothing else, ever."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Portfolio, User
from dashboards.domain import donor as reading
from dashboards.models import Visit
from programs.models import Condition, Evidence, GateReview, ItemAnswer, Listing, Program, ReachFigure, Remark

Read = Callable[..., str]
SECRETS = {
    "about": "canary-about",
    "note": "canary-note",
    "remark": "canary-remark",
    "reasons": "canary-reasons",
    "message": "canary-message",
    "signer": "canary-signer",
    "waiver": "canary-waiver",
    "person": "Canaryperson",
    "met note": "canary-met-note",
    "returned note": "canary-returned-note",
    "look again": "canary-look-again",
    "evidence text": "canary-evidence-text",
    "file name": "canary-file.pdf",
    "link": "canary.example.org",
    "draft evidence": "canary-draft-evidence",
}


@pytest.fixture
def read(portfolio: Portfolio, donor: User, client_for: Callable[..., Client]) -> Read:
    client = client_for(donor)

    def get(path: str = "") -> str:
        response = client.get(f"/portfolios/{portfolio.pk}/donor/{path}")
        assert response.status_code == 200
        return response.content.decode()

    return get


@pytest.fixture
def was_here(read: Read) -> Callable[[], None]:
    """The donor looked at the dashboard ten days ago."""

    def visit() -> None:
        read()
        long_ago = timezone.now() - timedelta(days=10)
        Visit.objects.update(started_at=long_ago, last_seen_at=long_ago)

    return visit


@pytest.fixture
def decide(set_state: Callable) -> Callable[..., GateReview]:
    """Decides on a step of a program so many days ago."""

    def put(program: Program, number: int, outcome: str, *, days_ago: int = 1, **fields: Any) -> GateReview:
        then = timezone.now() - timedelta(days=days_ago)
        plan = set_state(program, number, outcome)
        if outcome == "returned":
            fields.setdefault("returned_to", plan)
        return GateReview.objects.create(
            plan=plan, outcome=outcome, reasons="Because", decided_on=then.date(), decided_at=then, **fields
        )

    return put


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page[page.index("<main") :]).split())


def test_the_first_visit(read: Read, program: Program, make_listed: Callable, rolled_up: Callable) -> None:
    make_listed("Second")
    rolled_up()
    page = words(read())
    assert "Two programs are on their way to scale" in page
    assert "at your last visit" not in page
    assert "Latest decisions" in page


def test_programs_show_before_they_are_added_up(read: Read, program: Program) -> None:
    page = words(read())
    assert "being added up" in page
    assert "own program Cambodia · Health" in page
    assert "No program" not in page


def test_before_anything_is_listed(read: Read, program: Program, rolled_up: Callable) -> None:
    Listing.objects.all().delete()
    rolled_up()
    page = words(read())
    assert page.count("No program is listed") == 2  # the headline, and what to expect
    assert "Figures as of" in page


def test_the_headline_tells_what_moved_since_the_last_visit(
    read: Read, was_here: Callable, decide: Callable, program: Program, make_listed: Callable, rolled_up: Callable
) -> None:
    second, third, fourth = (make_listed(name) for name in ("Second", "Third", "Fourth"))
    make_listed("Fifth", attention=3)
    decide(fourth, 1, "go", days_ago=11)
    rolled_up()
    was_here()
    decide(program, 1, "go")
    decide(program, 2, "go")
    decide(second, 1, "conditions")
    decide(third, 1, "returned")
    decide(fourth, 2, "go", is_recorded_later=True)
    page = words(read())
    assert "Two programs passed a gate, one went back, one stands still" in page
    decided = page[page.index("Decided since your last visit") : page.index("Programs Fifth")]
    assert decided.count("Fourth") == 1  # recorded later: told, but nobody moved
    assert "recorded later" in decided


def test_figures_show_their_counts_and_what_they_were(
    read: Read, was_here: Callable, program: Program, summarise: Callable, rolled_up: Callable
) -> None:
    settled = {"view": "settled", "path": "g99" * 6 + "|" + "n00" * 5}
    summarise(program, **settled, done=20, evidenced=10, verified=5, reached=4_000)
    rolled_up()
    was_here()
    summarise(program, **settled, done=40, evidenced=30, verified=20, reached=1_200_000)
    rolled_up()
    page = words(read())
    assert "75 % of done items have evidence 30 of 40; 50 % at your last visit" in page
    assert "50 % of done items are proven 20 of 40; 25 % at your last visit" in page
    assert "1.2 M reached of 40,000 planned in 1 program that counts; 4,000 at your last visit" in page
    assert "nobody has audited them" in page


def test_readiness_by_step_stands_in_a_table_with_what_it_was(
    read: Read, was_here: Callable, program: Program, summarise: Callable, rolled_up: Callable
) -> None:
    summarise(program, view="settled", step_scores=[0.67, *[0.0] * 9, None])
    rolled_up()
    was_here()
    summarise(program, view="settled", step_scores=[0.79, *[0.0] * 9, None], path="g99" + "n00" * 5 + "|" + "n00" * 5)
    rolled_up()
    page = read()
    rows = [words(f"<main{row}") for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL)]
    assert rows[0] == "Step Bar Points Was Passed"
    assert (rows[1], rows[2], rows[11]) == ("1 Vision 79 67 1", "2 Effectiveness 0 0 0", "11 Institutions – – 0")
    assert len(rows) == 12


@pytest.mark.parametrize(("visits", "title"), [(0, "Latest decisions"), (1, "Decided since your last visit")])
def test_the_newest_ten_decisions_are_shown_and_all_are_counted(
    read: Read, was_here: Callable, decide: Callable, program: Program, rolled_up: Callable, visits: int, title: str
) -> None:
    for _ in range(visits):
        was_here()
    for number in range(1, 12):
        decide(program, number, "go")
    rolled_up()
    page = words(read())
    shown = page[page.index(title) : page.index("Programs own program")]
    assert re.findall(r"own program (\d+) ", shown) == [str(number) for number in range(11, 1, -1)]
    assert "11 decisions in all; the newest are shown." in shown


def test_a_decision_is_told_at_once_however_old_the_sums_are(
    read: Read, decide: Callable, program: Program, rolled_up: Callable
) -> None:
    decide(program, 1, "go", days_ago=3)
    rolled_up()
    decide(program, 2, "hold", days_ago=0)
    page = words(read())
    latest = page[page.index("Latest decisions") : page.index("Programs own program")]
    assert re.findall(r"own program (\d) ", latest) == ["2", "1"]


def test_decisions_come_with_their_conditions(read: Read, decide: Callable, program: Program) -> None:
    review = decide(program, 3, "conditions")
    Condition.objects.create(review=review, text="Cost a visit", due_on=date(2026, 12, 12))
    met = Condition.objects.create(
        review=review, text="Map the sites", due_on=date(2026, 12, 13), met_at=timezone.now()
    )
    Condition.objects.filter(pk=met.pk).update(confirmed_at=timezone.now())
    page = words(read())
    assert "own program 3 Judge whether it can grow" in page
    assert "Cost a visit due 12 Dec 2026, open Map the sites due 13 Dec 2026, confirmed passed with conditions" in page


def test_programs_page_by_name(
    read: Read, program: Program, make_listed: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE_SIZE", 2)
    for name in ("Alder", "Birch"):
        make_listed(name)
    first = read("programs/")
    assert re.findall(r'/donor/programs/\d+/">([^<]+)<', first) == ["Alder", "Birch"]
    after = re.search(r'href="(\?after=[^"]+)"', first)[1]
    assert re.findall(r'/donor/programs/\d+/">([^<]+)<', read(f"programs/{after}")) == ["own program"]


def test_a_long_portfolio_shows_its_first_programs_and_a_link(
    read: Read, program: Program, make_listed: Callable, rolled_up: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PROGRAMS_SHOWN", 1)
    make_listed("Alder")
    rolled_up()
    page = read()
    assert re.findall(r'/donor/programs/\d+/">([^<]+)<', page) == ["Alder"]
    assert "All 2 programs" in page


def test_a_program_shows_what_was_settled_not_what_is_answered_now(
    read: Read, program: Program, set_state: Callable, summarise: Callable
) -> None:
    first, second, third = ItemAnswer.objects.select_related("item", "plan").filter(plan__program=program)[:3]
    settled = {
        first.item.key: ["done", True, True],
        second.item.key: ["done", False, False],
        third.item.key: ["later", False, False],
    }
    set_state(program, 1, "returned", settled=settled, settled_at=timezone.now())
    ItemAnswer.objects.filter(pk=second.pk).update(answer="not_started")
    ItemAnswer.objects.filter(pk=third.pk).update(answer="done")
    before = timezone.now() - timedelta(days=5)
    shared = {"answer": first, "kind": "file", "dated_on": date(2026, 5, 1), "added_by": program.created_by}
    Evidence.objects.create(**shared, title="Survey report", added_at=before)
    Evidence.objects.create(**shared, title="Withdrawn report", added_at=before, is_current=False)
    Evidence.objects.create(**shared, title="Draft report", added_at=timezone.now() + timedelta(minutes=1))
    ReachFigure.objects.create(
        program=program, count=1_200, as_of=date(2026, 6, 1), how_counted="registers", recorded_by=program.created_by
    )
    page = words(read(f"programs/{program.pk}/"))
    assert f"1.1 {first.item.text} Survey report, 1 May 2026 Verified" in page
    assert f"1.2 {second.item.text} no evidence Done" in page
    assert third.item.text not in page
    assert "Withdrawn report" not in page
    assert "Draft report" not in page
    assert "1,200 reached of 40,000 planned as of 1 Jun 2026, registers; counted by the program, not audited" in page
    assert "By December 2029, 40,000 newborns in nine districts" in page


@pytest.fixture
def secrets(program: Program, decide: Callable, facilitator: User) -> Program:
    """A program full of what donors must never see, everywhere it could be."""
    User.objects.update(name=SECRETS["person"])
    Program.objects.filter(pk=program.pk).update(about=SECRETS["about"])
    by = User.objects.get(pk=program.created_by_id)
    review = decide(
        program,
        1,
        "conditions",
        message=SECRETS["message"],
        signers=[SECRETS["signer"]],
        waiver=SECRETS["waiver"],
        decided_by=by,
        reviewer=facilitator,
    )
    GateReview.objects.filter(pk=review.pk).update(reasons=SECRETS["reasons"])
    Condition.objects.create(
        review=review, text="Public condition", due_on=timezone.localdate(), owner=by,
        met_at=timezone.now(), met_by=by, met_note=SECRETS["met note"],
    )  # fmt: skip
    plan = review.plan
    rows = list(ItemAnswer.objects.filter(plan=plan).select_related("item"))
    plan.settled = {row.item.key: ["done", False, True] for row in rows}
    plan.settled_at, plan.look_again, plan.owner = timezone.now(), SECRETS["look again"], by
    plan.save()
    ItemAnswer.objects.filter(plan=plan).update(
        note=SECRETS["note"], owner=by, returned_note=SECRETS["returned note"], reason=SECRETS["note"]
    )
    Remark.objects.create(plan=plan, answer=rows[0], text=SECRETS["remark"], author=by)
    shared = {"answer": rows[0], "dated_on": timezone.localdate(), "added_by": by}
    Evidence.objects.create(
        **shared, kind="file", title="Public title", text=SECRETS["evidence text"],
        file_name=SECRETS["file name"], url=f"https://{SECRETS['link']}/", added_at=timezone.now() - timedelta(days=1),
    )  # fmt: skip
    draft = ItemAnswer.objects.filter(plan__program=program, plan__step__number=2).first()
    Evidence.objects.create(**shared | {"answer": draft}, kind="note", title=SECRETS["draft evidence"])
    return program


def test_donor_pages_never_leak(
    read: Read, secrets: Program, rolled_up: Callable, donor: User, client_for: Callable[..., Client], facilitator: User
) -> None:
    User.objects.filter(pk=donor.pk).update(name="Donor Person")
    rolled_up()
    pages = {path: read(path) for path in ("", "programs/", f"programs/{secrets.pk}/")}
    assert "Public condition" in pages[""]
    assert "Public title" in pages[f"programs/{secrets.pk}/"]
    leaks = {(path, what) for path, page in pages.items() for what, secret in SECRETS.items() if secret in page}
    assert leaks == set()


def test_the_secrets_could_leak(secrets: Program, facilitator: User, client_for: Callable[..., Client]) -> None:
    """The check above means something: those who may read the program do find them."""
    client = client_for(facilitator)
    item = ItemAnswer.objects.filter(plan__program=secrets).select_related("item").first().item
    page = client.get(f"/programs/{secrets.pk}/steps/1/items/{item.key}/").content.decode()
    assert SECRETS["note"] in page
    assert SECRETS["remark"] in page
    assert SECRETS["person"] in page
    assert SECRETS["about"] in client.get(f"/programs/{secrets.pk}/").content.decode()


@pytest.mark.parametrize("path", ["", "programs/"])
def test_archived_and_unlisted_programs_are_gone(
    read: Read, program: Program, make_listed: Callable, decide: Callable, rolled_up: Callable, path: str
) -> None:
    archived, unlisted = make_listed("Archived one"), make_listed("Unlisted one")
    decide(archived, 1, "go")
    decide(unlisted, 1, "go")
    Program.objects.filter(pk=archived.pk).update(archived_at=timezone.now())
    Listing.objects.filter(program=unlisted).update(agreed_at=None)
    rolled_up()
    page = read(path)
    assert "own program" in page
    assert "Archived one" not in page
    assert "Unlisted one" not in page


def test_a_program_that_is_not_theirs_is_not_found(
    portfolio: Portfolio, donor: User, program: Program, other_program: Program, client_for: Callable[..., Client]
) -> None:
    client, base = client_for(donor), f"/portfolios/{portfolio.pk}/donor/programs"
    assert client.get(f"{base}/{program.pk}/").status_code == 200
    assert client.get(f"{base}/{other_program.pk}/").status_code == 404
    Program.objects.filter(pk=program.pk).update(archived_at=timezone.now())
    assert client.get(f"{base}/{program.pk}/").status_code == 404


@pytest.mark.parametrize("path", ["", "programs/", "programs/{program}/"])
def test_who_reads(
    portfolio: Portfolio,
    program: Program,
    donor: User,
    facilitator: User,
    lead: User,
    admin: User,
    other_donor: User,
    stranger: User,
    client_for: Callable[..., Client],
    path: str,
) -> None:
    address = f"/portfolios/{portfolio.pk}/donor/{path.format(program=program.pk)}"
    statuses = [
        client_for(user).get(address).status_code for user in (donor, facilitator, lead, admin, other_donor, stranger)
    ]
    assert statuses == [200, 200, 404, 404, 404, 404]
    assert client_for(None).get(address).status_code == 302
    assert client_for(donor).post(address).status_code == 405


def test_donors_are_not_shown_pages_they_cannot_open(read: Read, program: Program) -> None:
    page = read()
    assert "/queue/" not in page
    assert f'href="/programs/{program.pk}/' not in page


@pytest.mark.parametrize(("path", "queries"), [("", 5), ("programs/", 3), ("programs/{program}/", 11)])
def test_query_count_does_not_grow(
    portfolio: Portfolio,
    program: Program,
    donor: User,
    client_for: Callable[..., Client],
    make_listed: Callable,
    decide: Callable,
    rolled_up: Callable,
    assert_queries: Callable,
    path: str,
    queries: int,
) -> None:
    client, address = client_for(donor), f"/portfolios/{portfolio.pk}/donor/{path.format(program=program.pk)}"
    rolled_up()
    client.get(address)
    for number in range(3):
        second = make_listed(f"Program {number}")
        for each in (program, second):
            review = decide(each, number + 1, "conditions")
            Condition.objects.create(review=review, text="Cost it", due_on=timezone.localdate())
        rolled_up()
        with assert_queries(queries):
            client.get(address)
