"""Writing the mails of reminders, in the reader's language and time; what is over by then is left out."""

import textwrap
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from reminders.domain import digests, due_mail, news_mail, stopping, wishes
from reminders.models import Delivery

Write = Callable[[Delivery], EmailMultiAlternatives | None]
WIDTH = 76  # of a line of plain text


def write(delivery: Delivery) -> EmailMultiAlternatives | None:
    """The mail a row wants; None when there is nothing left to say, or nobody to say it to."""
    if not delivery.user.is_active or delivery.user.is_demo:
        return None
    with translation.override(delivery.user.language), timezone.override(delivery.user.zone):
        return WRITERS[delivery.kind](delivery)


def _due(delivery: Delivery) -> EmailMultiAlternatives | None:
    said = due_mail.of(delivery)
    return mail_of(delivery, "due", {"mail": said}, kinds=said.kinds) if said else None


def _news(delivery: Delivery) -> EmailMultiAlternatives | None:
    said = news_mail.of(delivery)
    return mail_of(delivery, "news", {"mail": said}, kinds=said.kinds) if said else None


def _digest(delivery: Delivery) -> EmailMultiAlternatives | None:
    said = digests.of(delivery)
    return mail_of(delivery, "digest", {"digest": said}, kinds=[delivery.kind]) if said else None


def _test(delivery: Delivery) -> EmailMultiAlternatives:
    return mail_of(delivery, "test", {})


def mail_of(
    delivery: Delivery, name: str, words: dict[str, Any], *, kinds: Sequence[str] = ()
) -> EmailMultiAlternatives:
    """Three small templates make one mail: `name_subject.txt`, `name.txt` and `name.html`.

    `kinds` are those it speaks of: each can be stopped by a link at its end, and all of them by the button of
    a mail program (RFC 8058). Its number is the same on every try, so a doubled mail is known.
    """
    words = _frame(delivery, kinds) | words
    subject = " ".join(render_to_string(f"reminders/mail/{name}_subject.txt", words).split())
    text = wrapped(render_to_string(f"reminders/mail/{name}.txt", words))
    mail = EmailMultiAlternatives(subject, text, to=[delivery.user.email], headers=_headers(delivery, kinds))
    mail.attach_alternative(render_to_string(f"reminders/mail/{name}.html", words), "text/html")
    return mail


def absolute(path: str) -> str:
    return urljoin(settings.PUBLIC_URL, path)


def wrapped(text: str) -> str:
    """Lines of a width that can be read anywhere, indented as they begin; addresses are left whole."""
    return "\n".join(_wrapped_line(line) for line in text.strip("\n").splitlines()) + "\n"


def _wrapped_line(line: str) -> str:
    if len(line) <= WIDTH or "://" in line:
        return line.rstrip()
    indent = " " * (len(line) - len(line.lstrip(" -")))
    return textwrap.fill(
        line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )


def _frame(delivery: Delivery, kinds: Sequence[str]) -> dict[str, Any]:
    """What every mail of ours holds."""
    return {
        "user": delivery.user,
        "delivery": delivery,
        "site": settings.PUBLIC_URL.rstrip("/"),
        "choices_url": absolute(reverse("reminders:wishes")),
        "inbox_url": absolute(reverse("reminders:inbox")),
        "stops": [(wishes.label_of(kind), absolute(stopping.path_to_stop(delivery.user_id, [kind]))) for kind in kinds],
    }


def _headers(delivery: Delivery, kinds: Sequence[str]) -> dict[str, str]:
    headers = {
        "Message-ID": f"<{_number(delivery)}@{urlsplit(settings.PUBLIC_URL).hostname}>",
        "Auto-Submitted": "auto-generated",
    }
    if kinds:
        headers["List-Unsubscribe"] = f"<{absolute(stopping.path_to_stop(delivery.user_id, list(kinds)))}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _number(delivery: Delivery) -> str:
    """The same on every try; another once it carries more, which gives it more time."""
    return f"delivery-{delivery.pk}-{delivery.expires_at:%Y%m%d%H%M%S%f}"


WRITERS: dict[str, Write] = {
    Delivery.Kind.DUE: _due,
    Delivery.Kind.NEWS: _news,
    Delivery.Kind.WEEK: _digest,
    Delivery.Kind.PORTFOLIO: _digest,
    Delivery.Kind.TEST: _test,
}
