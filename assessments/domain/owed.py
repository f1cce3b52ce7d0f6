"""What people owe in rounds: rating, typing in sheets, revealing, closing, and the actions that came of it.

Each stands in the list of `programs.domain.owed`, whose columns the selects return. A round has no step (0);
`item_key` is the number of the round that a rater or an action belongs to, and the key of the action's item.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from programs.domain.owed import Owed, Rule
from programs.domain.owed_sql import MAY_READ, THEIRS
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


def missing_in_words(owed: Owed) -> str:
    """How many of how many: never who, and never what anybody rated."""
    count, of = map(int, owed.item_key.split())
    words = ngettext(
        "%(count)s of %(of)s raters is not done yet: %(subject)s",
        "%(count)s of %(of)s raters are not done yet: %(subject)s",
        count,
    )
    return words % {"count": count, "of": of, "subject": owed.subject}


RULES = (
    Rule(
        "round_rate",
        _("Rate in the round: %(subject)s"),
        at_rating,
        _("asked"),
        _("Rounds you rate in"),
    ),
    Rule("round_key", sheets_in_words, at_keying, _("asked"), _("Paper sheets to type in")),
    Rule(
        "round_reveal",
        _("Reveal the ratings: %(subject)s"),
        at_round,
        _("to reveal"),
        _("Ratings to reveal"),
    ),
    Rule(
        "round_missing",
        missing_in_words,
        at_round,
        label=_("Raters who are not done yet"),
        lead_days=(1, 0),
        after_days=(),
    ),
    Rule(
        "round_close",
        _("Settle what is open and close the round: %(subject)s"),
        at_round,
        label=_("Rounds in discussion"),
    ),
    Rule("round_action", _("Action: %(subject)s"), at_actions, label=_("Actions that came of rounds")),
)

# Raters with an account who have not said that they are done.
RATERS = """
SELECT 'round_rate', rater.user_id, round.program_id, program.name, 0, round.id::text, rater.id, round.title, '',
       round.due_on, round.opened_at
FROM assessments_rater rater
JOIN assessments_assessment round ON round.id = rater.assessment_id AND round.state = 'rating'
JOIN programs_program program ON program.id = round.program_id AND program.archived_at IS NULL
WHERE rater.removed_at IS NULL AND rater.finished_at IS NULL AND rater.user_id {whose} AND {due[round.due_on]}
"""

# Sheets that are not typed in yet; `item_key` is how many.
SHEETS = f"""
SELECT 'round_key', round.keyer_id, round.program_id, program.name, 0, count(*)::text, round.id, round.title, '',
       round.due_on, round.opened_at
FROM assessments_rater rater
JOIN assessments_assessment round ON round.id = rater.assessment_id AND round.state = 'rating'
JOIN programs_program program ON program.id = round.program_id AND program.archived_at IS NULL
WHERE rater.is_on_paper AND rater.removed_at IS NULL AND rater.finished_at IS NULL AND round.keyer_id {{whose}}
  AND {{due[round.due_on]}} AND {MAY_READ.format(person="round.keyer_id")}
GROUP BY round.id, program.id
"""  # noqa: S608  all words are our own

# Rounds in which nobody is waited for any more: all are done, or the day is over.
TO_REVEAL = f"""
SELECT 'round_reveal', round.facilitator_id, round.program_id, program.name, 0, '', round.id, round.title, '',
       round.due_on, round.opened_at
FROM assessments_assessment round
JOIN programs_program program ON program.id = round.program_id AND program.archived_at IS NULL
WHERE round.state = 'rating' AND round.facilitator_id {{whose}} AND {{due[round.due_on]}}
  AND {MAY_READ.format(person="round.facilitator_id")} AND (
    round.due_on < %(today)s OR NOT EXISTS (
        SELECT FROM assessments_rater rater
        WHERE rater.assessment_id = round.id AND rater.removed_at IS NULL AND rater.finished_at IS NULL
    )
)
"""  # noqa: S608

# Rounds whose raters are not all done, the day before their last day and on it; `item_key` is how many of how many.
MISSING = f"""
SELECT 'round_missing', round.facilitator_id, round.program_id, program.name, 0,
       counted.missing || ' ' || counted.raters, round.id, round.title, '', round.due_on, NULL
FROM assessments_assessment round
JOIN programs_program program ON program.id = round.program_id AND program.archived_at IS NULL
CROSS JOIN LATERAL (
    SELECT count(*) AS raters, count(*) FILTER (WHERE finished_at IS NULL) AS missing
    FROM assessments_rater WHERE assessment_id = round.id AND removed_at IS NULL
) counted
WHERE round.state = 'rating' AND round.facilitator_id {{whose}} AND {{due[round.due_on]}}
  AND {{begun[(round.due_on - 1)]}} AND round.due_on >= %(today)s AND counted.missing > 0
  AND {MAY_READ.format(person="round.facilitator_id")}
"""  # noqa: S608

TO_CLOSE = f"""
SELECT 'round_close', round.facilitator_id, round.program_id, program.name, 0, '', round.id, round.title, '',
       NULL::date, round.revealed_at
FROM assessments_assessment round
JOIN programs_program program ON program.id = round.program_id AND program.archived_at IS NULL
WHERE round.state = 'discussing' AND round.facilitator_id {{whose}} AND {{since[round.revealed_at]}}
  AND {MAY_READ.format(person="round.facilitator_id")}
"""  # noqa: S608

# Those of somebody who has left the team are the leads'.
ACTIONS = f"""
SELECT 'round_action', user_id, round.program_id, program_name, 0, round.id || ' ' || item.key, action.id,
       action.text, '', action.due_on, action.created_at
FROM team
JOIN assessments_assessment round USING (program_id)
JOIN assessments_roundaction action ON action.assessment_id = round.id AND action.done_at IS NULL
JOIN assessments_instrumentitem item ON item.id = action.item_id
WHERE {{due[action.due_on]}} AND {THEIRS.format(owner="action.owner_id")}
"""  # noqa: S608

SELECTS = (RATERS, SHEETS, TO_REVEAL, MISSING, TO_CLOSE, ACTIONS)
