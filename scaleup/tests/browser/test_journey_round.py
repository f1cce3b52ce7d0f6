"""A whole round in browsers: six people rate at the same time, each in their own way, up to action and donor."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import product
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Portfolio, User
from assessments.domain import rounds, summaries
from assessments.models import Assessment, Instrument, Rater, Rating, RoundResult
from assessments.tests.rating_cases import by_link
from assessments.tests.round_cases import ITEMS, add_rater, make_round, rate, rate_all, rating, small_instrument
from programs.models import Guide, Membership, Program
from scaleup.tests.browser.round_people import (
    PATIENCE,
    Eyes,
    OnPaper,
    OnPhone,
    OnTheRoad,
    Person,
    Said,
    Sight,
    WithoutScripts,
    at,
    dimensions_on,
    look,
    session_of,
    table,
    wait_until,
)
from scaleup.tests.browser.visitors import Visitors
from scaleup.tests.browser.worker import Worker, silence_bell

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
SMALL = {"viewport": {"width": 360, "height": 740}, "java_script_enabled": False}
TITLE = "Before we scale"
ANA, LY, EDITOR, PICH, BO, DARA = RATERS = (
    "Ana Sok",
    "Ly Chan",
    "Editor Person",
    "Pich Person",
    "Bo Kim",
    "Chief Dara",
)
# What everybody thinks, 0 to 3. All see the vision alike; the budget is seen in every way there is.
SAID: dict[str, Said] = {
    ANA: {"vision": 2, "plan": 1, "budget": 0, "delay": "unable"},
    LY: {"vision": 2, "plan": 1, "budget": 1, "delay": 1},
    EDITOR: {"vision": 2, "plan": 2, "budget": 3, "delay": 1},
    PICH: {"vision": 2, "plan": 2, "budget": 3, "delay": 0},
    BO: {"vision": 2, "plan": 3, "budget": 3, "delay": 1},
    DARA: {"vision": 2, "plan": 1, "budget": 0, "delay": 2},
}
COMMENTS = {name: f"Seen by {name.split()[0]} in June." for name in RATERS}
DISSENT, WHY_ONE, WHY_LEFT = "The law is not out.", "There is money for one year.", "Nobody counted the days."
ACTION = "Write the dates into the plan."
# By hand. Medians: vision 2, plan (1+2)/2 = 1.5, budget (1+3)/2 = 2, delay 1, which counts as 3−1 = 2.
# Leading (2 + 2×1.5)/3 = 5/3 of 3, Doing (2+2)/2 = 2 of 3; both together (5/3 + 2)/2 = 11/6 of 3.
MEDIANS, AT_THE_REVEAL = ["2", "1.5", "2", "1"], {"1 Leading": "56 %", "2 Doing": "67 %"}
# Agreed: vision 2, plan 1, budget 1, delay left open. Leading (2 + 2×1)/3 = 4/3, Doing 1; both (4/3 + 1)/2 = 7/6 of 3.
AT_THE_END, IN_ALL = {"1 Leading": "44 %", "2 Doing": "33 %"}, "39 %"
# Team against outside: vision 2−2, plan 2−1 (twice), budget 3−0, delay too few outside: (2/3 + 3)/2 levels.
GAP = "The team sees it 1.8 levels better than raters from outside."


@pytest.fixture
def eyes() -> Eyes:
    return Eyes()


@pytest.fixture
def small(guide: Guide, instrument: Instrument) -> Instrument:
    """As small as it can be, and yet the one whose rounds count for the band."""
    return small_instrument(version=2, changed={'key = "small-round"': f'key = "{instrument.key}"'})


@pytest.fixture
def pich(program: Program, make_user: Callable[..., User]) -> User:
    user = make_user("pich")
    Membership.objects.create(program=program, user=user, role=Membership.Role.EDITOR)
    return user


# The steps of the journey, in their order.


def set_up(laptop: "Page", eyes: Eyes, *, keyer: User) -> Assessment:
    """Everything that is agreed, and all six raters."""
    laptop.get_by_role("link", name="Set up the first round").click()
    laptop.get_by_role("radio", name="A small instrument").check()
    laptop.get_by_label("Name of the round").fill(TITLE)
    laptop.get_by_label("Rate until").fill(str(timezone.localdate() + timedelta(days=7)))
    laptop.get_by_label("Who types in paper sheets?").select_option(label=keyer.name)
    eyes.read(laptop)
    laptop.get_by_role("button", name="Set up the round").click()
    laptop.get_by_role("link", name="Add several").click()
    laptop.get_by_label("One person a line").fill(f"{ANA}; ministry\n{LY}; ministry\n{BO}; team")
    laptop.get_by_role("button", name="Add these raters").click()
    for name in (EDITOR, PICH, DARA):
        laptop.get_by_role("link", name="Add a rater", exact=True).click()
        add_alone(laptop, name)
    expect(laptop.get_by_role("heading", name="6 raters")).to_be_visible()
    eyes.read(laptop)
    return Assessment.objects.select_related("program").get(title=TITLE)


def add_alone(laptop: "Page", name: str) -> None:
    if name == DARA:
        laptop.get_by_label("Or the name of somebody else").fill(name)
        laptop.get_by_label("Rates on paper").check()
        laptop.get_by_role("radio", name="community").check()
    else:
        laptop.get_by_label("Somebody who works with the program").select_option(label=name)
        laptop.get_by_role("radio", name="team").check()
    laptop.get_by_role("button", name="Add this rater").click()
    expect(laptop.get_by_text(f"{name} is asked to rate.")).to_be_visible()


def links_and_open(laptop: "Page", eyes: Eyes) -> dict[str, str]:
    """A personal link for each who has no account; then people can rate."""
    links = {}
    for name in (ANA, LY, BO):
        laptop.get_by_role("button", name=re.compile(f"Make a link.*{name}")).click()
        links[name] = laptop.get_by_label("The link", exact=True).input_value()
        eyes.read(laptop)
        laptop.get_by_role("link", name="Back to the raters").click()
    laptop.get_by_role("button", name="Open the round").click()
    expect(laptop.get_by_text("The round is open.")).to_be_visible()
    return links


def come(visitors: Visitors, found: Assessment, links: dict[str, str], users: dict[str, User]) -> dict[str, Person]:
    """Six windows, all open at the same time."""
    road = visitors.open(users[PICH], "about:blank")
    road.clock.install()
    road.goto(at("round", found))
    pages = {
        ANA: visitors.open(None, links[ANA], **PHONE),
        LY: visitors.open(None, links[LY]),
        EDITOR: visitors.open(users[EDITOR], at("round", found)),
        PICH: road,
        BO: visitors.open(None, links[BO], **SMALL),
        DARA: visitors.open(users[DARA], at("round", found)),
    }
    ways = {ANA: OnPhone, PICH: OnTheRoad, BO: WithoutScripts, DARA: OnPaper}
    return {name: ways.get(name, Person)(name, SAID[name], page, COMMENTS[name]) for name, page in pages.items()}


def enter(people: dict[str, Person], eyes: Eyes) -> None:
    for name, person in people.items():
        eyes.read(person.page)
        if name in (ANA, LY, BO):
            person.page.get_by_role("button", name="Start").click()
        elif name != DARA:
            person.page.get_by_role("link", name="Rate now").click()
        eyes.read(person.page)


def rate_in_parallel(people: Sequence[Person], eyes: Eyes) -> None:
    """Item by item: while one answer is still on its way, others give theirs."""
    for person in people:
        person.begin()
        if not isinstance(person, OnTheRoad):
            eyes.read(person.page)
    for item, person in product(ITEMS[:2], people):
        person.answer(item)
    for person in people:
        person.write("plan")
    assert not Rating.objects.filter(rater__name=PICH).exclude(value=None).exists()
    for person in people:
        person.go_on()
    for item, person in product(ITEMS[2:], people):
        person.answer(item)
    eyes.read(*(person.page for person in people))


def expect_sealed(found: Assessment, laptop: "Page", people: dict[str, Person]) -> None:
    """One changes her mind, and nobody could tell; nobody reads a word of another, and there are no results yet."""
    pages = {"facilitator": laptop, LY: people[LY].page, DARA: people[DARA].page}
    sight = Sight(found, {who: session_of(page) for who, page in pages.items()})
    sight.look()
    ana = people[ANA]
    ana.page.get_by_role("link", name="Back: Leading").click()
    ana.answer("plan", 3)
    wait_until(lambda: value_of(found, ANA, "plan") == 3, what="the change did not come")
    assert sight.look() == set()
    ana.answer("plan")
    wait_until(lambda: value_of(found, ANA, "plan") == 1, what="the change did not come")

    # Everybody reads their own words, and the keyer those on paper.
    assert sight.words_seen(COMMENTS.values()) == {(name, COMMENTS[name]) for name in (LY, DARA)}
    assert {"results/", "reveal/"} <= {path.removeprefix(at("round", found)) for path in sight.open_to("facilitator")}
    for path in (at("results", found), at("results_xlsx", found), f"{at('results_csv', found)}?table=ratings"):
        assert "There are no results yet" in sight.read["facilitator", path]
    assert "Until then nobody sees them." in sight.read["facilitator", at("room", found)]


def value_of(found: Assessment, name: str, key: str) -> int | None:
    return rating(Rater.objects.get(assessment=found, name=name), key).value


def reveal(laptop: "Page", found: Assessment, eyes: Eyes) -> None:
    laptop.goto(at("round", found))
    expect(laptop.get_by_role("heading", name="6 of 6 raters are finished")).to_be_visible()
    laptop.get_by_role("link", name="Reveal the ratings").click()
    eyes.read(laptop)
    laptop.get_by_role("button", name="Reveal all ratings").click()
    expect(laptop.get_by_role("heading", name="Talk about what you see differently")).to_be_visible()
    eyes.read(laptop)
    assert [turn.split()[0] for turn in laptop.locator(".turn a").all_inner_texts()] == ["2.1", "1.2", "2.2", "1.1"]


def see_medians(laptop: "Page", found: Assessment, eyes: Eyes) -> None:
    """As soon as the worker was there, whoever waits is led on."""
    laptop.goto(at("results", found))
    show = laptop.get_by_role("link", name="Show the results")
    if laptop.get_by_role("heading", level=1).inner_text() == "The figures are being computed":
        show.click(timeout=PATIENCE * 1_000)
    eyes.read(laptop)
    assert dimensions_on(laptop) == AT_THE_REVEAL
    for key, median in zip(ITEMS, MEDIANS, strict=True):
        expect(laptop.locator(f"#item-{key}")).to_contain_text(re.compile(rf"median {median}(?![.\d])"))
    expect(laptop.get_by_text(GAP)).to_be_visible()


def talk(visitors: Visitors, laptop: "Page", found: Assessment, phone: "Page", plain: "Page", eyes: Eyes) -> None:
    """On a laptop, with a projector that follows, a phone that disagrees, and a small one without scripts."""
    wall = visitors.open(None, "about:blank")
    wall.context.add_cookies(laptop.context.cookies())
    for page in (wall, phone, laptop):
        page.clock.install()
    wall.goto(at("projector", found))
    wall.evaluate("window.isFirst = true")
    phone.get_by_role("link", name="Go to the discussion").click()
    for page in (wall, phone):
        expect(page.get_by_role("heading", name="2.1 There is a budget").first).to_be_visible()

    laptop.goto(at("room", found))
    laptop.get_by_role("button", name="on which everybody agrees").click()
    expect(laptop.get_by_text("1 item is settled: 1.1.")).to_be_visible()
    laptop.get_by_role("link", name="2.1 There is a budget").click()
    settle(laptop, "1 Begun", WHY_ONE)
    for page in (wall, phone):
        look(page)
        expect(page.get_by_text("Agreed: 1 Begun", exact=True)).to_be_visible()
    phone.get_by_label("I disagree").check()
    phone.get_by_label("Which level do you see now?").select_option(label="0 Not yet")
    phone.get_by_label("What is there to say?").fill(DISSENT)
    phone.get_by_role("button", name="Say it to the room").tap()
    expect(phone.get_by_text("Kept. Everybody in the room reads it now.")).to_be_visible()
    for page in (wall, laptop):
        look(page)
        expect(page.locator(".notice--success", has_text=DISSENT)).to_be_visible()
    eyes.read(wall, phone, laptop)

    laptop.get_by_role("button", name="Go on with 1.2, for everybody").click()
    look(wall)
    expect(wall.get_by_role("heading")).to_have_text("1.2 There is a plan")
    settle(laptop, "1 Begun", "It has no dates.")
    laptop.get_by_role("button", name="Go on with 2.2, for everybody").click()
    laptop.get_by_label("Reason").fill(WHY_LEFT)
    laptop.get_by_role("button", name="Leave it open").click()
    expect(laptop.get_by_text("Left open", exact=True)).to_be_visible()
    look(wall)
    expect(wall.get_by_text("Left open", exact=True)).to_be_visible()
    assert wall.evaluate("window.isFirst")
    plain.reload()
    plain.get_by_role("link", name="Go to the discussion").click()
    expect(plain.get_by_text("Left open", exact=True)).to_be_visible()


def settle(laptop: "Page", level: str, reason: str) -> None:
    laptop.get_by_label(level, exact=True).check()
    laptop.get_by_label("Reason").fill(reason)
    laptop.get_by_role("button", name="Agree on this level").click()
    expect(laptop.get_by_text(f"Agreed: {level}", exact=True)).to_be_visible()


def close(laptop: "Page", found: Assessment, eyes: Eyes) -> None:
    laptop.get_by_role("link", name="Close the round").click()
    eyes.read(laptop)
    laptop.get_by_role("button", name="Close the round for good").click()
    expect(laptop.get_by_text("The round is closed. Its result stays as it is now.")).to_be_visible()
    agreed = RoundResult.objects.filter(assessment=found, basis=RoundResult.Basis.AGREED)
    wait_until(agreed.exists, what="the worker did not come")


def see_result(laptop: "Page", found: Assessment, eyes: Eyes) -> None:
    laptop.goto(at("results", found))
    eyes.read(laptop)
    assert dimensions_on(laptop) == AT_THE_END
    for words in (
        "The bottleneck is 2 Doing: 33 %, the lowest of all dimensions.",
        f"{IN_ALL} of the range, the mean of all dimensions.",
        "Ana Sok disagrees, and sees 0:",
        WHY_LEFT,
    ):
        expect(laptop.get_by_text(re.compile(re.escape(words).replace(r"\ ", r"\s"))).first).to_be_visible()
    session = session_of(laptop)
    assert [row["Percent of the range"] for row in table(session, found, "dimensions")] == ["44.4", "33.3"]
    given = Counter((row["Number"], row["Rating"]) for row in table(session, found, "ratings"))
    assert given == Counter(
        (number, "" if said[key] == "unable" else str(said[key]))
        for said in SAID.values()
        for number, key in zip(("1.1", "1.2", "2.1", "2.2"), ITEMS, strict=True)
    )


def make_action(page: "Page", found: Assessment, eyes: Eyes, *, owner: User) -> None:
    """By somebody of the team; it stands where its owner sees what is due."""
    page.goto(at("results", found))
    page.get_by_role("link", name=re.compile(r"Make this an action.*1\.2")).first.click()
    eyes.read(page)
    page.get_by_label("What is to be done?").fill(ACTION)
    page.get_by_label("Who of the team does it?").select_option(label=owner.name)
    page.get_by_label("By when?").fill(str(timezone.localdate() + timedelta(days=30)))
    page.get_by_role("button", name="Add the action").click()
    expect(page.get_by_text(ACTION).first).to_be_visible()
    page.goto(reverse("dashboards:home"))
    eyes.read(page)
    expect(page.get_by_role("link", name=f"Action: {ACTION}")).to_be_visible()


def see_band(page: "Page", found: Assessment, eyes: Eyes) -> None:
    wait_until(lambda: summaries.is_current(found.program_id), what="the worker did not come")
    page.goto(reverse("assessments:readiness", args=[found.program_id]))
    eyes.read(page)
    band = page.get_by_role("complementary", name="Readiness in figures")
    expect(band).to_contain_text(re.compile(r"The latest round reached 39\s?% of its range; 67\s?% is needed."))
    expect(band).to_contain_text("The latest round left 1 item open.")
    expect(band.locator(f"a[href='{at('results', found)}']").first).to_be_visible()


def see_as_donor(page: "Page", found: Assessment, eyes: Eyes) -> None:
    """What each dimension came to, and nothing else of all that was said."""
    eyes.read(page)
    assert {name: share.partition(" ")[0] for name, share in dimensions_on(page).items()} == {
        "Leading": "44",
        "Doing": "33",
    }
    sight = Sight(found, {"donor": session_of(page)})
    sight.look()
    asked = ["There is a budget", *RATERS, *COMMENTS.values(), DISSENT, WHY_ONE, WHY_LEFT, ACTION]
    assert sight.words_seen(asked) == set()
    assert [path for path in sight.open_to("donor") if "/rounds/" in path or path.startswith("/rating/")] == []


def test_a_whole_round(
    visitors: Visitors, eyes: Eyes, program: Program, portfolio: Portfolio, small: Instrument,
    facilitator: User, viewer: User, editor: User, pich: User, lead: User, donor: User,
) -> None:  # fmt: skip
    silence_bell()
    summaries.refresh([program.pk])
    with Worker.running():
        laptop = visitors.open(facilitator, reverse("assessments:rounds", args=[program.pk]))
        eyes.read(laptop)
        found = set_up(laptop, eyes, keyer=viewer)
        links = links_and_open(laptop, eyes)
        people = come(visitors, found, links, {EDITOR: editor, PICH: pich, DARA: viewer})
        eyes.without_scripts.append(people[BO].page)
        enter(people, eyes)
        rate_in_parallel(list(people.values()), eyes)
        expect_sealed(found, laptop, people)
        for person in people.values():
            person.finish()
        reveal(laptop, found, eyes)
        see_medians(laptop, found, eyes)
        phone, plain, desktop = (people[name].page for name in (ANA, BO, EDITOR))
        for page in (phone, plain):
            page.reload()
        talk(visitors, laptop, found, phone, plain, eyes)
        close(laptop, found, eyes)
        see_result(laptop, found, eyes)
        make_action(desktop, found, eyes, owner=editor)
        see_band(visitors.open(lead, "/home/"), found, eyes)
    address = reverse("dashboards:donor_program", args=[portfolio.pk, program.pk])
    see_as_donor(visitors.open(donor, address), found, eyes)
    assert eyes.found == []
    visitors.complaints[:] = [one for one in visitors.complaints if "ERR_INTERNET_DISCONNECTED" not in one]


# The search for what gives a rating away: at the product as it is, and at one that was doctored.


@pytest.fixture
def rated(program: Program, facilitator: User, viewer: User, editor: User) -> Assessment:
    """Three have rated, one of them on paper."""
    found = make_round(program, by=facilitator, keyer=viewer, state="setup", raters=[(ANA, "ministry"), editor])
    add_rater(found, (DARA, "community"), is_on_paper=True)
    rounds.open_for_rating(found, by=facilitator)
    for rater in found.raters.all():
        rate_all(rater, dict.fromkeys(ITEMS, 1))
    return found


def think_again(found: Assessment) -> None:
    """Each who rated says something else, of as many items as before."""
    for rater in found.raters.exclude(name=LY):
        rate(rater, "plan", 3, comment=f"Seen again by {rater.name}.", evidence="On the wall.")
        rate(rater, "delay", "unable", reason=f"Not there: {rater.name}.")


def test_ratings_are_sealed_from_everybody(
    rated: Assessment, client_for: Callable[..., Client], lead: User, admin: User, donor: User
) -> None:
    add_rater(rated, (LY, "partner"))
    readers = {user.name: client_for(user) for user in (lead, admin, donor)}
    sight = Sight(rated, readers | {LY: by_link(Rater.objects.get(assessment=rated, name=LY))})
    sight.look()
    think_again(rated)
    assert sight.look() == set()
    assert all(sight.open_to(reader) for reader in sight.readers)


def test_a_page_that_gives_something_away_is_found_out(
    rated: Assessment,
    client_for: Callable[..., Client],
    facilitator: User,
    donor: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not a value, only the sum of all that a rater gave, beside their role group."""

    def doctored(rater: Rater) -> str:
        return f"{rater.role_group} {sum(row.value or 0 for row in rater.ratings.all())}"

    monkeypatch.setattr(Rater, "get_role_group_display", doctored)
    sight = Sight(rated, {"facilitator": client_for(facilitator), "donor": client_for(donor)})
    sight.look()
    think_again(rated)
    found_out = sight.look()
    assert {who for who, _path in found_out} == {"facilitator"}
    shown = {path for _who, path in found_out} & sight.open_to("facilitator")  # others lead to these
    assert shown == {at(name, rated) for name in ("round", "round_reveal")}
