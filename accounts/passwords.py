"""What a password must not be: one of the common ones, or made of the words around its owner.

No rules about signs, digits or capitals: they make passwords harder for people, not for guessers.
"""

import re
import string
from itertools import pairwise

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User

TRIMMINGS = string.digits + string.punctuation + string.whitespace
FEWEST_DIFFERENT = 5
MOST_IN_A_ROW = 0.7
ENOUGH_OF_ONES_OWN = 6
SHORTEST_WORD = 4


class EasyPasswordValidator(CommonPasswordValidator):
    """Refuses common passwords, also with digits and signs around them, and the same few keys again and again."""

    def validate(self, password: str, user: User | None = None) -> None:
        typed = password.lower().strip()
        if is_dull(typed) or typed in self.passwords or typed.strip(TRIMMINGS) in self.passwords:
            raise ValidationError(_("Many people use this password or one like it. Choose a few words of your own."))

    def get_help_text(self) -> str:
        return _("Not a password many people use.")


def is_dull(typed: str) -> bool:
    """The same few keys again and again, or mostly keys in a row: aaaabbbb, 123456789012."""
    in_a_row = sum(abs(ord(one) - ord(next_one)) <= 1 for one, next_one in pairwise(typed))
    return len(set(typed)) < FEWEST_DIFFERENT or in_a_row > MOST_IN_A_ROW * len(typed)


class ContextWordsValidator:
    """Refuses passwords that are little more than the product's name or that of the person's organisation."""

    def validate(self, password: str, user: User | None = None) -> None:
        own = password.lower()
        for word in sorted(context_words(user), key=len, reverse=True):
            own = own.replace(word, "")
        if own != password.lower() and len(re.sub(r"[\W_]", "", own)) < ENOUGH_OF_ONES_OWN:
            raise ValidationError(
                _("This is little more than a name that others can guess. Choose a few words of your own.")
            )

    def get_help_text(self) -> str:
        return _("Not the name of ScaleUp or of your organisation.")


def context_words(user: User | None) -> set[str]:
    """Words a guesser would try first for this person, who may not have an account yet."""
    names = ["scaleup", "scale-up", "scale up", *getattr(user, "context_names", ())]
    if user is not None and user.pk:
        names += user.affiliations.values_list("organisation__name", flat=True)
    words = {part for name in names for part in re.findall(r"\w+", name.lower())}
    return {name.lower() for name in names} | {word for word in words if len(word) >= SHORTEST_WORD}
