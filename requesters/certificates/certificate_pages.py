"""/ask/certificates/{code}: what holds of a certificate that nobody needs any more, and the slip that says so."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from access.principal import Principal
from access.units import all_units
from cases.certificates.certificate import Certificate, CertificateClass
from cases.certificates.directory import certificate_of
from cases.certificates.stopped import record_stopped
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from requesters.ask.asking_for_oneself import AskingForOneself
from requesters.ask.questions_api import granted_pairs
from requesters.certificates.slip_paper import Slip, make_slip
from requesters.certificates.ways import Allowed, bundle_address, item_address, way_of
from storage.problem import N_, FieldFault, Problem
from web.context import Context, context_of
from web.downloads import download
from web.form_data import FormTyped

router = APIRouter(include_in_schema=False)
Asker = Annotated[Principal, Depends(AskingForOneself("asker"))]
STOPPED = (CertificateClass.NOT_NEEDED, CertificateClass.CANCELLED)  # of these nothing is asked, and a slip says why
NO_SLIP = N_("There is a slip only for certificates that are not needed or cancelled.")


def _certificate(context: Context, code: str) -> Certificate:
    with context.database.read() as session:
        return certificate_of(session, code, in_use=True)


@router.get("/ask/certificates/{code}")
def show_certificate(request: Request, code: str, principal: Asker, counted: str = "") -> Response:
    """Its class, since when and by which document, what takes its place, and the slip. Nothing is counted by looking; `counted`
    is there where somebody comes from a form that stopped the question and counted it.
    """
    context = context_of(request)
    certificate = _certificate(context, code)
    allowed = Allowed(granted_pairs(context, principal), context.rulebook.bundles)
    items, bundle = context.rulebook.catalogue.items, context.rulebook.bundles.get(certificate.bundle)
    with context.database.read() as session:
        units = all_units(session)
    values = {
        "certificate": certificate,
        "stopped": certificate.certificate_class in STOPPED,
        "way": way_of(certificate, allowed),
        "items": [(items[one], item_address(one, allowed)) for one in certificate.items if one in items],
        "bundle": (bundle, bundle_address(bundle.code, allowed)) if bundle else None,
        "units": units,
        "counted": bool(counted),
    }
    return context.page(request, "requesters/certificate.html", principal=principal, **values)


@router.post("/ask/certificates/{code}/slip")
def print_slip(request: Request, code: str, principal: Asker, form_data: FormTyped) -> Response:
    """The slip as a PDF, for the citizen and for the unit that asked for the certificate; counted, without anybody's name, unless
    the form has counted the same a moment before.

    A paper in the unit's name leaves the house: who made it out stands on the trail.
    """
    context, now = context_of(request), context_of(request).now()
    certificate = _certificate(context, code)
    if certificate.certificate_class not in STOPPED:
        raise Problem([FieldFault("certificate", "no_slip", NO_SLIP)], 409)
    with context.database.read() as session:
        unit = all_units(session)[principal.unit]
    pdf = make_slip(Slip(certificate, unit, context.today()), context.rulebook, now)
    with context.database.write() as session:
        if not form_data.get("counted"):
            record_stopped(session, certificate.code, principal.unit, now)
        details = {"certificate": certificate.code}
        trail.write(session, [TrailLine.of_person(principal, now, "certificate_slip", details=details)])
    return download(pdf, "application/pdf", f"{certificate.code}.pdf")
