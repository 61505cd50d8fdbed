"""/api/v1/certificates: the directory for programs, by words and class, each with what replaces it for this unit."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from access.authentication import Authenticated
from access.principal import Principal
from cases.catalogue.search import search
from cases.certificates.certificate import Certificate, CertificateClass
from cases.certificates.directory import all_certificates, certificate_of
from requesters.ask.questions_api import granted_pairs
from requesters.certificates.ways import Allowed, bundle_address
from storage.json import Json
from web.context import Context, context_of

router = APIRouter(prefix="/api/v1", tags=["catalogue"])
Reader = Annotated[Principal, Depends(Authenticated("asker", scope=("ask", "read", "batches")))]


@router.get("/certificates")
def list_certificates(
    request: Request,
    principal: Reader,
    q: Annotated[str, Query(max_length=100, description="Chinese, pinyin initials or English")] = "",
    certificate_class: Annotated[CertificateClass | None, Query(alias="class")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Json:
    """The certificates that fit the words, best first (all where there are none). `more` are left out because of `limit`.

    `class` says what replaces it: not_needed, cancelled (nobody asks for it), commitment, query, check (`items` and `bundle` say
    what is asked, and for which matters this unit may). Empty: not classified yet, asked for as before.
    """
    context = context_of(request)
    with context.database.read() as session:
        known = [one for one in all_certificates(session) if certificate_class in (None, one.certificate_class)]
    found = search(known, q, principal.locale)
    allowed = _allowed(context, principal)
    return {
        "certificates": [certificate_view(one, allowed) for one in found[:limit]],
        "more": max(len(found) - limit, 0),
    }


@router.get("/certificates/{code}")
def read_certificate(request: Request, code: str, principal: Reader) -> Json:
    """One certificate; 404 where the directory does not have it, or not any more."""
    context = context_of(request)
    with context.database.read() as session:
        certificate = certificate_of(session, code, in_use=True)
    return certificate_view(certificate, _allowed(context, principal))


def _allowed(context: Context, principal: Principal) -> Allowed:
    return Allowed(granted_pairs(context, principal), context.rulebook.bundles)


def certificate_view(one: Certificate, allowed: Allowed) -> Json:
    """A certificate as programs see it."""
    return {
        "code": one.code,
        "name": {"zh": one.zh, "en": one.en},
        "class": one.certificate_class,
        "since": one.since.isoformat() if one.since else None,
        "document": one.document,
        "clause": {"zh": one.clause.zh, "en": one.clause.en},
        "legal_basis": one.legal_basis,
        "issuer": one.issuer,
        "items": [{"code": code, "matters": allowed.matters(code)} for code in one.items],
        "bundle": {"code": one.bundle, "allowed": bool(bundle_address(one.bundle, allowed))} if one.bundle else None,
    }
