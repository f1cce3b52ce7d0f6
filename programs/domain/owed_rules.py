"""What people owe on programs, in words: items, steps, conditions, evidence, replies, decisions and signs of life.

`owed_sql` finds what falls under each rule.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

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


def at_program(owed: Owed) -> str:
    return address("programs:program", owed.program_id)


def silence_in_words(owed: Owed) -> str:
    count = int(owed.item_key)
    words = ngettext(
        "Nothing has changed for %(count)s day: say where the program stands",
        "Nothing has changed for %(count)s days: say where the program stands",
        count,
    )
    return words % {"count": count}


RULES = (
    Rule("item_returned", "%(subject)s", at_item, _("returned"), _("Items a reviewer sent back")),
    Rule("item_due", "%(subject)s", at_item, label=_("Items that are due")),
    Rule(
        "step_returned",
        _("Step %(step)s came back: %(subject)s"),
        at_step,
        _("returned"),
        _("Steps that came back"),
    ),
    Rule(
        "step_due",
        _("Step %(step)s is to be ready: %(subject)s"),
        at_step,
        label=_("Steps near their target date"),
    ),
    Rule(
        "step_look_again",
        _("Look again at step %(step)s: %(subject)s"),
        at_step,
        label=_("Steps on hold to look at again"),
    ),
    Rule("condition_due", _("Condition: %(subject)s"), at_conditions, label=_("Conditions")),
    Rule(
        "remark_waiting",
        _("Answer the remark on %(subject)s"),
        at_item_or_step,
        _("asked"),
        _("Remarks that wait for an answer"),
    ),
    Rule(
        "review_promised",
        _("Decide on step %(step)s: %(subject)s"),
        at_review,
        _("to decide"),
        _("Steps you promised to decide on"),
    ),
    Rule(
        "condition_confirm",
        _("Confirm that the condition is met: %(subject)s"),
        at_conditions,
        _("to confirm"),
        _("Conditions to confirm"),
    ),
    Rule(
        "evidence_expiring",
        _("Renew the evidence: %(subject)s"),
        at_item,
        label=_("Evidence that expires"),
        lead_days=(30, 7, 1),
        after_days=(1, 7, 30),
    ),
    Rule(
        "program_silent",
        silence_in_words,
        at_program,
        _("silent"),
        _("Programs in which nothing moves"),
        after_days=(0, 7, 14, 30, 60, 120, 240),
    ),
)
