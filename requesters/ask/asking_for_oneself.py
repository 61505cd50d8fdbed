"""Asking for one's own window: an agent of a village or street asks on an errand, where it stands whose it is, and nowhere else."""

from fastapi import Request

from access.authentication import Authenticated
from access.principal import Principal
from storage.problem import N_, FieldFault, Problem

ON_ERRANDS = N_("You ask on citizens' errands: use the page Errands, so that each question says whose errand it is.")


class AskingForOneself(Authenticated):
    """Lets askers in who are no agents of a village or street."""

    async def __call__(self, request: Request) -> Principal:
        """The principal. Raises Problem, and what Authenticated raises."""
        principal = await super().__call__(request)
        if "envoy" in principal.roles:
            raise Problem([FieldFault("", "on_errands", ON_ERRANDS)], 403)
        return principal
