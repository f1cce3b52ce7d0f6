"""What people owe on programs, in words: items, steps, conditions, replies and decisions.

`owed_sql` finds what falls under each rule.
"""

from django.utils.translation import gettext_lazy as _

from programs.domain.owed import Owed, Rule
from scaleup.addresses import address


def at_item(owed: Owed) -> str:
    return address("programs:item", owed.program_id, owed.step, owed.item_key)


def at_step(owed: Owed) -> str:
    return address("programs:step", owed.program_id, owed.step)


def at_item_or_step(owed: Owed) -> str:
    return at_item(owed) if owed.item_key else at_step(owed)


def at_conditions(owed: Owed) -> str:
    return address("programs:conditions", owed.program_id)


def at_review(owed: Owed) -> str:
    return address("programs:review", owed.program_id, owed.step)


RULES = (
    Rule("item_returned", "%(subject)s", at_item, word=_("returned")),
    Rule("item_due", "%(subject)s", at_item),
    Rule("step_returned", _("Step %(step)s came back: %(subject)s"), at_step, word=_("returned")),
    Rule("step_late", _("Step %(step)s is past its target date: %(subject)s"), at_step),
    Rule("step_look_again", _("Look again at step %(step)s: %(subject)s"), at_step),
    Rule("condition_due", _("Condition: %(subject)s"), at_conditions),
    Rule("remark_waiting", _("Answer the remark on %(subject)s"), at_item_or_step, word=_("asked")),
    Rule("review_promised", _("Decide on step %(step)s: %(subject)s"), at_review, word=_("to decide")),
)
