"""Starts the simulated phones where the settings expect an SMS provider on this machine."""

from deploy.settings import Settings
from deploy.wall_clock import clock_of
from sample.phones.company import PACE, Company
from sample.phones.server import Phones, serve_phones


def phones_address(settings: Settings) -> str | None:
    """HOST:PORT for the simulated phones; None where the SMS provider is a real one elsewhere."""
    address = settings.sms_url.removeprefix("http://")
    host, _, port = address.partition(":")
    return address if host in ("127.0.0.1", "localhost") and port.isdigit() else None


def start_phones(settings: Settings, pace: float = PACE) -> Phones | None:
    """The simulated phones at the settings' SMS address, when that is one of this machine's own."""
    address = phones_address(settings)
    if address is None:
        return None
    host, _, port = address.partition(":")
    company = Company(
        account=settings.sms_account,
        token=settings.sms_token,
        inbound_url=f"{settings.public}/sms/inbound",
        pace=pace,
        clock=clock_of(settings.clock_file),
    )
    return serve_phones(settings.home / "phones.sqlite", company, host, int(port))
