"""What people owe about who does what: talks about renewing agreements, meetings, training and support for partners.

Each stands in the list of `programs.domain.owed`, whose columns the selects return. None belongs to a step (0).
"""

from django.utils.translation import gettext_lazy as _

from programs.domain.owed import Owed, Rule
from programs.domain.owed_sql import THEIRS
from scaleup.addresses import address


def at_agreement(owed: Owed) -> str:
    return address("partners:agreement", owed.program_id, owed.subject_id)


def support_in_words(owed: Owed) -> str:
    """Of which kind and for whom: `item_key` is the partner, the function, the kind and the partner's name."""
    _partner, _function, kind, name = owed.item_key.split(" ", 3)
    words = _("Training for %(name)s: %(text)s") if kind == "training" else _("Support for %(name)s: %(text)s")
    return str(words) % {"name": name, "text": owed.subject}


def at_need(owed: Owed) -> str:
    """In the list of its partner and function."""
    partner, function, *_rest = owed.item_key.split(" ", 3)
    page = address("partners:capacity_of", owed.program_id, int(partner), int(function))
    return f"{page}#need-{owed.subject_id}"


def notice_of(owed: Owed) -> int:
    """How many days before the end of the agreement its notice comes: `item_key`."""
    return int(owed.item_key)


def at_body(owed: Owed) -> str:
    return address("partners:body_edit", owed.program_id, owed.subject_id)


RULES = (
    Rule(
        "agreement_renew",
        _("Talk about renewing “%(subject)s”"),
        at_agreement,
        label=_("Agreements to renew"),
        lead_days=(30, 7, 1),
        after_days=(),
        first_lead=notice_of,
    ),
    Rule("support_need", support_in_words, at_need, label=_("Training and support for partners")),
    Rule(
        "body_meets",
        _("Prepare the meeting: %(subject)s"),
        at_body,
        label=_("Meetings of partners"),
        lead_days=(7, 1),
        after_days=(),
    ),
)

# Agreements in force that have a day of notice, by their leads, from that day on; until another signed one goes on
# after it with the same parties and functions, or more of them (as `partners.domain.agreement_reading.follows`).
# `item_key` is how many days of notice.
# Two selects, because one condition on two dates is found by neither index.
RENEWALS, RENEWALS_BY_NOTICE = (
    f"""
SELECT 'agreement_renew', user_id, program_id, program_name, 0, agreement.notice_days::text, agreement.id,
       agreement.title, '', agreement.ends_on, NULL
FROM team
JOIN partners_agreement agreement USING (program_id)
WHERE is_lead AND agreement.state = 'signed' AND agreement.ends_on >= %(today)s
  AND (agreement.starts_on IS NULL OR agreement.starts_on <= %(today)s)
  AND agreement.notice_days > 0 AND {{begun[(agreement.ends_on - agreement.notice_days)]}} AND {which}
  AND NOT EXISTS (
      SELECT FROM partners_agreement newer
      WHERE newer.program_id = agreement.program_id AND newer.state = 'signed' AND newer.id <> agreement.id
        AND (newer.ends_on IS NULL OR newer.ends_on > agreement.ends_on)
        AND NOT EXISTS (
            SELECT partner_id FROM partners_agreement_parties WHERE agreement_id = agreement.id
            EXCEPT SELECT partner_id FROM partners_agreement_parties WHERE agreement_id = newer.id
        )
        AND NOT EXISTS (
            SELECT function_id FROM partners_agreement_functions WHERE agreement_id = agreement.id
            EXCEPT SELECT function_id FROM partners_agreement_functions WHERE agreement_id = newer.id
        )
  )
"""  # noqa: S608  all words are our own
    for which in (
        "{due[agreement.ends_on]}",
        "{due[(agreement.ends_on - agreement.notice_days)]} AND NOT {due[agreement.ends_on]}",
    )
)

# Training and support that nobody says is done.
NEEDS = f"""
SELECT 'support_need', user_id, team.program_id, program_name, 0,
       partner.id || ' ' || need.function_id || ' ' || need.kind || ' ' || organisation.name, need.id, need.text, '',
       need.due_on, need.created_at
FROM team
JOIN partners_partner partner USING (program_id)
JOIN partners_supportneed need ON need.partner_id = partner.id AND need.done_at IS NULL
JOIN accounts_organisation organisation ON organisation.id = partner.organisation_id
WHERE {{due[need.due_on]}} AND {THEIRS.format(owner="need.owner_id")}
"""  # noqa: S608

# Meetings of bodies that were not dissolved, by the leads; on lists from a week before until they are over.
MEETINGS = """
SELECT 'body_meets', user_id, program_id, program_name, 0, '', body.id, body.name, '', body.next_meeting_on, NULL
FROM team
JOIN partners_coordinationbody body USING (program_id)
WHERE is_lead AND body.dissolved_at IS NULL AND body.next_meeting_on >= %(today)s
  AND {due[body.next_meeting_on]} AND {begun[(body.next_meeting_on - 7)]}
"""

SELECTS = (RENEWALS, RENEWALS_BY_NOTICE, NEEDS, MEETINGS)
