"""SMS callbacks: the provider's delivery reports and incoming texts, believed only if signed."""

from functools import partial
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.concurrency import run_in_threadpool

from access.authentication import Public
from access.refusals import NotAllowed
from contacts.alerts.alerts import order
from contacts.alerts.delivery_reports import record_status
from contacts.alerts.reply_matching import Means, match_reply
from contacts.alerts.still_wanted import still_wanted
from contacts.alerts.stop_words import Wish, wish_of
from contacts.alerts.taken_texts import first_time
from contacts.roster.number_checks import take_reply as take_reply_code
from contacts.roster.opting_out import resume, stop
from contacts.sms.provider import DeliveryReport, Inbound, Provider
from responders.community.text_replies import take_text
from web.context import Context, context_of

router = APIRouter(prefix="/sms", include_in_schema=False)
Stranger = Annotated[None, Depends(Public())]
LEFT = (Means.WRONG, Means.WHICH)  # of these nothing is kept, whether they come once or again
log = structlog.get_logger()


@router.post("/status")
async def take_status(request: Request, _door: Stranger) -> Response:
    """A receipt: applied once, never backwards."""
    provider, form = await _believed(request, "/sms/status")
    receipt = provider.read_receipt(form)
    if receipt is not None:
        await run_in_threadpool(_record, context_of(request), receipt)
    return Response(status_code=204)


@router.post("/inbound")
async def take_inbound(request: Request, _door: Stranger) -> Response:
    """A reply: from a known phone about an open question it is a statement; a stranger gets no answer. STOP is obeyed."""
    provider, form = await _believed(request, "/sms/inbound")
    inbound = provider.read_inbound(form)
    if inbound is not None:
        await run_in_threadpool(_reply, context_of(request), inbound)
    body, kind = provider.nothing_to_say
    return PlainTextResponse(body, media_type=kind)


async def _believed(request: Request, path: str) -> tuple[Provider, dict[str, str]]:
    """The provider whose signature fits. The public address is the configured one: the request's own may be a proxy's."""
    form = {name: str(value) for name, value in (await request.form()).multi_items()}
    for provider in request.app.state.sms_providers:
        if provider.valid_signature(context_of(request).public_url + path, form, request.headers):
            return provider, form
    raise NotAllowed


def _record(context: Context, receipt: DeliveryReport) -> None:
    with context.database.write() as session:
        effect = record_status(session, receipt.id, receipt.state, receipt.error, context.now(), receipt.bad_number)
    log.info("sms_receipt", state=receipt.state, effect=effect)


def _reply(context: Context, inbound: Inbound) -> None:
    now, wish = context.now(), wish_of(inbound.text)
    with context.database.write() as session:
        if wish is not None:
            people = (stop if wish is Wish.STOP else resume)(session, inbound.from_number, now)
            log.info("sms_stop" if wish is Wish.STOP else "sms_start", people=people)
            return
        if take_reply_code(session, inbound.from_number, inbound.text, now):
            log.info("sms_proves_number")
            return
        found = match_reply(session, inbound.from_number, inbound.text, now, partial(still_wanted, now=now))
        if found is None:
            log.info("sms_from_stranger")
            return
        if not found.coded and found.means not in LEFT and not first_time(session, inbound, now):
            log.info("sms_again")
            return
        order(session, take_text(session, found, now, context.rulebook), now)
    log.info("sms_reply", number=found.alert.about, means=found.means.value)
