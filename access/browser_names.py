"""A browser's name in a few words ("Firefox · Windows"), from its User-Agent header."""

# Most call themselves by their ancestors' names too: the first that fits is the one.
BROWSERS = (("Edg", "Edge"), ("QQBrowser", "QQ"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("MicroMessenger", "WeChat"),
            ("Chrome/", "Chrome"), ("Safari/", "Safari"))  # fmt: skip
SYSTEMS = (("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
           ("Mac OS X", "macOS"), ("Linux", "Linux"))  # fmt: skip


def browser_in_words(agent: str) -> str:
    """Such as `Firefox · Windows`, from the User-Agent header; empty where it tells nothing we know."""
    found = [next((name for mark, name in names if mark in agent), "") for names in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, found))
