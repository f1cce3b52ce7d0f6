"""Invitations that nobody has accepted yet: whoever invited hears of them, of whatever kind they are.

They stand in the list of `programs.domain.owed`, whose columns the select returns, because those to programs need
a program's team; `item_key` is what the page of the people needs.
"""

from django.utils.translation import gettext_lazy as _

from programs.domain.owed import Owed, Rule
from scaleup.addresses import address

PAGES = {"program": "programs:team", "organisation": "accounts:organisation", "portfolio": "accounts:portfolio"}


def at_people(owed: Owed) -> str:
    """Where the invitation can be sent again or withdrawn."""
    kind, *numbers = owed.item_key.split()
    return address(PAGES[kind], *map(int, numbers))


RULES = (
    Rule(
        "invitation_waiting",
        _("Not accepted yet, the invitation to %(subject)s"),
        at_people,
        label=_("Invitations that nobody has accepted"),
        lead_days=(),
        after_days=(3, 7, 14),
    ),
)

# From three days after it was sent, or made if no mail was wanted, until the day after it expired.
INVITATIONS = """
SELECT 'invitation_waiting', invitation.invited_by_id, coalesce(program.id, 0),
       coalesce(program.name, portfolio.name, organisation.name), 0,
       concat_ws(' ', invitation.kind, portfolio.organisation_id, invitation.object_id), invitation.id,
       coalesce(nullif(invitation.name, ''), invitation.email), '', NULL::date,
       coalesce(invitation.mailed_at, invitation.created_at)
FROM accounts_invitation invitation
LEFT JOIN programs_program program
    ON invitation.kind = 'program' AND program.id = invitation.object_id AND program.archived_at IS NULL
LEFT JOIN accounts_portfolio portfolio ON invitation.kind = 'portfolio' AND portfolio.id = invitation.object_id
LEFT JOIN accounts_organisation organisation
    ON invitation.kind = 'organisation' AND organisation.id = invitation.object_id
WHERE invitation.accepted_at IS NULL AND invitation.revoked_at IS NULL AND invitation.invited_by_id {whose}
  AND (invitation.mailed_at IS NOT NULL OR NOT invitation.mail_wanted)
  AND invitation.expires_at > %(today)s::timestamp AT TIME ZONE 'UTC' - interval '24 hours'
  AND coalesce(program.id, portfolio.id, organisation.id) IS NOT NULL
  AND {since[coalesce(invitation.mailed_at, invitation.created_at)]}
  AND {begun[((coalesce(invitation.mailed_at, invitation.created_at) AT TIME ZONE 'UTC')::date + 3)]}
"""

SELECTS = (INVITATIONS,)
