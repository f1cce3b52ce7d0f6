"""The frame of every page, and the pages for what goes wrong."""

import re
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation

from scaleup.ui_gallery import SampleForm

ERRORS = ("400.html", "403.html", "403_csrf.html", "404.html", "500.html")


def page(**context: object) -> str:
    source = '{% extends "base.html" %}{% block title %}Team{% endblock %}{% block heading %}The team{% endblock %}'
    return Template(source).render(Context(context))


def title_of(html: str) -> str:
    return " ".join(re.search(r"<title>(.*?)</title>", html, re.DOTALL)[1].split())


@pytest.mark.parametrize("name", ERRORS)
def test_pages_for_faults_need_nothing_but_themselves(name: str) -> None:
    html = render_to_string(name)
    assert title_of(html).endswith(" – ScaleUp")
    assert re.search(r"<h1[^>]*>\s*\w", html)
    assert html.count("<h1") == 1
    assert 'href="/"' in html


def test_a_refusal_gives_its_reason_escaped() -> None:
    html = render_to_string("403.html", {"exception": "Only <b>the lead</b> may do this."})
    assert "Only &lt;b&gt;the lead&lt;/b&gt; may do this." in html
    assert "Your role does not allow this." in render_to_string("403.html")


def test_language_and_direction_are_those_of_the_page() -> None:
    assert '<html lang="en" dir="ltr">' in page()
    with translation.override("ar"):
        assert '<html lang="ar" dir="rtl">' in page()


def test_the_title_says_when_a_form_is_wrong() -> None:
    assert title_of(page()) == "Team – ScaleUp"
    assert title_of(page(form=SampleForm())) == "Team – ScaleUp"
    assert title_of(page(form=SampleForm({}))) == "Error: Team – ScaleUp"


def test_strangers_get_no_navigation_and_people_their_own_menu() -> None:
    stranger = page(user=AnonymousUser())
    person = page(
        user=SimpleNamespace(is_authenticated=True, unread_count=3, name="Lindiwe <M>", __str__=lambda self: "x")
    )
    assert "<nav" not in stranger
    assert stranger.count("<details") == 0
    assert "<nav" in person
    assert "<M>" not in person
    assert "Sign out" in person


def test_the_skip_link_leads_to_the_content() -> None:
    html = page()
    first_link = re.search(r"<a [^>]*>", html)[0]
    assert 'href="#main"' in first_link
    assert re.search(r'<main[^>]* id="main" tabindex="-1"', html)


def test_messages_are_announced_and_errors_are_named() -> None:
    said = [SimpleNamespace(level_tag="error", __str__=str), SimpleNamespace(level_tag="success")]
    html = page(messages=said)
    assert html.count('role="status"') == 1
    assert "notice--error" in html
    assert "notice--success" in html


def test_nothing_is_inline_and_nothing_blocks() -> None:
    html = page()
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", html)
    assert all('type="module"' in tag for tag in re.findall(r"<script[^>]*>", html))
