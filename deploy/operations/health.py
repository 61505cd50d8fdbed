"""What machines ask of this process: whether it lives, whether it can work, and its figures."""

from collections.abc import Callable

from fastapi import APIRouter, Depends, Response
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from access.authentication import Public
from broker.crypto.key_ring import WrongKey
from broker.transports.transport import DEAD, TransportError
from deploy.migrate import is_current
from deploy.operations.metrics import Figures, Insides
from deploy.operations.timed_probe import Probe, TooSlow
from storage.problem import N_, FieldFault, Problem

NO_DATABASE = N_("The database cannot be reached.")
OLD_TABLES = N_("The database does not have this version's tables. Run hecha migrate.")
NO_KEYS = N_("The house's letter keys cannot be read: letters neither leave nor come in.")
NO_BROKER = N_("The post office cannot be reached.")
AWAY = (SQLAlchemyError, TransportError, TooSlow, WrongKey, OSError)


def health_router(insides: Insides) -> APIRouter:
    """The routes /healthz, /readyz and /metrics, open to everybody: they tell nothing about anybody."""
    router = APIRouter(dependencies=[Depends(Public())], tags=["health"])
    registry = CollectorRegistry()
    registry.register(Figures(insides))
    readiness = Readiness(insides)

    @router.get("/healthz")
    async def tell_life() -> dict[str, str]:
        """This process is alive."""
        return {"status": "alive"}

    @router.get("/readyz")
    def tell_readiness() -> dict[str, str]:
        """This process can work: 503 names what it cannot reach."""
        faults = readiness.faults()
        if faults:
            raise Problem(faults, 503)
        return {"status": "ready"}

    @router.get("/metrics", response_class=Response)
    def tell_figures() -> Response:
        """Figures as Prometheus reads them."""
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return router


class Readiness:
    """Looks at what this process cannot work without."""

    def __init__(self, insides: Insides) -> None:
        self._insides = insides
        self._database, self._broker, self._keys = Probe(), Probe(), Probe()

    def faults(self) -> list[FieldFault]:
        """What is missing; empty when all is well. Takes six seconds at most."""
        looks: list[tuple[Probe, Callable[[], bool], FieldFault]] = [
            (self._database, self._reach_database, FieldFault("database", "not_reachable", NO_DATABASE)),
            (self._broker, self._reach_broker, FieldFault("broker", "not_reachable", NO_BROKER)),
            (self._keys, self._insides.read_keys, FieldFault("letter_keys", "not_readable", NO_KEYS)),
        ]
        faults = []
        for probe, look, away in looks:
            try:
                if not probe(look):
                    faults.append(FieldFault("migrations", "not_current", OLD_TABLES))
            except AWAY:
                faults.append(away)
        return faults

    def _reach_database(self) -> bool:
        return is_current(self._insides.database)

    def _reach_broker(self) -> bool:
        transport = self._insides.open_transport()
        try:
            transport.depth(DEAD)
        finally:
            transport.close()
        return True
