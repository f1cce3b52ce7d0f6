"""How the history says what was done in a round. Placeholders are names in the change's `new`."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessments.domain.rounds import KIND

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
