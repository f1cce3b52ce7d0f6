"""The facilitator's table: what it shows, finds, sorts and pages, and who may see it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Portfolio, User, Watcher
from dashboards.domain import table
from dashboards.models import Visit
from programs.models import Attention, Listing, Program

Browse = Callable[..., str]


@pytest.fixture
def browse(portfolio: Portfolio, facilitator: User, client_for: Callable[..., Client]) -> Browse:
    """The table's page as the facilitator reads it, by what stands after the question mark."""
    client = client_for(facilitator)

    def get(query: str = "") -> str:
        response = client.get(f"/portfolios/{portfolio.pk}/{query}")
        assert response.status_code == 200
        return response.content.decode()

    return get


def names(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/programs/\d+/">([^<]+)</a>', page)


def link(page: str, words: str) -> str:
    """The address behind a link with these words."""
    return re.search(rf'href="(\?[^"]*)"[^>]*>{words}', page)[1].replace("&amp;", "&")


def test_an_empty_portfolio_teaches_the_next_step(browse: Browse, rolled_up: Callable, portfolio: Portfolio) -> None:
    Listing.objects.all().delete()
    rolled_up()
    page = browse()
    assert "Nobody has joined yet" in page
    assert f'href="/portfolios/{portfolio.pk}/ask/"' in page
    assert "<table" not in page


def test_programs_show_before_they_are_added_up(browse: Browse, program: Program) -> None:
    page = browse()
    assert names(page) == ["own program"]
    assert "being added up" in page


def test_a_name_is_a_text_and_never_markup(browse: Browse, make_listed: Callable, rolled_up: Callable) -> None:
    make_listed("<b>Bold</b> & “sure”")
    rolled_up()
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; “sure”" in names(browse())


def test_those_that_wait_come_first(browse: Browse, make_listed: Callable, rolled_up: Callable) -> None:
    make_listed("Moving", attention=Attention.MOVING)
    make_listed("Stuck", attention=Attention.STUCK)
    make_listed("Waiting", attention=Attention.WAITING)
    make_listed("Elsewhere", attention=Attention.WAITING, is_home=False)
    rolled_up()
    page = browse()
    assert names(page) == ["Waiting", "Elsewhere", "Stuck", "own program", "Moving"]
    assert "Two of five programs wait for a decision" in page
    assert page.count("waits for you") == 1
    assert page.count("waits for a decision</span>") == 1


def test_a_row_tells_readiness_evidence_and_days(
    browse: Browse, program: Program, summarise: Callable, rolled_up: Callable
) -> None:
    since = timezone.localdate() - timedelta(days=38)
    summarise(
        program,
        before=0.46,
        done=20,
        evidenced=13,
        verified=6,
        current_step=4,
        current_since=since,
        path="g99g97c88p52n10n00|n00n00n00n00n00",
    )
    rolled_up()
    page = browse()
    row = re.sub(r"<[^>]+>|\s+", " ", page[page.index('<th scope="row">') : page.index("</tbody>")])
    words = " ".join(row.split())
    assert words.startswith("own program Cambodia · Health moving 46 not yet 65 % 13 of 20 30 % 6 of 20 step 4 38 days")


def test_what_changed_since_the_last_visit_is_marked(
    browse: Browse, program: Program, make_listed: Callable, summarise: Callable
) -> None:
    make_listed("Quiet", last_activity_at=timezone.now() - timedelta(days=9))
    browse()
    assert "new to you" not in browse()
    Visit.objects.update(last_seen_at=timezone.now() - timedelta(days=1))
    summarise(program, last_activity_at=timezone.now())
    page = browse()
    assert page.count("new to you") == 1
    assert names(page[: page.index("new to you")])[-1] == "own program"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?sector=education", ["Reading clubs"]),
        ("?country=KE", ["Reading clubs", "Kangaroo care"]),
        ("?band=nearly", ["Kangaroo care"]),
        ("?step=4", ["Reading clubs"]),
        ("?step=0", ["Kangaroo care"]),
        ("?attention=3", ["Reading clubs"]),
        ("?country=KE&band=nearly", ["Kangaroo care"]),
        ("?q=kang", ["Kangaroo care"]),
        ("?q=CLUB+read", ["Reading clubs"]),
        ("?q=kisumu", ["Reading clubs"]),
        ("?q=elsewhere", []),
        ("?q=%27%29%3B--", []),
        ("?q=a%26%7C%21%3A%2A", []),
    ],
)
def test_filters_and_search(
    browse: Browse, make_listed: Callable, rolled_up: Callable, query: str, expected: list[str]
) -> None:
    reading = {"sector": "education", "country": "KE", "ambition_place": "Kisumu county"}
    make_listed("Reading clubs", fields=reading, attention=Attention.STUCK, current_step=4, band="not_yet")
    kangaroo = {"country": "KE", "ambition_place": "two wards"}
    make_listed("Kangaroo care", fields=kangaroo, current_step=0, band="nearly", attention=Attention.GRADUATED)
    rolled_up()
    page = browse(query)
    assert names(page) == expected
    fits = f"{len(expected)} program{'s' if len(expected) != 1 else ''} fit{'s' if len(expected) == 1 else ''}."
    assert fits in page
    if not expected:
        assert "No program fits" in page


def test_a_filter_that_cannot_be_is_named_and_left_out(browse: Browse, program: Program, rolled_up: Callable) -> None:
    rolled_up()
    page = browse("?sector=zz&country=KH&step=x")
    assert page.count("is not one of these, so it was left out.") == 2
    assert names(page) == ["own program"]


@pytest.mark.parametrize(
    "query", ["?sort=nonsense", "?q=%00", "?after=x", "?before=%00~1", "?attention=99", "?q=" + "x" * 300]
)
def test_made_up_addresses_are_no_error(browse: Browse, program: Program, rolled_up: Callable, query: str) -> None:
    rolled_up()
    assert "own program" in browse(query)


def test_archived_programs_stand_apart(browse: Browse, make_listed: Callable, program: Program) -> None:
    gone = make_listed("Gone")
    Listing.objects.filter(program=gone).update(is_archived=True)
    assert names(browse()) == ["own program"]
    assert names(browse("?archived=1")) == ["Gone"]


def test_a_request_nobody_agreed_to_is_not_in_the_table(
    browse: Browse, make_listed: Callable, program: Program
) -> None:
    asked = make_listed("Asked")
    Listing.objects.filter(program=asked).update(agreed_at=None)
    assert names(browse()) == ["own program"]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name", ["Alder", "Birch", "Cedar"]),
        ("-name", ["Cedar", "Birch", "Alder"]),
        ("readiness", ["Cedar", "Alder", "Birch"]),
        ("days", ["Birch", "Alder", "Cedar"]),
        ("-days", ["Alder", "Birch", "Cedar"]),
        ("activity", ["Alder", "Cedar", "Birch"]),
    ],
)
def test_every_sort_and_its_turn(
    browse: Browse, make_listed: Callable, program: Program, sort: str, expected: list[str]
) -> None:
    Listing.objects.all().delete()
    now, today = timezone.now(), timezone.localdate()
    for name, score, days, silent in (("Alder", 0.5, 3, 9), ("Birch", 0.9, 30, 1), ("Cedar", 0.1, None, 4)):
        since = today - timedelta(days=days) if days else None
        make_listed(name, before=score, current_since=since, last_activity_at=now - timedelta(days=silent))
    page = browse(f"?sort={sort}")
    assert names(page) == expected
    assert page.count("aria-sort") == 1


def test_names_sort_as_people_look_them_up(browse: Browse, make_listed: Callable, program: Program) -> None:
    """Neither capitals nor accents part what belongs together, composed or not."""
    Listing.objects.all().delete()
    for name in ("Zeta", "eden", "Étoile", "alder", "E\u0301den 2", "Ecole", "école", "Alder 2"):
        make_listed(name)
    expected = ["alder", "Alder 2", "Ecole", "école", "eden", "E\u0301den 2", "Étoile", "Zeta"]
    assert names(browse("?sort=name")) == expected
    assert names(browse("?sort=-name")) == expected[::-1]


def test_a_heading_sorts_and_turns(browse: Browse, program: Program) -> None:
    page = browse("?q=own")
    assert link(page, "Readiness") == "?q=own&sort=readiness"
    page = browse("?q=own&sort=readiness")
    assert link(page, "Readiness") == "?q=own&sort=-readiness"
    assert 'aria-sort="ascending"' in page
    assert 'aria-sort="descending"' in browse("?sort=days")


def test_pages_follow_each_other_and_keep_the_filter(
    browse: Browse, make_listed: Callable, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "PAGE_SIZE", 2)
    for name in ("Alder", "Birch", "Cedar", "Damson"):
        make_listed(name)
    first = browse("?sort=name&q=nine")
    assert names(first) == ["Alder", "Birch"]
    assert "Previous" not in first
    second = browse(link(first, "Next"))
    assert names(second) == ["Cedar", "Damson"]
    assert "q=nine" in link(second, "Next")
    third = browse(link(second, "Next"))
    assert names(third) == ["own program"]
    assert names(browse(link(third, "Previous"))) == ["Cedar", "Damson"]
    assert names(browse(link(second, "Previous"))) == ["Alder", "Birch"]


@pytest.mark.parametrize(("query", "queries"), [("", 4), ("?sort=name", 4), ("?q=own&sector=health&sort=readiness", 5)])
def test_query_count_does_not_grow(
    portfolio: Portfolio,
    facilitator: User,
    client_for: Callable[..., Client],
    make_listed: Callable,
    rolled_up: Callable,
    assert_queries: Callable,
    query: str,
    queries: int,
) -> None:
    client = client_for(facilitator)
    rolled_up()
    client.get(f"/portfolios/{portfolio.pk}/{query}")
    for name in ("own two", "own three"):
        with assert_queries(queries):
            client.get(f"/portfolios/{portfolio.pk}/{query}")
        make_listed(name)
        rolled_up()
    with assert_queries(queries):
        client.get(f"/portfolios/{portfolio.pk}/{query}")


def test_nobody_else_comes_in(
    portfolio: Portfolio,
    donor: User,
    lead: User,
    admin: User,
    other_facilitator: User,
    stranger: User,
    client_for: Callable[..., Client],
) -> None:
    for user in (donor, lead, admin, other_facilitator, stranger):
        assert client_for(user).get(f"/portfolios/{portfolio.pk}/").status_code == 404
    assert client_for(None).get(f"/portfolios/{portfolio.pk}/").status_code == 302


def test_programs_of_other_portfolios_do_not_show(
    browse: Browse, other_program: Program, other_portfolio: Portfolio, program: Program, facilitator: User
) -> None:
    Watcher.objects.create(portfolio=other_portfolio, user=facilitator, role=Watcher.Role.FACILITATOR)
    page = browse()
    assert names(page) == ["own program"]
    assert "other" not in page
