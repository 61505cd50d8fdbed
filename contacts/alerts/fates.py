"""What becomes of a text: sent, tried again later, dropped or failed. The caller holds its row."""

from datetime import datetime

from contacts.alerts.alerts import Alert, AlertState

MOST_ATTEMPTS = 48  # GOV.UK Notify's figure


def mark_sent(alert: Alert, provider: str, sent_id: str, now: datetime) -> None:
    """The provider has it. True even if somebody gave it up meanwhile; a receipt may already have moved it further."""
    alert.move(AlertState.SENT, now)
    alert.provider, alert.provider_id, alert.sent_at = provider, sent_id, now


def try_later(alert: Alert, code: str, now: datetime, at: datetime) -> None:
    """Queued again, until it has been tried MOST_ATTEMPTS times."""
    if alert.attempts >= MOST_ATTEMPTS:
        fail(alert, code, now)
    else:
        alert.move(AlertState.QUEUED, now, at, code)


def drop(alert: Alert, now: datetime) -> None:
    """It is not wanted any more."""
    alert.move(AlertState.DROPPED, now)
    alert.reply_open = False


def fail(alert: Alert, code: str, now: datetime) -> None:
    """It will not be tried again."""
    alert.move(AlertState.FAILED, now, error=code)
    alert.reply_open = False
