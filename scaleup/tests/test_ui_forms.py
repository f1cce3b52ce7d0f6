"""The crispy template pack: every way to render a form, with all that is wrong tied to its field."""

import re
from html.parser import HTMLParser

import pytest
from crispy_forms.bootstrap import AppendedText, FormActions, StrictButton
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, ButtonHolder, Column, Div, Field, Fieldset, Layout, Row, Submit
from django import forms
from django.template import Context, Template

from scaleup.ui_gallery import SampleForm

pytestmark = pytest.mark.urls(__name__)  # a helper asks whether its action is the name of an address
urlpatterns: list[object] = []
WRONG = {"name": "", "people": "many", "due_on": "2027-02-31", "direction": "down", "sector": ""}


class Ids(HTMLParser):
    """Which ids a fragment has, and which it points to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: set[str] = set()
        self.labelled: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            elif name == "aria-describedby":
                self.targets.update((value or "").split())
            elif name == "for":
                self.labelled.add(value or "")
            elif name == "href" and (value or "").startswith("#"):
                self.targets.add((value or "")[1:])


def render(source: str, **context: object) -> str:
    """The HTML of a template, without the white space around its tags."""
    html = Template("{% load crispy_forms_tags ui %}" + source).render(Context(context))
    return " ".join(html.split()).replace("> ", ">").replace(" <", "<").replace(" >", ">")


def texts(html: str, css_class: str) -> list[str]:
    found = re.findall(rf'class="{css_class}"[^>]*>(.*?)</p>', html, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", text).split()) for text in found]


def test_everything_pointed_at_is_there_once() -> None:
    seen = Ids(render("{{ form|crispy }}", form=SampleForm(WRONG)))
    assert seen.targets | seen.labelled == (seen.targets | seen.labelled) & set(seen.ids)
    assert len(seen.ids) == len(set(seen.ids))
    assert {"id_name_error", "id_name_helptext", "id_direction_error", "id_direction_0", "id_agreed"} <= seen.targets


def test_the_summary_and_the_fields_say_the_same_words() -> None:
    html = render("{{ form|crispy }}", form=SampleForm(WRONG))
    summary = re.findall(r'<li><a href="#(\w+)">(.*?)</a></li>', html)
    assert summary == [
        ("id_name", "Fill in: Name of the program"),
        ("id_sector", "Choose: Sector"),
        ("id_people", "Enter a whole number."),
        ("id_due_on", "Enter a valid date."),
        ("id_direction_0", "Select a valid choice. down is not one of the available choices."),
        ("id_agreed", "Tick: The ministry has agreed"),
    ]
    assert texts(html, "field-error") == [f"Error: {words}" for _, words in summary]


def test_what_was_typed_stays() -> None:
    html = render("{{ form|crispy }}", form=SampleForm(WRONG))
    assert 'value="many"' in html
    assert 'value="2027-02-31"' in html


def test_a_form_as_a_whole_can_be_wrong() -> None:
    html = render("{{ form|crispy }}", form=SampleForm({"name": "wrong"}))
    assert "<li>The name and the place do not fit together.</li>" in html


def test_a_fresh_form_has_no_summary_and_no_error() -> None:
    html = render("{{ form|crispy }}", form=SampleForm())
    assert "error" not in html


def test_optional_fields_are_marked_where_others_are_required() -> None:
    class AllOptional(forms.Form):
        note = forms.CharField(required=False)

    assert render("{{ form|crispy }}", form=SampleForm()).count("(optional)") == 4
    assert render("{{ form|crispy }}", form=AllOptional()).count("(optional)") == 0


def test_groups_have_a_legend_and_single_controls_a_label() -> None:
    html = render("{{ form|crispy }}", form=SampleForm())
    assert re.findall(r"<legend>([^<]+)", html) == ["In which direction?", "Languages"]
    labels = set(re.findall(r'<label for="(\w+)">', html))
    controls = set(re.findall(r'<(?:input|select|textarea)[^>]* id="(\w+)"', html))
    assert labels == controls


def test_hints_and_labels_are_escaped() -> None:
    class Sly(forms.Form):
        note = forms.CharField(label="<b>label", help_text="<script>", required=False)

    html = render("{{ form|crispy }}", form=Sly())
    assert "<script" not in html
    assert "<b>" not in html


def with_helper(*layout: object, **settings: object) -> forms.Form:
    form = SampleForm(settings.pop("data", None))
    form.helper = FormHelper()
    for name, value in settings.items():
        setattr(form.helper, name, value)
    if layout:
        form.helper.layout = Layout(*layout)
    return form


def test_the_crispy_tag_writes_the_whole_form() -> None:
    form = with_helper(form_action="/save/", form_id="sample")
    form.helper.add_input(Submit("save", "Save it"))
    html = render("{% crispy form %}", form=form, csrf_token="token")
    tag = re.search(r"<form[^>]*>", html)[0]
    for part in ('action="/save/"', 'id="sample"', 'method="post"', 'enctype="multipart/form-data"', "novalidate"):
        assert part in tag
    assert 'name="csrfmiddlewaretoken" value="token"' in html
    assert re.search(r'<input type="submit" name="save" value="Save it" class="button', html)


def test_a_get_form_carries_no_token() -> None:
    assert "csrf" not in render("{% crispy form %}", form=with_helper(form_method="get"), csrf_token="token")


def test_a_layout_shows_its_parts_in_its_order() -> None:
    form = with_helper(
        Fieldset("The program", Row(Column("name"), Column("sector")), css_id="about-it"),
        Div(Field("about", rows=9, wrapper_class="wide"), css_class="stack"),
        AppendedText("people", "people"),
        HTML("<p>{{ word }}</p>"),
        FormActions(StrictButton("Later", css_class="button--quiet")),
        ButtonHolder(Submit("save", "Save", css_class="button--bad")),
        data={"people": "many"},
        form_tag=False,
    )
    html = render("{% crispy form %}", form=form, word="A word of the page", csrf_token="token")
    order = ['id="about-it"', "<legend>The program", 'name="name"', 'name="sector"', 'name="about"', 'name="people"']
    places = [html.index(part) for part in [*order, "A word of the page", ">Later<", 'value="Save"']]
    assert places == sorted(places)
    assert "<form" not in html
    assert "button--bad" in html
    assert 'rows="9"' in html
    assert 'class="field wide"' in html
    assert texts(html, "field-error")[-1] == "Error: Enter a whole number."


def test_the_summary_can_stand_elsewhere() -> None:
    form = with_helper("name", data=WRONG, form_error_summary=False)
    html = render("{% crispy form %}", form=form, csrf_token="token")
    assert "error-summary" not in html
    assert "There is a problem" in render("{% error_summary form %}", form=form)
    assert "Nearly there" in render("{% error_summary form title='Nearly there' %}", form=form)


class PartnerForm(forms.Form):
    partner = forms.CharField(label="Partner")
    key = forms.CharField(widget=forms.HiddenInput)


PartnerFormSet = forms.formset_factory(PartnerForm, extra=2, max_num=2, validate_max=True)
POSTED = {
    "form-TOTAL_FORMS": "3",
    "form-INITIAL_FORMS": "0",
    "form-0-partner": "Ministry",
    "form-0-key": "a",
    "form-1-partner": "",
    "form-1-key": "",
    "form-2-partner": "x",
}


@pytest.mark.parametrize("source", ["{{ formset|crispy }}", "{% crispy formset helper %}"])
def test_formsets_list_all_that_is_wrong(source: str) -> None:
    helper = FormHelper()
    html = render(source, formset=PartnerFormSet(POSTED), helper=helper, csrf_token="token")
    listed = [re.sub(r"<[^>]+>", "", line) for line in re.findall(r"<li>(.*?)</li>", html, re.DOTALL)]
    assert listed == ["Please submit at most 2 forms.", "Key: Fill in: Key"]
    assert html.count("<fieldset") == 3
    assert 'name="form-TOTAL_FORMS"' in html
    seen = Ids(html)
    assert seen.targets <= set(seen.ids)


def test_a_formset_with_a_layout() -> None:
    helper = FormHelper()
    helper.layout = Layout("partner")
    helper.add_input(Submit("save", "Save"))
    html = render("{% crispy formset helper %}", formset=PartnerFormSet(), helper=helper, csrf_token="token")
    assert re.findall(r'name="(form-\d-\w+)"', html) == ["form-0-partner", "form-0-key", "form-1-partner", "form-1-key"]
    assert html.count("<form ") == 1
