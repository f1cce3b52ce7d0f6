"""Background work of the accounts: mail."""

from celery import shared_task

from accounts.domain import mailing


@shared_task(name="accounts.tasks.send_pending_mail")
def send_pending_mail() -> None:
    """Rung when a mail is wanted, and by beat every minute for whatever a ring missed."""
    mailing.send_waiting()
