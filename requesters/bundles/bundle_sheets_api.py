"""/api/v1/bundles by sheet: an empty sheet of a kind, and a filled one checked and asked, one row a person."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response, UploadFile

from access.principal import Principal
from cases.bundles.bundle import kind_of
from cases.grants.pledges import need_pledge
from requesters.ask.asking_for_oneself import AskingForOneself
from requesters.batches.batch_uploads import read_bytes, read_sheet
from requesters.batches.batches import Sender
from requesters.bundles.bundle_sheets import (
    Customer,
    SheetFault,
    bundle_sheet_kind,
    cell_faults,
    customers_of,
    digest_of,
    faults_in,
    read_customers,
)  # fmt: skip
from requesters.bundles.opening import BundleSubmission, asking, open_bundles, refusals
from storage.json import Json
from storage.problem import N_, FieldFault, Problem
from storage.sheets.blank_sheets import blank_sheet
from storage.sheets.limits import MOST_BYTES
from web.context import Context, context_of
from web.downloads import XLSX, download

router = APIRouter(prefix="/api/v1", tags=["bundles"])
Asker = Annotated[Principal, Depends(AskingForOneself("asker", scope="batches"))]
ENVELOPE = 64 * 1024  # what a form adds to the file inside it
MOST = 2000  # customers of a sheet
CHUNK = 50  # bundles to a transaction
MOST_TOLD = 1000  # faults in one reply
TOO_MANY = N_("This sheet has more than {most} customers. Send it in parts.")
WHOSE = N_(
    "A row was not read, or names no customer: whose it is nobody knows, so nothing was asked. Put it right or delete it, and send "
    "the sheet again."
)
NOT_ALL = N_("Some rows cannot be asked. Nothing was asked; send it again with those left out, or with skip_bad.")


@router.get("/bundles/kinds/{code}/sheet.xlsx", response_class=Response)
def fetch_bundle_sheet(request: Request, code: str, principal: Asker) -> Response:
    """An empty sheet for bundles of this kind."""
    context = context_of(request)
    kind = bundle_sheet_kind(kind_of(context.rulebook, code), context.rulebook.catalogue)
    return download(blank_sheet(kind, principal.locale, context.say), XLSX, f"{code}.xlsx")


@router.post("/bundles/sheets", max_body_size=MOST_BYTES + ENVELOPE)
def ask_bundle_sheet(
    request: Request,
    kind: Annotated[str, Form()],
    file: UploadFile,
    principal: Asker,
    ask: Annotated[bool, Form()] = False,
    skip_bad: Annotated[bool, Form()] = False,
) -> Json:
    """Checks a sheet of bundles, row by row; with `ask` asks it: nothing where a row is bad, the good customers with `skip_bad`.

    A customer is asked with all of its rows or not at all; where a row is hidden or names no customer, nobody is.

    Nothing of the sheet is kept: to ask what was checked, send the same file again. Sent again, it asks nothing twice, also
    where it broke off in between. `GET /bundles?sheet=` lists what came of it.
    """
    context, sender = context_of(request), Sender(principal.unit, principal.username)
    asked, content = kind_of(context.rulebook, kind), read_bytes(file)
    columns = bundle_sheet_kind(asked, context.rulebook.catalogue)
    sheet = read_sheet(file, columns)
    customers, faults = customers_of(sheet.rows, asked)
    if len(customers) > MOST:
        raise Problem([FieldFault("file", "too_many", TOO_MANY, {"most": MOST})])
    digest = digest_of(content, principal.unit, asked.code)
    good, wrong = read_customers(customers, digest, sender, context.now(), context.rulebook)
    by_number = {one.number: one for one in customers}
    bad = [*cell_faults(sheet, columns), *faults, *wrong]
    bad += _refused(context, principal, good, by_number)
    spoilt = {one.customer for one in bad}
    ready = {number: one for number, one in good.items() if number not in spoilt}
    stop = (WHOSE if "" in spoilt else NOT_ALL) if bad and not (skip_bad and "" not in spoilt) else ""
    numbers = _ask(context, ready, by_number, bad) if ask and not stop else {}
    note = {"note": context.say(principal.locale, stop)} if ask and stop else {}
    return _shown(context, principal, digest, (sorted(by_number), ready, numbers), bad) | note


def _refused(
    context: Context, principal: Principal, good: dict[str, BundleSubmission], by_number: dict[str, Customer]
) -> list[SheetFault]:
    """What would be refused when asked, told beforehand; nothing is written."""
    now, numbers = context.now(), list(good)
    ready = {i: (good[number], asking(good[number].request, now, context.rulebook)) for i, number in enumerate(numbers)}
    with context.database.write() as session:
        need_pledge(session, principal.username, context.rulebook.pledge)
        problems = refusals(session, ready, now, context.rulebook)
    return [fault for i, problem in problems.items() for fault in faults_in(by_number[numbers[i]], problem)]


def _ask(
    context: Context, ready: dict[str, BundleSubmission], by_number: dict[str, Customer], bad: list[SheetFault]
) -> dict[str, str]:
    """Asks these, some to a transaction: by customer the bundle's number. What is refused after all is added to `bad`."""
    found, waiting = dict[str, str](), list(ready)
    while waiting:
        chunk, waiting = waiting[:CHUNK], waiting[CHUNK:]
        with context.database.write() as session:
            results = open_bundles(session, [ready[number] for number in chunk], context.now(), context.rulebook)
        for number, result in zip(chunk, results, strict=True):
            if isinstance(result, Problem):
                bad += faults_in(by_number[number], result)
            else:
                found[number] = result
    return found


def _shown(
    context: Context,
    principal: Principal,
    sheet: str,
    told: tuple[Sequence[str], dict[str, BundleSubmission], dict[str, str]],
    bad: Sequence[SheetFault],
) -> Json:
    customers, ready, numbers = told
    errors = [
        {"row": one.row, "customer": one.customer or None, "field": one.fault.field, "code": one.fault.code,
         "message": context.say(principal.locale, one.fault.message, **one.fault.params)}
        for one in sorted(bad, key=lambda one: one.row)[:MOST_TOLD]
    ]  # fmt: skip
    asked = [{"customer": number, "bundle": bundle} for number, bundle in numbers.items()]
    counts = {"customers": len(customers), "good": len(ready), "asked": len(asked)}
    return {"sheet": sheet, **counts, "bundles": asked, "errors": errors, "errors_more": max(0, len(bad) - MOST_TOLD)}
