"""The peer's two Dramatiq workers, one at the police and one at the house: confirms, quorum queues."""

import os
from typing import Any

import dramatiq
from dramatiq.brokers.rabbitmq import RabbitmqBroker

from tests.bench.peer import checks, records


class Broker(RabbitmqBroker):
    """On quorum queues, for which it has no setting."""

    def _build_queue_arguments(self, queue_name: str) -> dict[str, Any]:
        return {**super()._build_queue_arguments(queue_name), "x-queue-type": "quorum"}


dramatiq.set_broker(Broker(url=os.environ[checks.BROKER], confirm_delivery=True))


@dramatiq.actor(queue_name="d_police")
def look_up(check_id: str, subjects: dict[str, dict[str, str]]) -> None:
    """At the police: looks the people up and sends the finding back."""
    keep.send(check_id, records.find(subjects))


@dramatiq.actor(queue_name="d_house")
def keep(check_id: str, finding: dict[str, Any]) -> None:
    """At the house: the answer is kept."""
    checks.record(check_id, finding)
