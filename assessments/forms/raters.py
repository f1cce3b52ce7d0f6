"""Who is asked to rate: one person, or several at once."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from assessments.domain.raters import MOST_RATERS, Person
from assessments.models import InstrumentDimension, Rater, RoleGroup
from programs.domain.text import clean_line
from programs.forms.fields import LineField, LinesField, NonceField
from programs.forms.gates import PersonField
from programs.forms.parts import PageForm

LONGEST_NAME = 120


class RaterForm(PageForm):
    """Somebody with an account, or a name for whom there is a link or a sheet of paper."""

    user = PersonField(
        queryset=User.objects.none(),
        required=False,
        label=gettext_lazy("Somebody who works with the program"),
        empty_label=gettext_lazy("Nobody of these"),
        help_text=gettext_lazy("They sign in to rate."),
        error_messages={
            "invalid_choice": gettext_lazy(
                "Choose one of the people offered: others may run the round or rate already."
            )
        },
    )
    name = LineField(
        limit=LONGEST_NAME,
        required=False,
        label=gettext_lazy("Or the name of somebody else"),
        help_text=gettext_lazy("They need no account: they get a personal link, or a sheet of paper."),
    )
    is_on_paper = forms.BooleanField(required=False, label=gettext_lazy("Rates on paper"))
    role_group = forms.ChoiceField(
        choices=RoleGroup.choices,
        widget=forms.RadioSelect,
        label=gettext_lazy("From where do they look at the program?"),
        help_text=gettext_lazy("Shown beside ratings. Groups of fewer than three are shown together."),
        error_messages={"required": gettext_lazy("Choose one of the groups.")},
    )
    parts = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Which parts?"),
        help_text=gettext_lazy("Tick none if they rate everything."),
        error_messages={"invalid_choice": gettext_lazy("Choose from the parts of this instrument.")},
    )

    def __init__(
        self,
        *args: Any,
        people: QuerySet[User],
        offered: QuerySet[User],
        dimensions: Sequence[InstrumentDimension],
        **options: Any,
    ) -> None:
        """Of the `people` only those `offered` are shown; who chooses another is told by the domain why not."""
        super().__init__(*args, **options)
        field = self.fields["user"]
        field.queryset = people
        field.widget.choices = [("", field.empty_label), *((person.pk, person.name) for person in offered)]
        self.fields["parts"].choices = [(dimension.key, dimension.title) for dimension in dimensions]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "user" in self.errors or "name" in self.errors:
            return said
        if said.get("user") and said.get("name"):
            self.add_error("name", _("Choose a person or write a name, not both."))
        elif not said.get("user") and not said.get("name"):
            self.add_error("name", _("Choose a person, or write a name."))
        if said.get("user") and said.get("is_on_paper"):
            self.add_error("is_on_paper", _("Who signs in does not rate on paper. Write the name instead."))
        return said

    @property
    def person(self) -> Person:
        said = self.cleaned_data
        user, parts = said["user"], said["parts"]
        if len(parts) == len(self.fields["parts"].choices):  # all of them are no choice
            parts = []
        return Person(user.name if user else said["name"], said["role_group"], user, parts, said["is_on_paper"])


class NewRaterForm(RaterForm):
    """Somebody more, once however often the form is sent."""

    nonce = NonceField()


class SeveralForm(PageForm):
    """Several people at once, one a line, who all get personal links."""

    lines = LinesField(
        limit=LONGEST_NAME + 20,
        most=MOST_RATERS,
        label=gettext_lazy("One person a line"),
    )
    nonce = NonceField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["lines"]
        field.required, field.widget = True, forms.Textarea(attrs={"rows": 8})
        field.widget.is_required = True
        field.error_messages["required"] = _("Write at least one name.")
        groups = ", ".join(str(label) for label in RoleGroup.labels)
        field.help_text = _("Name; group. The group is one of: %(groups)s. Without one it is the team.") % {
            "groups": groups
        }

    def clean_lines(self) -> list[Person]:
        return list(_people(self.cleaned_data["lines"]))

    @property
    def people(self) -> list[Person]:
        return self.cleaned_data["lines"]


def initial_of(rater: Rater) -> dict[str, Any]:
    """What the form shows of a rater there is; the name of who signs in is that of the account."""
    same = ("user", "is_on_paper", "role_group", "parts")
    return {name: getattr(rater, name) for name in same} | {"name": "" if rater.user_id else rater.name}


def _people(lines: Sequence[str]) -> Iterator[Person]:
    for line in lines:
        name, _semicolon, group = (part.strip() for part in line.partition(";"))
        if not name:
            raise ValidationError(_("“%(line)s” has no name before the semicolon.") % {"line": line})
        yield Person(clean_line(name, limit=LONGEST_NAME), _group(group, line))


def _group(word: str, line: str) -> str:
    """The role group somebody wrote, by its name in their language or by its key."""
    if not word:
        return RoleGroup.TEAM
    names = {str(label).casefold(): value for value, label in RoleGroup.choices} | {
        key: key for key in RoleGroup.values
    }
    if word.casefold() not in names:
        raise ValidationError(
            _("“%(line)s”: there is no group “%(word)s”. Write one of: %(groups)s.")
            % {"line": line, "word": word, "groups": ", ".join(str(label) for label in RoleGroup.labels)}
        )
    return names[word.casefold()]
