"""Every form of the product in one table."""

from scaleup.tests import (
    forms_of_accounts,
    forms_of_agreements,
    forms_of_assessments,
    forms_of_capacity,
    forms_of_funding,
    forms_of_matrix,
    forms_of_paper,
    forms_of_partners,
    forms_of_programs,
    forms_of_rating,
    forms_of_reminders,
    forms_of_results,
    forms_of_room,
    forms_of_rounds,
)

FORMS = [
    *forms_of_accounts.FORMS,
    *forms_of_programs.FORMS,
    *forms_of_assessments.FORMS,
    *forms_of_rounds.FORMS,
    *forms_of_rating.FORMS,
    *forms_of_results.FORMS,
    *forms_of_room.FORMS,
    *forms_of_paper.FORMS,
    *forms_of_partners.FORMS,
    *forms_of_matrix.FORMS,
    *forms_of_agreements.FORMS,
    *forms_of_capacity.FORMS,
    *forms_of_funding.FORMS,
    *forms_of_reminders.FORMS,
]
# A script speaks to the one (journal/tests/test_save_page.py); the other only shows what forms look like.
NO_FORM = {"journal:save", "ui_gallery"}
