"""The consensus room on a rater’s phone: beside their own rating, theirs alone, and it hears what they say."""

from collections.abc import Callable

import pytest

from accounts.models import User
from assessments.domain import steering
from assessments.models import Assessment, Statement
from assessments.tests.room_cases import SAID, at, own, phone_of, row, text_of
from assessments.tests.round_cases import make_round
from programs.models import Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def discussed(program: Program) -> Assessment:
    return make_round(program, state="discussing", values=SAID)


def test_a_rater_by_link_reads_beside_their_own_rating_and_speaks(discussed: Assessment) -> None:
    ana = discussed.raters.get(name="Ana Sok")
    phone = phone_of(ana)
    page = phone.get(own("rater_room", ana))
    assert page.context["page"].consensus.item.key == "budget"
    assert "You said: 0 Not yet" in text_of(page.text)
    assert [one.is_own for one in page.context["page"].levels] == [True, False, False, False]

    empty = phone.post(own("rater_room_say", ana, "budget"), {"text": " ", "kind": "dissent", "value": "1"})
    assert empty.status_code == 422
    assert "Write what there is to say." in empty.text
    said = {"text": "The law is not out.", "kind": "dissent", "value": "1", "nonce": "b" * 32}
    for _click in range(2):
        assert phone.post(own("rater_room_say", ana, "budget"), said).url == own("rater_room", ana)
    kept = Statement.objects.get()
    assert (kept.rater, kept.user, kept.kind, kept.value) == (ana, None, "dissent", 1)
    assert "The law is not out." in phone.get(own("rater_room", ana)).text
    other = phone.post(own("rater_room_say", ana, "plan"), said | {"nonce": "c" * 32})
    assert other.url == own("rater_room", ana) + "?item=plan"


def test_a_phone_tells_that_the_room_moved_on(discussed: Assessment, lead: User) -> None:
    ana = discussed.raters.get(name="Ana Sok")
    phone, live = phone_of(ana), own("rater_room_live", ana)
    assert "The room is at" not in phone.get(live, {"about": "budget"}).text
    steering.show(discussed, row(discussed, "plan").item, by=lead)
    following = phone.get(live, {"about": "budget"})
    assert following.context["page"].consensus.item.key == "plan"
    assert "The room is at 1.2 There is a plan now." in text_of(following.text)
    staying = phone.get(live, {"item": "budget"})
    assert staying.context["page"].consensus.item.key == "budget"
    assert "The room is at 1.2" in text_of(staying.text)
    assert phone.get(own("rater_room", ana), {"item": "nothing"}).status_code == 404


def test_the_phone_page_is_its_raters_alone(discussed: Assessment, stranger: User, client_for: Callable) -> None:
    ana, ly = discussed.raters.order_by("pk")
    for name in ("rater_room", "rater_room_live"):
        assert client_for(stranger).get(own(name, ana)).status_code == 404
        assert client_for(None).get(own(name, ana)).status_code == 401
        assert phone_of(ly).get(own(name, ana)).status_code == 401
        assert client_for(discussed.facilitator).get(own(name, ana)).status_code == 404
    phone = phone_of(ana)
    assert phone.get(at("room", discussed)).status_code == 302
    assert phone.post(at("room_settle", discussed, "plan"), {"act": "agree", "value": "1"}).status_code in (302, 401)
    assert row(discussed, "plan").state == "open"


def test_before_the_reveal_a_phone_is_led_to_rating(program: Program) -> None:
    found = make_round(program)
    ana = found.raters.first()
    phone = phone_of(ana)
    assert phone.get(own("rater_room", ana)).url == own("rating", ana)
    assert phone.get(own("rater_room_live", ana)).status_code == 404
    assert phone.post(own("rater_room_say", ana, "plan"), {"text": "Hello."}).status_code == 404


def test_a_closed_round_shows_all_that_was_agreed(
    program: Program, lead: User, facilitator: User, client_for: Callable
) -> None:
    found = make_round(program, by=facilitator, raters=[lead, ("Ly Chan", "ministry")], state="closed", values=SAID)
    by_link = found.raters.get(name="Ly Chan")
    for browser, rater in ((client_for(lead), found.raters.get(user=lead)), (phone_of(by_link), by_link)):
        page = browser.get(own("rater_room", rater))
        assert (page.status_code, page.context["may_say"]) == (200, False)
        assert "The round is closed. Thank you; this is what the room agreed." in page.text
        assert page.text.count("agreed: 2 Mostly") == 4
        one = browser.get(own("rater_room", rater) + "?item=plan").text
        assert ("Agreed: 2 Mostly" in one, "Say it to the room" in one) == (True, False)
