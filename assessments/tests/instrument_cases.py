"""Instruments for tests: the small sample as text, as a draft and published, and the browsers of their pages."""

from accounts.models import Organisation, User
from assessments.domain import instruments
from assessments.models import Instrument
from assessments.tests.instrument_blocks import BLOCKS, PLAIN_ITEM, anchors, blocks_with, item
from programs.tests.guide_blocks import written

TEXT = written(list(BLOCKS))  # small-instrument, version 3


def version(number: int, **values: str) -> str:
    """The sample as another version, with other values at the top."""
    return written(blocks_with(0, version=str(number), **values))


def with_deputy(number: int) -> str:
    """The sample as another version: `deputy` is new, `team` weighs more, `budget` is gone."""
    blocks = blocks_with(0, version=str(number))
    changed = [item("team", weight="2"), anchors(), item("deputy", may_pass="false"), anchors()]
    return written([*blocks[:PLAIN_ITEM], *changed])


def keep_draft(organisation: Organisation, by: User, text: str = TEXT) -> Instrument:
    return instruments.import_draft(organisation, text, name="x.toml", by=by)


def publish(organisation: Organisation, by: User, text: str = TEXT) -> Instrument:
    draft = keep_draft(organisation, by, text)
    return instruments.publish(draft, fingerprint=draft.fingerprint, by=by)
