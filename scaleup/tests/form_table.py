"""Every form of the product in one table."""

from scaleup.tests import forms_of_accounts, forms_of_programs

FORMS = [*forms_of_accounts.FORMS, *forms_of_programs.FORMS]
# A script speaks to the one (journal/tests/test_save_page.py); the other only shows what forms look like.
NO_FORM = {"journal:save", "ui_gallery"}
