"""SMS providers: one file each, found by the scheme of their address."""

from collections.abc import Iterator, Sequence
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from urllib.parse import urlsplit

from contacts.sms.provider import TIMEOUT, Provider


class NoProvider(ValueError):
    """No provider in this folder serves an address of this scheme."""


def open_provider(url: str, account: str, token: str, sender: str, timeout: float = TIMEOUT) -> Provider:
    """The provider for `url`, its path prefix included; raises NoProvider naming the schemes that would do.

    A file in this folder is a provider when it has SCHEMES and an `open_provider` of its own.
    """
    scheme = urlsplit(url).scheme
    for module in _providers():
        if scheme in module.SCHEMES:
            provider: Provider = module.open_provider(url, account, token, sender, timeout)
            return provider
    raise NoProvider(f"{scheme or 'no scheme'}: use one of {', '.join(schemes())}")


def apart(providers: Sequence[Provider]) -> list[Provider]:
    """The same providers, each under a name of its own: two companies may speak the same language."""
    names: list[str] = []
    for provider in providers:
        names.append(provider.name)
        count = names.count(provider.name)
        provider.name = f"{provider.name}-{count}" if count > 1 else provider.name
    return list(providers)


def schemes() -> list[str]:
    """Every scheme that some provider serves."""
    return sorted(scheme for module in _providers() for scheme in module.SCHEMES)


def _providers() -> Iterator[ModuleType]:
    for found in iter_modules(__path__):
        module = import_module(f"{__name__}.{found.name}")
        if hasattr(module, "SCHEMES"):
            yield module
