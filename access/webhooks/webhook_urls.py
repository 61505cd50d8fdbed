"""How a webhook's URL must be written to be called at all: http or https, plain host, no user name."""

from urllib.parse import quote, urlsplit


class NotCallable(Exception):
    """An address that must never be called; trying again would not help."""


def callable_address(url: str) -> bool:
    """Whether this is written as an address that may be called; where it leads is looked at each time it is."""
    try:
        return bool(address_parts(url))
    except NotCallable:
        return False


def address_parts(url: str) -> tuple[bool, str, int, str]:
    """Whether by TLS, host, port and path of an address. Raises NotCallable where any of it is not plain."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise NotCallable from None
    if parts.scheme not in ("https", "http") or not host.isascii() or not host or "@" in parts.netloc or not url.isprintable():
        raise NotCallable
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme == "https", host, port, quote(path, safe="/?&=%:@!$'()*+,;~-._[]")
