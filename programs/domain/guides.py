"""Loading guide files into tables: a version is published once and never changes afterwards."""

from collections.abc import Iterable
from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext as _

from programs.guide_file import CONTENT, GuideFile, StepEntry, read_guide
from programs.models import Guide, GuideItem, GuideStep


class GuideRefused(Exception):
    """A guide file that is well written but must not be published; the message says why."""


def load_built_in() -> list[Guide]:
    """Publishes every guide file of the product that is not yet there; older versions first.

    Raises GuideFileError for a file with mistakes and GuideRefused as `load` does.
    """
    files = [read_guide(path, name=f"programs/content/{path.name}") for path in CONTENT.glob("*.toml")]
    return [load(file) for file in sorted(files, key=lambda file: (file.key, file.version))]


@transaction.atomic
def load(file: GuideFile) -> Guide:
    """Publishes one version of a guide; the same file again changes nothing.

    Raises GuideRefused when this version was published with other content, or when the steps are
    not those of the version before: answers and decisions hang on them.
    """
    guide, is_new = Guide.objects.select_for_update().get_or_create(
        key=file.key,
        version=file.version,
        defaults={
            "language": file.language,
            "title": file.title,
            "summary": file.summary,
            "terms": [asdict(term) for term in file.terms],
            "fingerprint": file.fingerprint,
        },
    )
    if guide.fingerprint != file.fingerprint:
        raise GuideRefused(
            _("%(key)s, version %(version)s, is already published and never changes. Raise the version number.")
            % {"key": file.key, "version": file.version}
        )
    if is_new:
        _refuse_other_steps(file)
        _fill(guide, file.steps)
    return guide


def newest(key: str) -> Guide | None:
    """The newest published version of a guide."""
    return Guide.objects.filter(key=key).order_by("-version").first()


def offered() -> list[Guide]:
    """The newest version of every guide, to choose from when a program starts."""
    return list(Guide.objects.order_by("key", "-version").distinct("key"))


def _refuse_other_steps(file: GuideFile) -> None:
    before = Guide.objects.filter(key=file.key, version__lt=file.version).order_by("-version").first()
    if before is None:
        return
    old = list(before.steps.values_list("key", flat=True))
    if old != [step.key for step in file.steps]:
        raise GuideRefused(
            _(
                "%(key)s, version %(version)s, has other steps than version %(before)s. "
                "A new version may change items; a guide with other steps needs a key of its own."
            )
            % {"key": file.key, "version": file.version, "before": before.version}
        )


def _fill(guide: Guide, entries: Iterable[StepEntry]) -> None:
    entries = list(entries)
    steps = GuideStep.objects.bulk_create(_step(guide, entry) for entry in entries)
    GuideItem.objects.bulk_create(
        GuideItem(step=step, **asdict(item)) for step, entry in zip(steps, entries, strict=True) for item in entry.items
    )


def _step(guide: Guide, entry: StepEntry) -> GuideStep:
    fields = asdict(entry)
    del fields["items"]
    return GuideStep(guide=guide, **fields)
