"""Trying a register with sample questions: what is answered beside what was expected, how long it takes, what is sent."""

import re
import time
import traceback
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from cases.question import Finding
from deploy.agent.assembly import handlers_of, place_of
from deploy.agent.sample_questions import SampleQuestion, WrongSamples, read_samples
from deploy.agent.settings import AgentSettings
from responders.agent.record_stores import RecordStore, SeenStore
from responders.handlers import Handler, RecordsAway

Say = Callable[[str], None]
_MANY = re.compile(r"(?:(?:\?|:\w+|%s|%\(\w+\)s)(?:::\w+)?, ){3,}")  # places of numbers in a statement
OTHERWISE, NOT_ASKED = 1, 2  # how the command ends, where not with 0


def try_item(settings: AgentSettings, unit: str, item: str, questions: Path, now: datetime, say: Say) -> int:
    """Asks the unit's records of the item; 0 where every answer is as expected, 1 where one is not, 2 where none could be asked.

    What is printed holds no number and no name, but a traceback holds what a handler put into it: it is for this terminal alone.
    Raises SourceProblem, WrongSamples.
    """
    items, known = handlers_of(settings, unit)
    if item not in items or item not in known:
        raise WrongSamples(f"{item}: 没有这个事项，或没有回答它的程序 / there is no such item, or nothing that answers it")
    samples, sent, handler = read_samples(questions, items[item]), list[str](), known[item]
    if hasattr(handler, "tell"):
        handler.tell = sent.append
    try:
        store = RecordStore(item, handler, place_of(settings, unit).store_of(unit), SeenStore())
        try:
            return _asked(store, handler, samples, sent, now, say)
        finally:
            store.close()
    except Exception as error:  # noqa: BLE001  # whoever wrote the handler or the file of the source reads it
        say("".join(traceback.format_exception(error)))
        say(f"{item}: {error}" if isinstance(error, RecordsAway) else f"{item}: {type(error).__name__}")
        return NOT_ASKED


def _asked(
    store: RecordStore, handler: Handler, samples: Sequence[SampleQuestion], sent: list[str], now: datetime, say: Say
) -> int:
    began = time.monotonic()
    store.look(now)
    say(f"打开并检查 / opened and looked at: {_ms(began)}, {len(sent)} 条语句 / statements")
    sent.clear()
    began = time.monotonic()
    found = handler.find(store.records, [one.question for one in samples])
    store.look(now)
    say(f"{len(samples)} 个问题一次查询 / questions at once: {_ms(began)}, {len(sent)} 条语句 / statements")
    for statement in dict.fromkeys(sent):
        say(f"    {_MANY.sub('..., ', ' '.join(statement.split()))}")
    began = time.monotonic()
    handler.find(store.records, [samples[0].question])
    say(f"一个问题 / one question alone: {_ms(began)}")
    wrong = [line for one, finding in zip(samples, found, strict=True) if (line := _compared(one, finding, say))]
    say(f"{len(samples) - len(wrong)}/{len(samples)} 与预期一致 / as expected")
    return OTHERWISE if wrong else 0


def _compared(sample: SampleQuestion, found: Finding, say: Say) -> bool:
    """Whether it is otherwise than expected; says so."""
    facts = " ".join(f"{code}={verdict}" for code, verdict in found.facts.items())
    differs = bool(sample.expected and found.outcome != sample.expected)
    differs = differs or any(found.facts.get(code) != verdict for code, verdict in sample.facts.items())
    told = f"第 {sample.line} 行 / line {sample.line}: {found.outcome} {facts}".rstrip()
    wanted = " ".join([sample.expected, *(f"{code}={verdict}" for code, verdict in sample.facts.items())]).strip()
    say(f"{told}  ✗ 预期 / expected {wanted}" if differs else told)
    return differs


def _ms(began: float) -> str:
    return f"{(time.monotonic() - began) * 1000:.1f} ms"
