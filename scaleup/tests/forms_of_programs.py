"""Forms of programs, of the eleven steps and of their gates."""

from django.core.files.uploadedfile import SimpleUploadedFile

from scaleup.tests import scenes
from scaleup.tests.bad_values import (
    DRAFT,
    LEFT_OUT,
    NOT_FOUND,
    REFUSED,
    TAKEN,
    TOLD,
    UNKNOWN,
    Field,
    button,
    choice,
    count,
    day,
    hidden,
    line,
    lines,
    link,
    needed_nonce,
    nonce,
    one_of,
    text,
    tick,
    version,
)  # fmt: skip
from scaleup.tests.form import Form, days, of, person
from scaleup.tests.scenes import Scene


def good_file(scene: Scene) -> SimpleUploadedFile:
    return SimpleUploadedFile("visit.txt", b"Seen by two people.")


FACTS = {
    "name": line("Home visits"),
    "about": text("Visits after birth.", required=False),
    "sector": choice("health"),
    "country": choice("KH"),
    "ambition_whom": line("newborns", required=False),
    "ambition_count": count("40,000", required=False),
    "ambition_place": line("nine districts", required=False),
    "ambition_change": line("are visited", required=False),
    "ambition_by": day("2029-12-31", required=False),
    "ambition_actor": line("the ministry", required=False),
    "direction": choice("out"),
    "nonce": nonce(),
    "stage": button("save", outcome=DRAFT),
}
OWNER = one_of(person("editor"), foreign=person("other lead"), required=False)
# A reply names its thread; one of another step, item or program is not there.
THREAD = Field(
    LEFT_OUT,
    {
        name: (bad, NOT_FOUND)
        for name, bad in {"word": "x", "unknown": UNKNOWN, "long": "9" * 200_000, "digits": "٣"}.items()
    },
    foreign=of("other", "remark_id"),
    is_shown=False,
    is_button=True,
)
TELL = one_of(person("lead"), foreign=person("other lead"), required=False)
REMARK = {
    "text": text("Who was asked?"),
    "tell": Field(TELL.good, TELL.spoiled, TELL.foreign, is_shown=False),  # a box for each of those who may be told
    "thread": THREAD,
    "nonce": nonce(),
}
EVIDENCE = {
    "kind": choice("note"),
    "file": hidden(LEFT_OUT),
    "url": hidden(""),
    "text": text("Seen by two people."),
    "title": line("Visit of two sites", required=False),
    "dated_on": day(days(-3)).also(tomorrow="2099-01-01"),
    "expires_on": day(days(300), required=False).also(before="2001-01-01"),
    "nonce": nonce(),
}
BY_LINK = {"kind": hidden("link"), "text": hidden(""), "url": link("https://example.org/report")}
BY_FILE = {
    "kind": hidden("file"),
    "text": hidden(""),
    "file": Field(good_file, {"left out": (LEFT_OUT, REFUSED), "words": ("C:\\visit.txt", REFUSED)}, is_shown=False),
}
SUBMIT = {
    "reviewer": one_of(person("facilitator"), foreign=person("other facilitator")),
    "promised_on": day(days(7)).also(yesterday="2026-01-01"),
    "message": text("Look at 3.2 first.", required=False),
    "nonce": nonce(),
}
REVIEW = {
    "review": hidden(scenes.submission, word=("x", REFUSED), unknown=(UNKNOWN, NOT_FOUND), huge=("9" * 30, REFUSED)),
    "outcome": choice("hold"),
    "look_again_on": day(days(9), required=False).but(empty=REFUSED, **{"left out": REFUSED}),
    "return_to": choice("", required=False).also(later="7", nowhere="99", negative="-1"),
    "reasons": text("The baseline is missing."),
    "signers": lines("Ana Sok, director\nLy Chan, nurse"),
    "decided_on": day(days(0)).also(tomorrow="2099-01-01"),
    "nonce": nonce(),
    "more": button(LEFT_OUT, outcome=DRAFT),
}


def conditions_rows() -> dict[str, Field]:
    """The rows for conditions of a decision."""
    rows = {
        f"conditions-{name}_FORMS": hidden(str(number))
        for name, number in (("TOTAL", 3), ("INITIAL", 0), ("MIN_NUM", 0), ("MAX_NUM", 20))
    }
    for row in range(3):
        rows |= {f"conditions-{row}-{name}": hidden("") for name in ("text", "owner", "due_on")}
    return rows


def with_condition() -> dict[str, Field]:
    """A decision with one condition."""
    first = {
        "conditions-0-text": line("Count the sites"),
        "conditions-0-owner": one_of(person("lead"), foreign=person("other lead")),
        "conditions-0-due_on": day(days(30)).also(yesterday="2026-01-01"),
    }
    rest = {name: Field(one.good, is_shown=one.is_shown, is_button=one.is_button) for name, one in REVIEW.items()}
    return rest | conditions_rows() | first | {"outcome": hidden("conditions"), "look_again_on": hidden("")}


def past_step(number: int, **fields: Field) -> dict[str, Field]:
    names = ("outcome", "decided_on", "reasons", "signers", "conditions", "conditions_due_on")
    return {f"step-{number}-{name}": fields.get(name, hidden("")) for name in names}


def past() -> dict[str, Field]:
    """Past decisions: one of step 3, with a condition; nothing for the others."""
    told = past_step(
        3,
        outcome=choice("conditions"),
        decided_on=day("2026-03-02").also(tomorrow="2099-01-01"),
        reasons=text("The council agreed."),
        signers=lines("Ana Sok, director"),
        conditions=lines("Count the sites"),
        conditions_due_on=day("2027-06-30").also(),
    )
    others = [past_step(number) for number in range(4, 12)]
    return {
        **told,
        **{name: one for step in others for name, one in step.items()},
        "waiver": text("", required=False),
        "nonce": nonce(),
    }


def item_fields() -> dict[str, Field]:
    fields = {
        "answer": choice("done", required=False),
        "reason": line("", required=False),
        "note": text("Visited twice.", required=False),
        "owner": OWNER,
        "due_on": day(days(20), required=False),
    }
    return (
        fields
        | {f"base_{name}": version() for name in fields}
        | {"nonce": needed_nonce(), "then": button("next", outcome=TAKEN)}
    )


FORMS = [
    # programs
    Form(
        "programs:program_add",
        "lead",
        {
            "organisation": one_of(of("own", "organisation_id"), foreign=of("other", "organisation_id")),
            "guide": choice(lambda scene: scene.program.guide_id),
            **FACTS,
            "seen": hidden(""),
        },
    ),
    Form(
        "programs:program_edit",
        "lead",
        FACTS | {"seen": hidden(scenes.facts_seen, word=("x", REFUSED), number=("7", REFUSED))},
    ),
    Form("programs:archive", "lead", {"wanted": button("archive")}),
    Form(
        "programs:reviewer",
        "admin",
        {"reviewer": one_of(person("admin"), foreign=person("other lead"), required=False, outcome=TOLD)},
        ready=scenes.named_reviewer,
        page="programs:portfolios",
    ),
    Form(
        "programs:member_role",
        "lead",
        {"role": choice("viewer", outcome=TOLD)},
        ready=scenes.member,
        page="programs:team",
    ),
    Form("programs:member_remove", "lead", ready=scenes.member),
    Form(
        "programs:portfolios",
        "lead",
        {"portfolio": one_of(lambda scene: scene.numbers["spare"], foreign=of("other", "portfolio_id"))},
        ready=scenes.free_portfolio,
    ),
    Form(
        "programs:listing_change",
        "lead",
        {"verb": button("leave", outcome=NOT_FOUND)},
        ready=scenes.guest_listing,
        page="programs:portfolios",
    ),
    Form(
        "programs:join",
        "lead",
        {"program": one_of(of("own", "program_id"), foreign=of("other", "program_id")), "is_home": tick()},
        ready=scenes.joining,
    ),
    Form(
        "programs:reach",
        "editor",
        {
            "count": count("1 200"),
            "as_of": day(days(-2)).also(tomorrow="2099-01-01"),
            "how_counted": line("registers"),
            "nonce": nonce(),
        },
    ),
    Form(
        "programs:step_plan",
        "editor",
        {
            "owner": OWNER,
            "target_on": day(days(40), required=False),
            "base_owner": version(),
            "base_target_on": version(),
            "nonce": needed_nonce(),
        },
        page="programs:step",
        is_saved_by_field=True,
    ),
    Form("programs:item", "editor", item_fields(), is_saved_by_field=True),
    Form("programs:step_remark", "editor", REMARK),
    Form("programs:item_remark", "editor", REMARK),
    Form("programs:remark_resolve", "editor", {"resolve": button("yes")}, ready=scenes.submitted, page="programs:step"),
    Form("programs:evidence_add", "editor", EVIDENCE),
    Form("programs:evidence_add", "editor", EVIDENCE | BY_LINK, variant="link"),
    Form("programs:evidence_add", "editor", EVIDENCE | BY_FILE, variant="file"),
    Form("programs:evidence_replace", "editor", EVIDENCE, ready=scenes.add_evidence),
    Form("programs:evidence_withdraw", "editor", ready=scenes.add_evidence),
    # gates
    Form("programs:check", "editor", SUBMIT),
    Form("programs:withdraw", "lead", ready=scenes.submitted, page="programs:timeline"),
    Form(
        "programs:look",
        "facilitator",
        {"note": line("The count was wrong."), "act": button("reopen", outcome=REFUSED)},
        ready=scenes.decided,
    ),
    Form("programs:review", "facilitator", REVIEW | conditions_rows(), ready=scenes.submitted),
    Form("programs:review", "facilitator", with_condition(), ready=scenes.submitted, variant="condition"),
    Form("programs:verify", "facilitator", {"act": button("verify")}, ready=scenes.submitted, page="programs:review"),
    Form(
        "programs:item_ask", "facilitator", {"note": line("Add the register.", required=False)}, ready=scenes.submitted
    ),
    Form("programs:past_decisions", "facilitator", past()),
    Form("programs:condition_met", "lead", {"note": line("Counted.")}, ready=scenes.open_condition),
    Form("programs:condition_confirm", "facilitator", page="programs:conditions"),
    Form("programs:condition_back", "facilitator", {"note": line("Two are missing.")}),
    # dashboards
    Form(
        "dashboards:portfolio_ask",
        "guest facilitator",
        {"program": one_of(of("own", "program_id"), foreign=of("other", "program_id"))},
        ready=scenes.asking,
    ),
]
