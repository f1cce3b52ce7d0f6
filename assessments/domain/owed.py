"""What people owe in rounds: rating, typing in sheets, revealing, closing, and the actions that came of it.

Each stands in the list of `programs.domain.owed`, whose columns the selects return. A round has no step (0);
`item_key` is the number of the round that an action belongs to, and the key of its item.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from programs.domain.owed import Owed, Rule
from scaleup.addresses import address


def at_rating(owed: Owed) -> str:
    return address("assessments:rating", owed.subject_id)


def at_round(owed: Owed) -> str:
    return address("assessments:round", owed.program_id, owed.subject_id)


def at_actions(owed: Owed) -> str:
    """At its item among the results."""
    round_id, item_key = owed.item_key.split()
    return f"{address('assessments:results', owed.program_id, int(round_id))}#item-{item_key}"


def sheets_in_words(owed: Owed) -> str:
    count = int(owed.item_key)
    words = ngettext("Type in %(count)s paper sheet: %(subject)s", "Type in %(count)s paper sheets: %(subject)s", count)
    return words % {"count": count, "subject": owed.subject}


def at_keying(owed: Owed) -> str:
    return address("assessments:round_keying", owed.program_id, owed.subject_id)


RULES = (
    Rule("round_rate", _("Rate in the round: %(subject)s"), at_rating, word=_("asked")),
    Rule("round_key", sheets_in_words, at_keying, word=_("asked")),
    Rule("round_reveal", _("Reveal the ratings: %(subject)s"), at_round, word=_("to reveal")),
    Rule("round_close", _("Settle what is open and close the round: %(subject)s"), at_round),
    Rule("round_action", _("Action: %(subject)s"), at_actions),
)

# Raters with an account who have not said that they are done.
RATERS = """
SELECT 'round_rate', rater.user_id, round.program_id, program.name, 0, '', rater.id, round.title, '', round.due_on,
       round.opened_at
FROM assessments_rater rater
JOIN assessments_assessment round ON round.id = rater.assessment_id AND round.state = 'rating'
JOIN programs_program program ON program.id = round.program_id AND program.archived_at IS NULL
WHERE rater.removed_at IS NULL AND rater.finished_at IS NULL AND rater.user_id {whose}
"""

# Sheets that are not typed in yet; `item_key` is how many.
SHEETS = """
SELECT 'round_key', round.keyer_id, round.program_id, program.name, 0, count(*)::text, round.id, round.title, '',
       round.due_on, round.opened_at
FROM assessments_rater rater
JOIN assessments_assessment round ON round.id = rater.assessment_id AND round.state = 'rating'
JOIN programs_program program ON program.id = round.program_id AND program.archived_at IS NULL
WHERE rater.is_on_paper AND rater.removed_at IS NULL AND rater.finished_at IS NULL AND round.keyer_id {whose}
GROUP BY round.id, program.id
"""

# Rounds in which nobody is waited for any more: all are done, or the day is over.
TO_REVEAL = """
SELECT 'round_reveal', round.facilitator_id, round.program_id, program.name, 0, '', round.id, round.title, '',
       round.due_on, round.opened_at
FROM assessments_assessment round
JOIN programs_program program ON program.id = round.program_id AND program.archived_at IS NULL
WHERE round.state = 'rating' AND round.facilitator_id {whose} AND (
    round.due_on < %(today)s OR NOT EXISTS (
        SELECT FROM assessments_rater rater
        WHERE rater.assessment_id = round.id AND rater.removed_at IS NULL AND rater.finished_at IS NULL
    )
)
"""

TO_CLOSE = """
SELECT 'round_close', round.facilitator_id, round.program_id, program.name, 0, '', round.id, round.title, '',
       NULL::date, round.revealed_at
FROM assessments_assessment round
JOIN programs_program program ON program.id = round.program_id AND program.archived_at IS NULL
WHERE round.state = 'discussing' AND round.facilitator_id {whose}
"""

ACTIONS = """
SELECT 'round_action', action.owner_id, round.program_id, program.name, 0, round.id || ' ' || item.key, action.id,
       action.text, '', action.due_on, action.created_at
FROM assessments_roundaction action
JOIN assessments_instrumentitem item ON item.id = action.item_id
JOIN assessments_assessment round ON round.id = action.assessment_id
JOIN programs_program program ON program.id = round.program_id AND program.archived_at IS NULL
WHERE action.done_at IS NULL AND action.owner_id {whose}
"""

SELECTS = (RATERS, SHEETS, TO_REVEAL, TO_CLOSE, ACTIONS)
