"""The peer's API: a question is a row, its commit and a task; whoever asked looks again until it is answered."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, FastAPI, HTTPException
from sqlmodel import Session

from tests.bench.peer.celery_peer import look_up
from tests.bench.peer.checks import Check, Question, session

app = FastAPI()
Opened = Annotated[Session, Depends(session)]


@app.post("/checks", status_code=201)
def ask(question: Question, opened: Opened) -> Check:
    """Accepts a question."""
    check = Check.model_validate(question)
    opened.add(check)
    opened.commit()
    opened.refresh(check)
    look_up.delay(str(check.id), check.subjects)
    return check


@app.get("/checks/{check_id}")
def see(check_id: UUID, opened: Opened) -> Check:
    """A question and its answer, if there is one."""
    check = opened.get(Check, check_id)
    if check is None:
        raise HTTPException(404)
    return check
