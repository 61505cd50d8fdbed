"""The house's own health: parts, agents, their sources, queues and dead letters, each with one sentence and a colour.

Doctor, metrics, board and the administrators' pages all say what stands here. Where what ails hides something else, that is
said and nobody else is blamed: while nobody takes in findings, nothing is known of the departments' machines.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from administrators.running.process_heartbeats import ProcessHeartbeat, all_heartbeats, is_late
from broker import outbox
from broker.dead_letters import DeadLetter
from cases.agents import AgentLife, AgentStatus, agent_statuses
from storage.office_time import office_time
from storage.problem import N_
from web.health_lines import TONES, HealthLine

NO_CLOCK = N_("No clock runs: nobody is reminded, and no deadline is noticed. Start hecha clock.")
# What must always be done by somebody, and what it means when nobody does.
PARTS = {
    "clock": NO_CLOCK,
    "relay": N_("No relay works: what is asked and answered does not leave the house. Look at hecha relay."),
    "findings": N_("Nobody takes in what the machines find, nor hears of them. Look at hecha work."),
    "requests": N_("Nobody takes in the questions of other systems. Look at hecha work."),
    "outcomes": N_("Nobody brings answers to the asking units. Look at hecha work."),
    "alerts": N_("Nobody sends texts. Look at hecha work."),
    "webhooks": N_("Nobody tells the units' own systems of answers. Look at hecha work."),
    "batches": N_("Nobody asks the rows of batches. Look at hecha work."),
    "checkpointer": N_("Nobody signs the trail. Look at hecha clock."),
    "dead": N_("Nobody keeps the letters that could not be read. Look at hecha work."),
}
WORKS = N_("It works.")
SOME = N_("{ill} of {all} that do this are silent or cannot work; the others do it.")
GONE = N_("This process was heard of last at {at}: it was stopped without a word, or hangs.")
ALIVE = N_("It lives and answers.")
ILL = N_("It lives, and cannot ask some of its records.")
LATE = N_(
    "Nothing was heard of it since {at}: ask the department whether hecha respond runs. What it leaves unanswered goes to its "
    "window, after as many minutes as the item gives the machine."
)
STOPPED = N_(
    "It said at {at} that it stops. What it leaves unanswered goes to its window, after as many minutes as the item gives the "
    "machine."
)
PEOPLE = N_("No machine was ever heard of: people answer.")
UNKNOWN = N_("Nothing is known of it as long as nobody takes in what the machines say.")
SOURCES = {
    "away": N_("These records cannot be opened, or do not look whole: their questions wait, and the agent's log says why."),
    "failing": N_("The handler of these records fails: the agent's log names the fault."),
    "slow": N_("These records take too long to answer; other items are not held up by them."),
}
NO_BROKER = N_("The post office cannot be reached. What is asked is kept and goes out as soon as it is back.")
STUCK = N_("{count} letters wait to leave the house, the oldest for over a minute. Look at hecha relay.")
UNREAD = N_("{count} letters wait, and nobody takes them.")
HIGH = N_("{count} letters wait: more come than are taken.")
QUEUES_WELL = N_("All queues are read.")
DEAD = N_("{count} dead letters wait for a decision.")
NO_DEAD = N_("No dead letter waits for a decision.")
HANGS_AFTER = timedelta(minutes=1)
MANY = 1000  # letters in one queue
LIVES = {
    AgentLife.ALIVE: ("good", ALIVE), AgentLife.AWAY: ("urgent", ILL), AgentLife.LATE: ("late", LATE),
    AgentLife.STOPPED: ("urgent", STOPPED), AgentLife.NEVER: ("good", PEOPLE),
}  # fmt: skip


def house_health(session: Session, now: datetime, depths: Mapping[str, int]) -> list[HealthLine]:
    """Every line, the worst first; six queries. `depths`: letters by queue, empty while the post office is away."""
    beats, machines = all_heartbeats(session), agent_statuses(session, now)
    parts = part_lines(beats, now)
    deaf = is_deaf(parts)
    lines = [*parts, *_agent_lines(machines, deaf), *([] if deaf else _source_lines(machines))]
    lines += _queue_lines(depths, {line.name for line in parts if line.tone == "late"}, machines)
    lines += [*_outbox_lines(session, now), _dead_line(dead_waiting(session))]
    return sorted(lines, key=lambda line: TONES.index(line.tone))


def is_deaf(lines: Iterable[HealthLine]) -> bool:
    """Whether nobody takes in what machines say, so that nothing is known of them."""
    return any(line.kind == "part" and line.name == "findings" and line.tone == "late" for line in lines)


def part_lines(beats: Sequence[ProcessHeartbeat], now: datetime) -> list[HealthLine]:
    """What must be done, by who does it; and the processes that were stopped without a word."""
    gone = [beat for beat in beats if beat.part == beat.command and is_late(beat, now)]
    lost = [
        HealthLine("part", f"{beat.command} {beat.process}", "urgent", GONE, {"at": office_time(beat.seen_at)}) for beat in gone
    ]
    return [*(_part_line(name, [beat for beat in beats if _task(beat) == name], now) for name in PARTS), *lost]


def _task(beat: ProcessHeartbeat) -> str:
    return beat.part.partition(".")[0]


def _part_line(name: str, beats: Sequence[ProcessHeartbeat], now: datetime) -> HealthLine:
    ill = [beat for beat in beats if is_late(beat, now) or not beat.healthy]
    done = {beat.part for beat in beats if beat not in ill}
    if not done or {beat.part for beat in beats} - done:
        return HealthLine("part", name, "late", PARTS[name])
    some = HealthLine("part", name, "urgent", SOME, {"ill": len(ill), "all": len(beats)})
    return some if ill else HealthLine("part", name, "good", WORKS)


def _agent_lines(machines: Iterable[AgentStatus], deaf: bool) -> list[HealthLine]:
    said = [(one, ("urgent", UNKNOWN) if deaf and one.life == AgentLife.LATE else LIVES[one.life]) for one in machines]
    return [
        HealthLine("agent", one.unit.code, tone, words, {"at": office_time(one.last)} if one.last else {}, unit=one.unit.code)
        for one, (tone, words) in said
    ]


def _source_lines(machines: Iterable[AgentStatus]) -> list[HealthLine]:
    lines = []
    for one in machines:
        if one.machine is not None and one.life == AgentLife.AWAY:
            ills = one.machine.ills or {"": "away"}  # a program of the department's own may not say which
            lines += [_source_line(one.unit.code, item, ill) for item, ill in sorted(ills.items())]
    return lines


def _source_line(unit: str, item: str, ill: str) -> HealthLine:
    tone = "urgent" if ill == "slow" else "late"
    return HealthLine("source", f"{unit} {item}".strip(), tone, SOURCES.get(ill, SOURCES["away"]), unit=unit)


def _queue_lines(depths: Mapping[str, int], ill: set[str], machines: Iterable[AgentStatus]) -> list[HealthLine]:
    if not depths:
        return [HealthLine("queue", "", "late", NO_BROKER)]
    silent = {f"questions.{one.unit.code}" for one in machines if one.life not in (AgentLife.ALIVE, AgentLife.AWAY)}
    lines = []
    for name, count in sorted(depths.items()):
        if count and (name in silent or name.partition(".")[0] in ill):
            lines.append(HealthLine("queue", name, "late", UNREAD, {"count": count}))
        elif count > MANY:
            lines.append(HealthLine("queue", name, "urgent", HIGH, {"count": count}))
    return lines or [HealthLine("queue", "", "good", QUEUES_WELL)]


def _outbox_lines(session: Session, now: datetime) -> list[HealthLine]:
    count, oldest = outbox.waiting_since(session)
    stuck = oldest is not None and oldest + HANGS_AFTER < now
    return [HealthLine("queue", "outbox", "late", STUCK, {"count": count})] if stuck else []


def _dead_line(count: int) -> HealthLine:
    return HealthLine("dead", "", "late", DEAD, {"count": count}) if count else HealthLine("dead", "", "good", NO_DEAD)


def dead_waiting(session: Session) -> int:
    """Buried letters that nobody has decided about."""
    return session.exec(select(func.count()).select_from(DeadLetter).where(col(DeadLetter.settled_at).is_(None))).one()
