"""Publishing guides: once, whole, and never changed afterwards."""

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from programs.domain import guides
from programs.guide_file import CONTENT, GuideFile, read_guide
from programs.models import Guide, GuideItem, GuideStep


@pytest.fixture
def file() -> GuideFile:
    return read_guide(CONTENT / "eleven_steps.v1.toml")


def test_built_in_guide_is_whole(guide: Guide, file: GuideFile) -> None:
    steps = list(guide.steps.all())
    assert [step.key for step in steps] == [entry.key for entry in file.steps]
    assert [step.phase for step in steps] == ["before"] * 6 + ["during"] * 5
    items = list(GuideItem.objects.filter(step__guide=guide).values_list("number", "key"))
    assert items == [(item.number, item.key) for item in file.items]


def test_loading_again_changes_nothing(guide: Guide) -> None:
    before = (list(GuideStep.objects.values_list("pk")), list(GuideItem.objects.values_list("pk")))
    assert guides.load_built_in() == [guide]
    assert (list(GuideStep.objects.values_list("pk")), list(GuideItem.objects.values_list("pk"))) == before


def test_published_version_never_changes(guide: Guide, file: GuideFile) -> None:
    changed = replace(file, title="Twelve steps")
    with pytest.raises(guides.GuideRefused, match="already published and never changes"):
        guides.load(changed)
    guide.refresh_from_db()
    assert guide.title == file.title


def test_new_version_is_published_beside_the_old(guide: Guide, file: GuideFile) -> None:
    newer = guides.load(replace(file, version=2, title="The eleven steps, again"))
    assert (newer.version, newer.steps.count()) == (2, 11)
    assert guides.newest("eleven-steps") == newer
    assert guides.offered() == [newer]


def test_new_version_keeps_its_steps(guide: Guide, file: GuideFile) -> None:
    with pytest.raises(guides.GuideRefused, match="has other steps than version 1"):
        guides.load(replace(file, version=2, steps=file.steps[:-1]))
    assert guides.newest("eleven-steps") == guide


def test_command_tells_what_is_wrong(db: None, tmp_path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text('key = "x"\nversion = "one"\n')
    with pytest.raises(CommandError, match=r"broken\.toml, line 2: "):
        call_command("load_guides", path)


def test_command_publishes_the_built_in_guide(guide: Guide) -> None:
    out = StringIO()
    call_command("load_guides", stdout=out)
    assert out.getvalue() == "The eleven steps, version 1: published\n"
