"""The peer's two Celery workers, one at the police and one at the house: late acknowledgements, confirms, quorum queues."""

import os
from typing import Any

from celery import Celery
from kombu import Queue

from tests.bench.peer import checks, records

QUORUM = {"x-queue-type": "quorum"}
QUEUES = {"police": "look_up", "house": "keep"}  # who reads which queue
app = Celery("peer", broker=os.environ[checks.BROKER])
app.conf.update(
    task_queues=[Queue(name, routing_key=name, queue_arguments=QUORUM) for name in QUEUES],
    task_routes={task: {"queue": name} for name, task in QUEUES.items()},
    task_default_queue="house",
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    broker_transport_options={"confirm_publish": True},
    worker_prefetch_multiplier=64,  # the guide's "Optimizing": 64 or 128 for many short tasks
)


@app.task(name="look_up")
def look_up(check_id: str, subjects: dict[str, dict[str, str]]) -> None:
    """At the police: looks the people up and sends the finding back."""
    keep.delay(check_id, records.find(subjects))


@app.task(name="keep")
def keep(check_id: str, finding: dict[str, Any]) -> None:
    """At the house: the answer is kept."""
    checks.record(check_id, finding)
