"""What pages and routes are given of the assembled house; for parts that show no page it is not loaded."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from administrators.running.house_health import house_health
from broker.transports.promises import name_of
from deploy.assembly import Assembly
from deploy.operations.queue_depths import Depths
from deploy.schema_version import is_current
from deploy.settings import Settings
from requesters.own_cases.unread import mark_news
from web.context import Context
from web.health_lines import HealthLine
from web.languages import say
from web.templates import PageRenderer


def context_of(house: Assembly) -> Context:
    """The house as its pages see it."""
    paper, depths = PageRenderer(), Depths(house.database, house.transport)
    return Context(
        house.database, house.rulebook, house.now, house.broadcaster, say, paper, house.settings.public,
        locale=paper.locale, depths=depths, health=lambda: health_of(house, depths()),
        access=house.settings.access, seals=house.seals(), webhooks=house.caller(), news=mark_news, real_now=house.wall,
        facts=_facts(house.settings), is_current=lambda: is_current(house.database),
        open_counts=house.settings.open_counts,
    )  # fmt: skip


def health_of(house: Assembly, depths: Mapping[str, int]) -> list[HealthLine]:
    """What is to be said of parts, machines, queues and dead letters, the worst first."""
    with house.database.read() as session:
        return house_health(session, house.now(), depths)


def _facts(settings: Settings) -> dict[str, str]:
    """How this process is set up, without passwords or addresses with passwords in them."""
    sms = (settings.sms_url, settings.sms_second_url)
    return {
        "broker": name_of(settings.broker),
        "public": settings.public,
        "sms": ", ".join(urlsplit(url).hostname or urlsplit(url).scheme for url in filter(None, sms)),
        "locale": settings.locale,
        "folders": ", ".join(map(str, settings.city_folders)),
    }
