"""Moving a program to a newer version of its guide."""

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from journal.models import Change
from programs.domain import guides, remarks, steps, upgrading
from programs.guide_file import CONTENT, GuideFile, StepEntry, read_guide
from programs.models import Guide, ItemAnswer, Program, StepPlan, StepState


def changed(step: StepEntry, *, drop: str, add: str) -> StepEntry:
    """The step without one item and with a new one in its place."""
    (gone,) = (item for item in step.items if item.key == drop)
    fresh = replace(gone, key=add, text=f"New: {gone.text}"[:140])
    return replace(step, items=tuple(fresh if item.key == drop else item for item in step.items))


@pytest.fixture
def file() -> GuideFile:
    return read_guide(CONTENT / "eleven_steps.v1.toml")


@pytest.fixture
def newer(guide: Guide, file: GuideFile) -> Guide:
    """Steps 1 and 4 each lose their first item and get a new one."""
    entries = list(file.steps)
    for index in (0, 3):
        entries[index] = changed(entries[index], drop=entries[index].items[0].key, add=f"fresh-{index + 1}")
    return guides.load(replace(file, version=2, steps=tuple(entries)))


def first_item(program: Program, step: int) -> ItemAnswer:
    return ItemAnswer.objects.get(plan__program=program, plan__step__number=step, item__position=1, is_new=False)


@pytest.fixture
def decided(program: Program) -> Program:
    """Step 1 has passed; step 4 is in progress, and its first item has an answer."""
    StepPlan.objects.filter(program=program, step__number=1).update(state=StepState.GO)
    ItemAnswer.objects.filter(plan__program=program, plan__step__number=1).update(answer="done")
    ItemAnswer.objects.filter(plan__program=program, plan__step__number=4).update(answer="under_way")
    return program


def standing(program: Program, step: int) -> dict[str, tuple[str, bool]]:
    rows = ItemAnswer.objects.filter(plan__program=program, plan__step__number=step).standing()
    return {row.item.key: (row.answer, row.is_new) for row in rows.select_related("item")}


def test_answers_move_with_their_keys(decided: Program, newer: Guide, file: GuideFile, lead: User) -> None:
    upgrading.apply(decided, newer, by=lead)
    kept = {item.key: ("under_way", False) for item in file.steps[3].items[1:]}
    assert standing(decided, 4) == kept | {"fresh-4": ("not_started", False)}
    assert Program.objects.get(pk=decided.pk).guide == newer


def test_decided_steps_stay_and_new_items_are_marked(decided: Program, newer: Guide, file: GuideFile) -> None:
    upgrading.apply(decided, newer)
    kept = {item.key: ("done", False) for item in file.steps[0].items}
    assert standing(decided, 1) == kept | {"fresh-1": ("not_started", True)}
    plan = StepPlan.objects.get(program=decided, step__number=1)
    assert plan.step.guide.version == 1


def test_what_is_gone_is_kept_for_reading(decided: Program, newer: Guide, lead: User, client_for) -> None:
    gone = first_item(decided, 4)
    ItemAnswer.objects.filter(pk=gone.pk).update(note="Long work", versions={"note": [1, lead.pk, "", ""]})
    remarks.write(gone.plan, text="A remark", by=lead, answer=gone)
    upgrading.apply(decided, newer)
    page = client_for(lead).get(f"/programs/{decided.pk}/steps/4/").content.decode()
    assert "1 item of an older version of the guide" in page
    page = client_for(lead).get(f"/programs/{decided.pk}/steps/4/items/{gone.item.key}/").content.decode()
    assert ("Long work" in page, "A remark" in page) == (True, True)


def test_empty_items_that_are_gone_go(program: Program, newer: Guide) -> None:
    upgrade = upgrading.apply(program, newer)
    assert (len(upgrade.gone), len(upgrade.dropped), len(upgrade.new)) == (0, 2, 2)
    assert ItemAnswer.objects.filter(plan__program=program).count() == 84


def test_applying_again_changes_nothing(decided: Program, newer: Guide) -> None:
    upgrading.apply(decided, newer)
    decided.refresh_from_db()
    before = list(ItemAnswer.objects.order_by("pk").values())
    upgrading.apply(decided, newer)
    assert list(ItemAnswer.objects.order_by("pk").values()) == before
    assert Change.objects.filter(verb="upgraded").count() == 1


def test_reopened_step_moves_at_the_next_upgrade(decided: Program, newer: Guide) -> None:
    upgrading.apply(decided, newer)
    decided.refresh_from_db()
    StepPlan.objects.filter(program=decided, step__number=1).update(state=StepState.RETURNED)
    upgrade = upgrading.apply(decided, newer)
    assert [answer.answer for answer in upgrade.gone if answer.plan.step.number == 1] == ["done"]
    assert standing(decided, 1)["fresh-1"] == ("not_started", False)
    assert len(standing(decided, 1)) == 7


def test_new_items_come_last_and_have_no_number_yet(decided: Program, newer: Guide) -> None:
    upgrading.apply(decided, newer)
    reading = steps.read(decided, 1, today=timezone.localdate())
    assert [row.shown_number for row in reading.answers][-2:] == ["1.7", "new"]


def test_command_prints_before_it_does(decided: Program, newer: Guide) -> None:
    out = StringIO()
    call_command("upgrade_guide", decided.pk, stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0] == "own program: to The eleven steps, version 2"
    assert "  stays as decided: steps 1" in lines
    assert [line for line in lines if "new since the decision" in line] != []
    assert lines[-1] == "Nothing was changed; add --apply to do it."
    assert Program.objects.get(pk=decided.pk).guide.version == 1
    call_command("upgrade_guide", decided.pk, "--apply", stdout=out)
    assert Program.objects.get(pk=decided.pk).guide.version == 2


def test_command_knows_no_such_program(db: None) -> None:
    with pytest.raises(CommandError, match="There is no program 12"):
        call_command("upgrade_guide", 12)
