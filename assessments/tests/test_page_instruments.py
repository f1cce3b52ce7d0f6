"""Pages about instruments: what is there, one whole, its preview and file, and how an organisation makes its own."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Organisation, User
from assessments.domain import questionnaires
from assessments.domain.instruments import next_version_text
from assessments.forms.instruments import LARGEST_FILE
from assessments.models import Instrument
from assessments.tests.instrument_cases import TEXT, keep_draft, publish, version, with_deputy
from conftest import Tenant
from scaleup.tests.read_pages import Page

pytestmark = pytest.mark.django_db
LIST = "/instruments/"


@pytest.fixture
def browser(client: Client, admin: User) -> Client:
    """The organisation’s administrator, signed in."""
    client.force_login(admin)
    return client


@pytest.fixture
def import_url(organisation: Organisation) -> str:
    return reverse("assessments:instrument_import", args=[organisation.pk])


def at(name: str, instrument: Instrument) -> str:
    return reverse(f"assessments:{name}", args=[instrument.pk])


def three_more(organisation: Organisation, admin: User) -> None:
    for number in range(3):
        publish(organisation, admin, TEXT.replace("small-instrument", f"other-{number}"))
        keep_draft(organisation, admin, version(4).replace("small-instrument", f"other-{number}"))


# The list


def test_the_list_shows_what_each_is_for(browser: Client, organisation: Organisation, admin: User) -> None:
    publish(organisation, admin)
    publish(organisation, admin, version(4))
    keep_draft(organisation, admin, with_deputy(5))
    response = browser.get(LIST)
    listed = [(one.instrument, one.item_count) for one in response.context["listed"]]
    found = [(one.title, one.version, one.state, item_count) for one, item_count in listed]
    assert found == [
        ("Implementation capacity", 1, "published", 20),
        ("Normalisation", 1, "published", 18),
        ("Scale-up readiness", 1, "published", 40),
        ("Sustainability", 1, "published", 40),
        ("A small instrument", 4, "published", 3),
        ("A small instrument", 5, "draft", 3),
    ]
    assert [text in response.text for text in ("For the tests.", "For the work.", "about 20 minutes")] == [True] * 3


def test_an_empty_list_says_why(browser: Client) -> None:
    Instrument.objects.all().delete()
    assert "No instrument yet" in browser.get(LIST).text


@pytest.mark.parametrize("more", [False, True], ids=["1", "3 more"])
def test_the_list_asks_little(
    browser: Client,
    organisation: Organisation,
    admin: User,
    more: bool,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    publish(organisation, admin)
    if more:
        three_more(organisation, admin)
    browser.get(LIST)
    with django_assert_num_queries(2):  # the person, the instruments
        browser.get(LIST)


# One instrument


def test_the_page_shows_the_whole_instrument(browser: Client, instrument: Instrument) -> None:
    text, entry = browser.get(at("instrument", instrument)).text, questionnaires.entry_of(instrument)
    said = [entry.summary, entry.good_for, entry.not_for]
    said += [word for source in entry.sources for word in (source.name, source.what)]
    said += [level.meaning for level in entry.scale]
    said += [word for each in entry.dimensions for word in (each.title, each.lede)]
    said += [word for item in entry.items for word in (item.text, item.help, item.construct)]
    said += [anchor.text for item in entry.items for anchor in item.anchors]
    assert [word for word in said if word not in text] == []


def test_marks_are_shown_to_authors(browser: Client, organisation: Organisation, admin: User) -> None:
    page = browser.get(at("instrument", publish(organisation, admin))).context["page"]
    assert [[words for _, words in shown.marks] for part in page.parts for shown in part.items] == [
        ["critical", "reversed: a high value is bad", "weight 2", "“Not able to answer” is not offered"],
        [],
        [],
    ]


def test_only_levels_with_words_are_shown(browser: Client, organisation: Organisation, admin: User) -> None:
    page = browser.get(at("instrument", publish(organisation, admin))).context["page"]
    levels = [[level.label for level in shown.levels] for part in page.parts for shown in part.items]
    assert levels == [["Not yet", "Partly", "Fully"], ["Not yet", "Fully"], ["Not yet", "Fully"]]


def test_a_version_tells_what_it_changed(browser: Client, organisation: Organisation, admin: User) -> None:
    first, second = publish(organisation, admin), publish(organisation, admin, with_deputy(4))
    page = browser.get(at("instrument", second)).context["page"]
    shown = page.differences
    assert (shown.before, [item.key for item in shown.found.new], [item.key for item in shown.found.gone]) == (
        first,
        ["deputy"],
        ["budget"],
    )
    changes = [(item.key, [(one.what, one.old, one.new) for one in changes]) for item, changes in shown.changed]
    assert changes == [("team", [("weight", "1", "2")])]
    assert [(one.version, one.state) for one in page.versions] == [(4, "published"), (3, "superseded")]
    assert browser.get(at("instrument", first)).context["page"].differences is None


def test_changed_words_are_laid_side_by_side(browser: Client, organisation: Organisation, admin: User) -> None:
    publish(organisation, admin)
    text = version(4).replace('2 = "All of it"', '2 = "Everything"', 1).replace("may_pass = false", "may_pass = true")
    ((item, changes),) = (
        browser.get(at("instrument", keep_draft(organisation, admin, text))).context["page"].differences.changed
    )
    assert (item.key, [(one.what, one.old, one.new) for one in changes]) == (
        "named-lead",
        [("“Not able to answer” is offered", "no", "yes"), ("words of level 2", "All of it", "Everything")],
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (version(4), "Items and scale are the same."),
        (version(4).replace('"Partly"', '"Half"'), "cannot be laid side by side"),
    ],
    ids=["nothing", "scale"],
)
def test_what_else_may_differ(
    browser: Client, organisation: Organisation, admin: User, text: str, sentence: str
) -> None:
    publish(organisation, admin)
    assert sentence in browser.get(at("instrument", keep_draft(organisation, admin, text))).text


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_little(
    browser: Client,
    organisation: Organisation,
    admin: User,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(count):
        found = publish(organisation, admin, with_deputy(3 + number))
    with django_assert_num_queries(4):  # the person, the instrument, whether it is theirs, its versions
        browser.get(at("instrument", found))


# Preview and file


def test_the_preview_is_what_a_rater_sees(browser: Client, organisation: Organisation, admin: User) -> None:
    draft = keep_draft(organisation, admin)
    page = Page(browser.get(at("instrument_preview", draft)).text, here="")
    assert page.controls == {}  # nothing stands in a form: nothing can be sent
    response = browser.get(at("instrument_preview", draft), {"dimension": "leadership"})
    first, second = response.context["page"].items
    assert [(level.label, level.meaning, level.anchor) for level in second.levels] == [
        ("Not yet", "Nobody has begun.", "Nothing to see"),
        ("Partly", "Some of it is there.", ""),
        ("Fully", "All of it is there.", "All of it"),
    ]
    assert (first.marks, second.marks) == ((), ())
    assert response.text.count('value="unable"') == 1  # of two items one must be answered
    assert "reversed" not in response.text


def test_the_preview_shows_one_dimension_at_a_time(browser: Client, organisation: Organisation, admin: User) -> None:
    published = publish(organisation, admin)
    page = browser.get(at("instrument_preview", published), {"dimension": "money"}).context["page"]
    assert [shown.item.key for shown in page.items] == ["budget"]
    assert (page.before.key, page.after) == ("leadership", None)
    assert browser.get(at("instrument_preview", published), {"dimension": "nothing"}).status_code == 404


def test_the_file_is_the_text_itself(browser: Client, instrument: Instrument) -> None:
    response = browser.get(at("instrument_export", instrument))
    assert response.text == instrument.text
    assert response["Content-Disposition"] == 'attachment; filename="scale-up-readiness.v1.toml"'
    assert response["Content-Type"] == "application/toml; charset=utf-8"


# Who may


@pytest.mark.parametrize(
    ("who", "published", "draft", "own_list"),
    [("admin", 200, 200, 200), ("lead", 200, 404, 403), ("facilitator", 404, 404, 404), ("other_lead", 404, 404, 404)],
)
def test_who_sees_an_organisations_instruments(
    request: pytest.FixtureRequest,
    client_for: Callable[[User], Client],
    tenant: Tenant,
    who: str,
    published: int,
    draft: int,
    own_list: int,
) -> None:
    seen = publish(tenant.organisation, tenant.admin), keep_draft(tenant.organisation, tenant.admin, version(4))
    browser = client_for(request.getfixturevalue(who))
    for name in ("instrument", "instrument_export", "instrument_preview"):
        assert [browser.get(at(name, one)).status_code for one in seen] == [published, draft]
    kept = reverse("assessments:organisation_instruments", args=[tenant.organisation.pk])
    assert browser.get(kept).status_code == own_list
    listed = [one.instrument for one in browser.get(LIST).context["listed"]]
    numbers = {one.version for one in listed if one.organisation}
    assert numbers == {number for number, status in ((3, published), (4, draft)) if status == 200}


@pytest.mark.parametrize("name", ["instrument_publish", "instrument_discard"])
def test_nobody_keeps_the_built_in_ones(browser: Client, instrument: Instrument, name: str) -> None:
    assert browser.post(at(name, instrument), {"fingerprint": instrument.fingerprint}).status_code == 403


def test_members_read_and_do_not_keep(client_for: Callable[[User], Client], tenant: Tenant) -> None:
    published, browser = publish(tenant.organisation, tenant.admin), client_for(tenant.lead)
    assert browser.post(at("instrument_publish", published)).status_code == 403
    assert "Make the next version" not in browser.get(at("instrument", published)).text


# An organisation’s own


def test_the_organisations_list(browser: Client, organisation: Organisation, admin: User) -> None:
    url = reverse("assessments:organisation_instruments", args=[organisation.pk])
    assert "No instrument of your own yet" in browser.get(url).text
    publish(organisation, admin)
    publish(organisation, admin, version(4))
    keep_draft(organisation, admin, version(5))
    found = [(one.instrument, one.item_count) for one in browser.get(url).context["listed"]]
    assert [(one.version, one.state, item_count) for one, item_count in found] == [
        (5, "draft", 3),
        (4, "published", 3),
        (3, "superseded", 3),
    ]


@pytest.mark.parametrize("more", [False, True], ids=["1", "3 more"])
def test_the_organisations_list_asks_little(
    browser: Client,
    organisation: Organisation,
    admin: User,
    more: bool,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    keep_draft(organisation, admin)
    if more:
        three_more(organisation, admin)
    url = reverse("assessments:organisation_instruments", args=[organisation.pk])
    with django_assert_num_queries(3):  # the person, the organisation, its instruments
        browser.get(url)


def test_from_pasted_text_to_a_published_version(
    browser: Client, organisation: Organisation, admin: User, import_url: str
) -> None:
    publish(organisation, admin)
    page = browser.post(import_url, {"text": with_deputy(4).replace("\n", "\r\n")}, follow=True)
    draft = organisation.instruments.get(state="draft")
    assert page.redirect_chain == [(at("instrument", draft), 302)]
    assert ["Publish version 4?" in page.text, "frozen for ever" in page.text] == [True, True]
    assert draft.text == with_deputy(4)
    fingerprint = Page(page.text, here="").of("fingerprint", at("instrument_publish", draft))[0].value
    page = browser.post(at("instrument_publish", draft), {"fingerprint": fingerprint}, follow=True)
    assert "The version is published." in page.text
    assert "Publish version" not in page.text
    draft.refresh_from_db()
    assert draft.state == "published"


def test_a_file_is_taken_like_text(browser: Client, organisation: Organisation, import_url: str) -> None:
    file = SimpleUploadedFile("small.toml", b"\xef\xbb\xbf" + TEXT.encode())
    browser.post(import_url, {"file": file})
    assert list(organisation.instruments.values_list("text", "state")) == [(TEXT, "draft")]


def test_every_mistake_is_told_with_its_line(browser: Client, organisation: Organisation, import_url: str) -> None:
    text = TEXT.replace("minutes = 20", "minutes = 2000").replace('label = "Fully"', 'label = "Partly"')
    response = browser.post(import_url, {"text": text})
    page = Page(response.text, here=import_url)
    assert response.status_code == 422
    assert page.summary == [
        ("", 'The text, line 10: "minutes" is 2000; it must be 1 to 600.'),
        ("", 'The text, line 28: another level has the label "Partly" (line 23).'),
        ("id_text", "Mend the 2 mistakes of the list at the top of this page."),
    ]
    assert page.of("text", import_url)[0].value == text
    assert organisation.instruments.count() == 0


def test_mistakes_of_a_file_name_it_and_its_text_can_be_mended(browser: Client, import_url: str) -> None:
    text = TEXT.replace("minutes = 20", "minutes = 2000")
    page = Page(
        browser.post(import_url, {"file": SimpleUploadedFile("small.toml", text.encode())}).text, here=import_url
    )
    assert page.summary == [("id_text", 'small.toml, line 10: "minutes" is 2000; it must be 1 to 600.')]
    assert page.of("text", import_url)[0].value == text


def test_a_version_that_is_published_is_refused_in_words(
    browser: Client, organisation: Organisation, admin: User, import_url: str
) -> None:
    publish(organisation, admin)
    page = Page(browser.post(import_url, {"text": TEXT}).text, here=import_url)
    ((field, sentence),) = page.summary
    assert (field, sentence.split(": ")[1]) == ("id_text", "raise the number to 4.")
    assert page.of("text", import_url)[0].value == TEXT


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'key = "\xff"', "small.toml, line 1: a character is not UTF-8; save the file as UTF-8."),
        (b"#" * (LARGEST_FILE + 1), "This file is larger than 1.9\xa0MB. It is hardly an instrument."),
        (b"", "The submitted file is empty."),
    ],
    ids=["bytes", "large", "empty"],
)
def test_a_file_that_cannot_be_read(browser: Client, import_url: str, content: bytes, sentence: str) -> None:
    response = browser.post(import_url, {"file": SimpleUploadedFile("small.toml", content)})
    assert (response.status_code, Page(response.text, here="").summary) == (422, [("id_file", sentence)])


def test_a_file_and_a_text_cannot_both_count(browser: Client, organisation: Organisation, import_url: str) -> None:
    response = browser.post(import_url, {"file": SimpleUploadedFile("small.toml", TEXT.encode()), "text": "mine"})
    page = Page(response.text, here=import_url)
    assert (response.status_code, [field for field, _ in page.summary]) == (422, ["id_file"])
    assert page.of("text", import_url)[0].value == "mine"
    assert organisation.instruments.count() == 0


def test_a_next_version_begins_with_the_one_there_is(
    browser: Client, organisation: Organisation, admin: User, other_tenant: Tenant, import_url: str
) -> None:
    mine, theirs = publish(organisation, admin), publish(other_tenant.organisation, other_tenant.admin)
    page = Page(browser.get(import_url, {"from": mine.pk}).text, here=import_url)
    assert page.of("text", import_url)[0].value == next_version_text(mine) == version(4)
    answers = [browser.get(import_url, {"from": number}).status_code for number in (theirs.pk, "9" * 18, "9" * 30, "x")]
    assert answers == [404] * 4


def test_a_draft_that_changed_meanwhile_is_read_again_first(
    browser: Client, organisation: Organisation, admin: User
) -> None:
    read = keep_draft(organisation, admin)
    keep_draft(organisation, admin, version(3, minutes="21"))
    page = browser.post(at("instrument_publish", read), {"fingerprint": read.fingerprint}, follow=True)
    assert "has changed since you read it" in page.text
    assert Instrument.objects.get(pk=read.pk).is_draft


def test_discarding_asks_once(browser: Client, organisation: Organisation, admin: User) -> None:
    draft = keep_draft(organisation, admin)
    assert "Its text is gone then." in browser.get(at("instrument_discard", draft)).text
    page = browser.post(at("instrument_discard", draft), follow=True)
    assert "The draft is gone." in page.text
    assert organisation.instruments.count() == 0


def test_what_is_published_is_not_discarded(browser: Client, organisation: Organisation, admin: User) -> None:
    published = publish(organisation, admin)
    page = browser.post(at("instrument_discard", published), follow=True)
    assert "It stays for ever." in page.text
    assert list(organisation.instruments.all()) == [published]
