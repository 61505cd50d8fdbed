"""What the doctor says of settings that were never filled in, and of the provider of texts."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from contacts.sms.provider import NotSent, Provider
from deploy.settings import Settings

# What stands in hecha.env.example to be replaced: a part of a value, or the whole of one.
PARTS = ("your-provider.example", "your.city.example", "DATABASE_PASSWORD", "BROKER_PASSWORD")
WHOLE = ("ACCOUNT", "TOKEN", "SECRET", "+86...")
NO_TEXT = "SM" + "0" * 32  # a text that never was: whoever knows the account says that there is none
THERE = ("http_404", "20404")
OUR_OWN = ("http_401", "http_403", "20003", "20006")  # how providers answer a wrong account or token


def unfilled(settings: Settings) -> Iterator[str]:
    """The names of settings in which a placeholder of the example file still stands."""
    for name in Settings.model_fields:
        value = str(getattr(settings, name))
        if value in WHOLE or any(part in value for part in PARTS):
            yield f"HECHA_{name.upper()}"


def wrong_with_texts(settings: Settings, provider: Provider) -> str:
    """Why no text would go out, by the setting to be mended; "" where the provider answers. Nothing is sent."""
    try:
        provider.status(NO_TEXT)
    except NotSent as error:
        if error.code in THERE:
            return ""
        if error.code in OUR_OWN:
            return "the provider refuses HECHA_SMS_ACCOUNT with HECHA_SMS_TOKEN"
        host = urlsplit(settings.sms_url).netloc.rpartition("@")[2]
        return f"no provider of texts answers at {host} ({error.code}): look at HECHA_SMS_URL"
    return ""


def is_simulator(settings: Settings) -> bool:
    """Whether texts go to this machine's own simulated phones."""
    return urlsplit(settings.sms_url).hostname in ("127.0.0.1", "localhost", "::1")
