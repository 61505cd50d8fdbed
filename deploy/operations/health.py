"""/healthz, /readyz and /metrics: liveness, readiness and Prometheus figures of this process."""

import hmac
import time
from collections.abc import Callable

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from access.authentication import Public
from access.refusals import NotAllowed
from access.shown_credential import shown_credential
from broker.crypto.key_ring import WrongKey
from broker.inbox import rehearse
from broker.transports.transport import DEAD, TransportError
from deploy.operations.metrics import Figures, Insides
from deploy.operations.timed_probe import Probe, TooSlow
from deploy.schema_version import is_current
from storage.problem import N_, FieldFault, Problem
from web.sign_in.sign_in_flow import is_from_here

NO_DATABASE = N_("The database cannot be reached or takes nothing.")
OLD_TABLES = N_("The database does not have this version's tables. Run hecha migrate.")
NO_KEYS = N_("The house's letter keys cannot be read: letters neither leave nor come in.")
NO_BROKER = N_("The post office cannot be reached.")
WRITE_EVERY = 1.0  # seconds for which one that succeeded counts, however many ask
AWAY = (SQLAlchemyError, TransportError, TooSlow, WrongKey, OSError)


class FiguresReader:
    """A dependency for who may see how much there is to do: whoever shows the token, or without one this machine itself."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def __call__(self, request: Request) -> None:
        """Raises NotAllowed for everybody else."""
        shown = shown_credential(request).key
        allowed = hmac.compare_digest(shown.encode(), self._token.encode()) if self._token else is_from_here(request)
        if not allowed:
            raise NotAllowed


def health_router(insides: Insides, metrics_token: str = "") -> APIRouter:
    """The routes /healthz and /readyz, open to everybody, for they tell nothing about anybody; and /metrics."""
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

    @router.get("/metrics", response_class=Response, dependencies=[Depends(FiguresReader(metrics_token))])
    def tell_figures() -> Response:
        """Figures as Prometheus reads them, for this machine, or for who shows the token as `Authorization: Bearer TOKEN`."""
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return router


class Readiness:
    """Looks at what this process cannot work without."""

    def __init__(self, insides: Insides) -> None:
        self._insides = insides
        self._database, self._broker, self._keys = Probe(), Probe(), Probe()
        self._written_at = -WRITE_EVERY

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
        """Whether it has our tables. Raises SQLAlchemyError, also where it takes nothing: nobody can be served then."""
        if not is_current(self._insides.database):
            return False
        if time.monotonic() >= self._written_at + WRITE_EVERY:
            with self._insides.database.write() as session:
                rehearse(session, self._insides.now())
            self._written_at = time.monotonic()
        return True

    def _reach_broker(self) -> bool:
        transport = self._insides.open_transport()
        try:
            transport.depth(DEAD)
        finally:
            transport.close()
        return True
