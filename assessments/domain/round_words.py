"""How the history says what was done in a round, and where it leads. Placeholders are names in the change's `new`."""

from collections.abc import Collection

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessments.domain.rounds import KIND
from assessments.models import Assessment
from scaleup.addresses import address

_WORDS: dict[str, Promise] = {
    "set_up": _("set up the round “%(title)s” with %(instrument)s"),
    "changed_round": _("changed what is agreed about the round “%(title)s”"),
    "keyer_named": _("named %(name)s to type in the paper sheets of “%(title)s”"),
    "opened": _("opened the round “%(title)s” for %(raters)s raters"),
    "discarded": _("took back the round “%(title)s”, which was never opened"),
    "rater_added": _("asked %(name)s to rate in “%(title)s”"),
    "rater_changed": _("changed how %(name)s rates in “%(title)s”"),
    "rater_removed": _("took %(name)s off the round “%(title)s”"),
    "link_given": _("made a personal link for %(name)s in “%(title)s”; an earlier one ended"),
    "link_revoked": _("ended the personal link of %(name)s in “%(title)s”"),
    "revealed": _("revealed the ratings of “%(title)s”"),
    "settled": _("settled item %(item)s of “%(title)s”: %(label)s"),
    "left_open": _("left item %(item)s of “%(title)s” open: %(reason)s"),
    "reopened_item": _("opened item %(item)s of “%(title)s” again"),
    "said": _("wrote about item %(item)s of “%(title)s” as %(name)s"),
    "closed": _("closed the round “%(title)s”"),
    "action_added": _("added an action to “%(title)s”: %(text)s"),
    "action_done": _("did an action of “%(title)s”: %(text)s"),
}
VERBS = {(KIND, verb): words for verb, words in _WORDS.items()}


def places(round_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """The title and the address of those rounds that are still there."""
    rows = Assessment.objects.filter(pk__in=round_ids).values_list("pk", "program_id", "title")
    return {pk: (title, address("assessments:round", program_id, pk)) for pk, program_id, title in rows}
