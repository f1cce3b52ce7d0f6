"""A check of a partner's capacity, what the partner needs, and the choice of whom to check for what."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partners.domain.capacity import NewCheck
from partners.domain.capacity_anchors import ALL, VALUES, Side
from partners.domain.support import LONGEST_TEXT, NewNeed
from partners.models import Function, Partner, SupportNeed
from programs.forms.fields import DayField, LineField, NonceField, ParagraphField
from programs.forms.gates import PersonField
from programs.forms.parts import PageForm

LONGEST_NOTE = 1_000
LONGEST_TIME = timedelta(days=3 * 366)
KINDS = [
    (SupportNeed.Kind.TRAINING, _("Training: people learn how to do the work")),
    (
        SupportNeed.Kind.SUPPORT,
        _("Support: something else that is missing, such as coaching, staff or money"),
    ),
]


class CheckForm(PageForm):
    """Four sides, each with its sentences in sight; the page draws them itself."""

    checked_on = DayField(
        label=_("When did you look?"),
        help_text=_("Today, or the day of the visit or meeting."),
        error_messages={"required": _("Say on which day you looked.")},
    )
    note = ParagraphField(
        limit=LONGEST_NOTE,
        required=False,
        label=_("What did you see?"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Where, with whom, and what convinced you. The team and its facilitators read this."),
    )
    nonce = NonceField()

    def __init__(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        super().__init__(*args, initial={"checked_on": today}, **options)
        self.fields["checked_on"].latest = today
        self.fields = {side.key: _of_side(side) for side in ALL.values()} | self.fields
        self.helper.render_hidden_fields = True

    @property
    def sides(self) -> list[tuple[Side, forms.BoundField]]:
        return [(side, self[side.key]) for side in ALL.values()]

    @property
    def check(self) -> NewCheck:
        said = self.cleaned_data
        return NewCheck({key: said[key] for key in ALL}, said["checked_on"], said["note"])


def _of_side(side: Side) -> forms.TypedChoiceField:
    words = zip(VALUES, side.anchors, strict=True)
    labels = [format_html("<b>{} {}</b> <span>{}</span>", value, *said) for value, said in enumerate(words)]
    return forms.TypedChoiceField(
        choices=list(enumerate(labels)),
        coerce=int,
        widget=forms.RadioSelect,
        label=side.question,
        error_messages={
            "required": gettext("Choose a sentence for %(side)s.") % {"side": side.name},
            "invalid_choice": gettext("Choose one of the four sentences for %(side)s.") % {"side": side.name},
        },
    )


class NeedForm(PageForm):
    """What a partner needs, who sees to it, by when."""

    kind = forms.ChoiceField(
        choices=KINDS,
        widget=forms.RadioSelect,
        label=_("What kind of help is it?"),
        error_messages={"required": _("Choose training or support.")},
    )
    text = LineField(
        limit=LONGEST_TEXT,
        label=_("What does the partner need?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who learns or gets what, and from whom."),
        error_messages={"required": _("Write what the partner needs.")},
    )
    owner = PersonField(
        queryset=User.objects.none(),
        label=_("Who of the team sees to it?"),
        empty_label=_("Choose a person"),
        error_messages={
            "required": _("Choose who of the team sees to it."),
            "invalid_choice": _("Choose somebody of this program’s team."),
        },
    )
    due_on = DayField(
        label=_("By when?"),
        help_text=_("It stands in that person’s list of what is due."),
        error_messages={"required": _("Training and support need a date.")},
    )
    nonce = NonceField()

    def __init__(self, *args: Any, owners: QuerySet[User], **options: Any) -> None:
        super().__init__(*args, **options)
        today = timezone.localdate()
        self.fields["owner"].queryset = owners
        self.fields["due_on"].earliest = today
        self.fields["due_on"].latest = today + LONGEST_TIME

    @property
    def need(self) -> NewNeed:
        said = self.cleaned_data
        return NewNeed(said["kind"], said["text"], said["owner"], said["due_on"])


class PairForm(PageForm):
    """Whom to check for what: any partner and any function."""

    partner = forms.TypedChoiceField(coerce=int, label=_("Partner"))
    function = forms.TypedChoiceField(coerce=int, label=_("Function"))

    def __init__(self, *args: Any, partners: Sequence[Partner], functions: Sequence[Function], **options: Any) -> None:
        super().__init__(*args, **options)
        for name, things, word in (
            ("partner", partners, _("Choose a partner")),
            ("function", functions, _("Choose a function")),
        ):
            self.fields[name].choices = [("", word), *((one.pk, str(one)) for one in things)]
            self.fields[name].error_messages = {"required": word, "invalid_choice": word}
