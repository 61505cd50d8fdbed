"""What the doctor looks at of the settings: which of them still are what deploy/hecha.env.example or the sample city says."""

import re

from deploy.agent.settings import PREFIX
from deploy.operations.finding import Finding
from deploy.setting_types import is_loopback
from deploy.settings import SAMPLE_TOKEN, Settings

# What stands in the example for somebody to fill in; `.example` is nobody's domain (RFC 2606).
PLACEHOLDER = re.compile(r"DATABASE_PASSWORD|BROKER_PASSWORD|(?:ACCOUNT|TOKEN|SECRET)\Z|\.\.\.|\.example(?![\w.-])")
OF_THE_SAMPLE = ("sms_account", "sms_token", "sms_from")


def look_at_settings(settings: Settings) -> Finding:
    """Names each setting that nobody has filled in."""
    left = [f"{PREFIX}{name.upper()}" for name in examples_in(settings)]
    words = f"still the example's: {', '.join(left)}" if left else "none is the example's any more"
    if not left and settings.sms_token == SAMPLE_TOKEN and settings.sms_url != "console:":
        return Finding(True, "of the sample city: texts go to the simulated phones on this machine", care=True)
    return Finding(not left, words)


def examples_in(settings: Settings) -> list[str]:
    """The fields whose values are the example's, and those of the sample city where texts go to a real provider."""
    given = {name: getattr(settings, name) for name in Settings.model_fields}
    left = {name for name, value in given.items() if isinstance(value, str) and PLACEHOLDER.search(value)}
    if settings.sms_url.startswith("http") and not is_loopback(settings.sms_url):
        left |= {name for name in OF_THE_SAMPLE if given[name] == Settings.model_fields[name].default}
    return [name for name in given if name in left]
