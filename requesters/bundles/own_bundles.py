"""A unit's own bundles: who may see one, and that a look at it is a look at each of its cases."""

from sqlmodel import Session

from access.principal import Principal
from cases.bundles.bundle import ReadBundle, find_bundle
from cases.rulebook import Rulebook
from requesters.own_cases.unread import note_view
from storage.problem import N_, FieldFault, Problem
from web.context import Context

NO_BUNDLE = N_("There is no bundle with this number.")


def own_bundle(session: Session, number: str, principal: Principal, rulebook: Rulebook, supervised: bool = False) -> ReadBundle:
    """The bundle, if this person's unit asked it, or with `supervised` a supervisor asks for it. Raises Problem."""
    one = find_bundle(session, number, rulebook)
    if one is None or not (_is_own(one, principal) or (supervised and "supervisor" in principal.roles)):
        raise Problem([FieldFault("number", "unknown_bundle", NO_BUNDLE)], 404)
    return one


def _is_own(one: ReadBundle, principal: Principal) -> bool:
    return one.bundle.unit == principal.unit and "asker" in principal.roles


def bundle_look(context: Context, one: ReadBundle, principal: Principal) -> None:
    """Writes that this principal looked at every case of the bundle now; the marks on them and on the bundle go."""
    numbers = sorted(case.number for case in one.cases.values())
    note_view(context, numbers, principal, context.now(), also=[one.bundle.number])
