"""What the doctor looks at of texts: whether the providers know our account, and what waits for another try."""

from contacts.alerts.texting_status import TextingStatus, read_texting_status
from contacts.sms.console import Console
from contacts.sms.provider import AccountRefused, NotSent, PermanentFailure, Provider
from contacts.sms.reasons import OTHER
from deploy.assembly import open_sms
from deploy.operations.finding import Finding
from deploy.operations.open_database import open_database
from deploy.settings import Settings

NOBODY = "hecha-doctor"  # no text has this id: who knows our account says so
OF = ("HECHA_SMS", "HECHA_SMS_SECOND")


def look_at_texts(settings: Settings) -> Finding:
    """Asks each provider for a text that is not there, and counts what waits."""
    answers = [_answer(provider, names) for provider, names in zip(open_sms(settings), OF, strict=False)]
    refused = "; ".join(words for well, words in answers if well is False)
    if refused:
        return Finding(False, refused)
    database = open_database(settings)
    with database.read() as session:
        status = read_texting_status(session)
    database.close()
    words = "; ".join(filter(None, [*(words for _, words in answers), _waiting(status)]))
    return Finding(not status.stands, words, care=bool(status.waiting) or any(well is None for well, _ in answers))


def _answer(provider: Provider, names: str) -> tuple[bool | None, str]:
    """Whether the provider knows us, None where that cannot be told, and a sentence."""
    if isinstance(provider, Console):
        return None, f"{names}_URL=console: texts are written into the log, nobody gets one"
    try:
        provider.status(NOBODY)
    except AccountRefused as refused:
        return False, f"the provider refuses our account ({refused.code}): look at {names}_ACCOUNT and {names}_TOKEN"
    except PermanentFailure:
        return True, f"{provider.name} knows our account"
    except NotSent as failure:
        return None, f"{provider.name} gives no answer ({failure.code}): look at {names}_URL"
    finally:
        provider.close()
    return True, f"{provider.name} knows our account"


def _waiting(status: TextingStatus) -> str:
    if not status.waiting:
        return ""
    why, code = status.words
    return f"{status.waiting} wait for another try: {code if why == OTHER else why}"
