"""Rating one item, blind: the `rating` kind of the saving path (journal.saving). Its log stays sealed."""

import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.models import UNABLE, Assessment, Rater, Rating, RatingChange
from journal.saving import Actor, Field, Kind, NotFound, Opened, Refused
from programs.domain.text import clean_line, clean_text
from programs.standing import Can, require

# The rating is ours alone until we are done; the round and the rater are held as they are, by many at once.
# A reveal waits for us, and whoever comes after a reveal reads what it wrote.
LOCKED = f"""
SELECT {", ".join(f"rating.{field.column}" for field in Rating._meta.concrete_fields)},
    rater.user_id AS rater_user, rater.is_on_paper, rater.link_digest, rater.link_expires_at, rater.removed_at,
    round.state, round.revealed_at, round.keyer_id, round.program_id, program.archived_at,
    item.may_pass, instrument.scale
FROM assessments_rating rating
JOIN assessments_rater rater ON rater.id = rating.rater_id
JOIN assessments_assessment round ON round.id = rater.assessment_id
JOIN programs_program program ON program.id = round.program_id
JOIN assessments_instrumentitem item ON item.id = rating.item_id
JOIN assessments_instrument instrument ON instrument.id = item.instrument_id
WHERE rating.id = %(rating)s
FOR NO KEY UPDATE OF rating FOR SHARE OF round, rater
"""  # noqa: S608  all words are our own

TYPED_UNABLE = frozenset({"x", "?"})

WRITE = """
UPDATE assessments_rating
SET value = %(number)s, is_unable = %(unable)s, reason = %(reason)s, comment = %(comment)s, evidence = %(evidence)s,
    versions = %(versions)s::jsonb, changed_at = %(now)s
WHERE id = %(id)s
"""


def clean_answer(raw: str, row: Any) -> str:
    """A value of the scale, “unable” (typed in from a sheet: x or ?), or nothing. Raises ValidationError."""
    said = raw.strip()
    if said.lower() in TYPED_UNABLE:
        said = UNABLE
    if said == UNABLE and not row.may_pass:
        raise ValidationError(_("“Not able to answer” is not offered here. Choose one of the levels shown."))
    if said not in {"", UNABLE, *(str(level["value"]) for level in row.scale)}:
        raise ValidationError(_("Choose one of the levels shown."))
    return said


def show_answer(value: str, row: Any) -> str:
    if value == UNABLE:
        return _("not able to answer")
    labels = {str(level["value"]): level["label"] for level in row.scale}
    return f"{value} {labels[value]}" if value else _("not rated")


class RatingKind(Kind):
    """How the saving path reads, checks and writes what one rater says of one item."""

    model = Rating
    takes_links = True
    log = RatingChange
    fields: Mapping[str, Field] = {
        "answer": Field("answer", clean_answer, display=show_answer),
        "reason": Field("reason", lambda raw, row: clean_line(raw, limit=500)),
        "comment": Field("comment", lambda raw, row: clean_text(raw, limit=2000)),
        "evidence": Field("evidence", lambda raw, row: clean_line(raw, limit=500)),
    }

    def read(self, object_id: int) -> Rating:
        return Rating.objects.as_asked().get(pk=object_id)

    def open(self, object_id: int, *, actor: Actor) -> Opened:
        """Locks the rating for its rater, or for who types in the rater's sheet and may still read the program."""
        row: Any = next(iter(Rating.objects.raw(LOCKED, {"rating": object_id})), None)
        if row is None or not _is_theirs(row, actor):
            raise NotFound
        if row.is_on_paper:
            require(actor.person, row.program_id, Can.READ)
        row.scale = json.loads(row.scale)  # no field of Rating, so Django leaves it as text
        return Opened(row, row.program_id)

    def check(self, opened: Opened, field: str, value: Any) -> None:
        row = opened.row
        if row.archived_at:
            raise Refused(_("This program is archived: it can be read, not changed."))
        if row.revealed_at:
            raise Refused(_("The ratings were revealed meanwhile and stay as they are. Say it in the discussion."))
        if row.state != Assessment.State.RATING:
            raise Refused(_("This round is not open for rating."))

    def write(self, opened: Opened, field: str, value: Any) -> None:
        row = opened.row
        if field == "answer":
            row.is_unable, row.value = value == UNABLE, int(value) if value not in ("", UNABLE) else None
        else:
            setattr(row, field, value)
        values = {
            "id": row.pk,
            "number": row.value,
            "unable": row.is_unable,
            "reason": row.reason,
            "comment": row.comment,
            "evidence": row.evidence,
            "versions": json.dumps(row.versions),
            "now": timezone.now(),
        }
        with connection.cursor() as cursor:
            cursor.execute(WRITE, values)


def _is_theirs(row: Any, actor: Actor) -> bool:
    if row.removed_at:
        return False
    if actor.user is not None:
        return actor.user.pk == (row.keyer_id if row.is_on_paper else row.rater_user)
    holder = Rater(link_digest=row.link_digest, link_expires_at=row.link_expires_at, removed_at=row.removed_at)
    return holder.has_living_link and actor.link == holder.link_number
