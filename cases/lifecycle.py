"""The state machine of a case: states, actors and one table of all moves. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache


class State(StrEnum):
    """Where a case is. Being taken, urgent or overdue are facts beside the state, not states."""

    HELD = "held"
    ASKED = "asked"
    AT_DESK = "at_desk"
    WITH_CONTACT = "with_contact"
    RETURNED = "returned"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    RETRACTED = "retracted"  # the answer was withdrawn by who gave it: none stands


class Actor(StrEnum):
    """Who makes a move."""

    ASKER = "asker"
    MACHINE = "machine"
    CLERK = "clerk"
    CONTACT = "contact"
    CLOCK = "clock"
    SUPERVISOR = "supervisor"


HELD, ASKED, AT_DESK, WITH_CONTACT, RETURNED, ANSWERED, CLOSED, WITHDRAWN, REFUSED, RETRACTED = State
ASKER, MACHINE, CLERK, CONTACT, CLOCK, SUPERVISOR = Actor

OPEN = frozenset({ASKED, AT_DESK, WITH_CONTACT, RETURNED})
RUNNING = OPEN - {RETURNED}  # with those who answer: what waits for its asker is nobody's delay
NEVER_SENT = frozenset({HELD, REFUSED})  # the holder has never heard of these
DELIVERED = frozenset({ANSWERED, CLOSED, RETRACTED})  # the asker has got an answer, be it taken back
SETTLED = frozenset(State) - OPEN - {HELD}  # what is held was not sent yet: nobody owes an answer, and nothing is decided


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: these actors may make this move from these states; it ends in one of `to`."""

    move: str
    actors: tuple[Actor, ...]
    start: tuple[State, ...]
    to: tuple[State, ...]


# fmt: off
TABLE: tuple[Rule, ...] = (
    #    move         who                          from                                       to
    Rule("let_through", (SUPERVISOR,),             (HELD,),                                   (ASKED,)),
    Rule("refuse",    (SUPERVISOR,),               (HELD,),                                   (REFUSED,)),
    Rule("find",      (MACHINE,),                  (ASKED, AT_DESK, WITH_CONTACT),            (ANSWERED,)),
    Rule("hand_over", (MACHINE, CLOCK),            (ASKED,),                                  (AT_DESK,)),
    Rule("hand_over", (CLERK, CLOCK),              (WITH_CONTACT,),                           (AT_DESK,)),
    Rule("take",      (CLERK,),                    (AT_DESK,),                                (AT_DESK,)),
    Rule("release",   (CLERK, CLOCK, SUPERVISOR),  (AT_DESK,),                                (AT_DESK,)),
    Rule("release",   (CLOCK,),                    (WITH_CONTACT,),                           (WITH_CONTACT,)),
    Rule("consult",   (CLERK,),                    (AT_DESK,),                                (WITH_CONTACT,)),
    Rule("state",     (CONTACT, CLERK),            (AT_DESK, WITH_CONTACT),                   (AT_DESK,)),
    Rule("answer",    (CLERK,),                    (AT_DESK, WITH_CONTACT),                   (ANSWERED,)),
    Rule("return",    (CLERK,),                    (AT_DESK,),                                (RETURNED, AT_DESK)),
    Rule("correct",   (ASKER,),                    (RETURNED, AT_DESK),                       (ASKED, HELD)),
    Rule("forward",   (CLERK,),                    (AT_DESK,),                                (ASKED, AT_DESK)),
    Rule("ask_back",  (CLERK,),                    (AT_DESK,),                                (AT_DESK,)),
    Rule("reply_back", (ASKER,),                   (AT_DESK,),                                (AT_DESK,)),
    Rule("go_on",     (CLOCK,),                    (AT_DESK,),                                (AT_DESK,)),
    Rule("message",   (ASKER,),                    (ASKED,),                                  (ASKED,)),
    Rule("message",   (ASKER, CLERK),              (AT_DESK,),                                (AT_DESK,)),
    Rule("message",   (ASKER, CLERK),              (WITH_CONTACT,),                           (WITH_CONTACT,)),
    Rule("message",   (ASKER, CLERK),              (RETURNED,),                               (RETURNED,)),
    Rule("message",   (ASKER, CLERK),              (ANSWERED,),                               (ANSWERED,)),
    Rule("offer_later", (CLERK,),                  (AT_DESK,),                                (AT_DESK,)),
    Rule("offer_later", (CLERK,),                  (WITH_CONTACT,),                           (WITH_CONTACT,)),
    Rule("take_later", (ASKER,),                   (AT_DESK,),                                (AT_DESK,)),
    Rule("take_later", (ASKER,),                   (WITH_CONTACT,),                           (WITH_CONTACT,)),
    Rule("decline_later", (ASKER,),                (AT_DESK,),                                (AT_DESK,)),
    Rule("decline_later", (ASKER,),                (WITH_CONTACT,),                           (WITH_CONTACT,)),
    Rule("dispute",   (ASKER,),                    (ANSWERED,),                               (AT_DESK,)),
    Rule("dispute",   (ASKER,),                    (CLOSED,),                                 (CLOSED,)),
    Rule("take_back", (ASKER,),                    (ASKED, AT_DESK, WITH_CONTACT, RETURNED),  (ANSWERED,)),
    Rule("arbitrate", (SUPERVISOR,),               (AT_DESK,),                                (AT_DESK, ASKED, RETURNED)),
    Rule("arbitrate", (SUPERVISOR,),               (WITH_CONTACT,),                     (WITH_CONTACT, AT_DESK, ASKED, RETURNED)),
    Rule("arbitrate", (SUPERVISOR,),               (CLOSED,),                                 (CLOSED, AT_DESK, RETRACTED)),
    Rule("urge",      (SUPERVISOR, ASKER),         (AT_DESK,),                                (AT_DESK,)),
    Rule("urge",      (SUPERVISOR, ASKER),         (WITH_CONTACT,),                           (WITH_CONTACT,)),
    Rule("urge",      (SUPERVISOR,),               (RETURNED,),                               (RETURNED,)),
    Rule("reassign",  (CLERK, SUPERVISOR),         (AT_DESK,),                                (AT_DESK,)),
    Rule("reassign",  (CLERK, SUPERVISOR),         (WITH_CONTACT,),                           (WITH_CONTACT,)),
    Rule("hand_to_station", (CLERK,),              (AT_DESK,),                                (AT_DESK,)),
    Rule("take_over", (CLERK,),                    (AT_DESK, WITH_CONTACT),                   (AT_DESK,)),
    Rule("hand_back", (CLERK, CLOCK),              (AT_DESK,),                                (AT_DESK,)),
    Rule("hand_back", (CLOCK,),                    (WITH_CONTACT,),                           (WITH_CONTACT,)),
    Rule("hand_back", (CLOCK,),                    (RETURNED,),                               (RETURNED,)),
    Rule("accept",    (ASKER, CLOCK),              (ANSWERED,),                               (CLOSED,)),
    Rule("amend",     (CLERK, MACHINE),            (ANSWERED,),                               (ANSWERED,)),
    Rule("amend",     (CLERK, MACHINE),            (CLOSED,),                                 (CLOSED,)),
    Rule("propose_amendment", (CLERK, MACHINE),    (ANSWERED,),                               (ANSWERED,)),
    Rule("propose_amendment", (CLERK, MACHINE),    (CLOSED,),                                 (CLOSED,)),
    Rule("withdraw_answer", (CLERK, MACHINE),      (ANSWERED, CLOSED),                        (RETRACTED,)),
    Rule("confirm_amendment", (CLERK,),            (ANSWERED,),                               (ANSWERED,)),
    Rule("confirm_amendment", (CLERK,),            (CLOSED,),                                 (CLOSED,)),
    Rule("decline_amendment", (CLERK,),            (ANSWERED,),                               (ANSWERED,)),
    Rule("decline_amendment", (CLERK,),            (CLOSED,),                                 (CLOSED,)),
    Rule("acknowledge", (ASKER,),                  (ANSWERED,),                               (ANSWERED,)),
    Rule("acknowledge", (ASKER,),                  (CLOSED,),                                 (CLOSED,)),
    Rule("acknowledge", (ASKER,),                  (RETRACTED,),                              (RETRACTED,)),
    Rule("withdraw",  (ASKER,),                    (HELD,),                                   (WITHDRAWN,)),
    Rule("withdraw",  (ASKER,),                    (ASKED, AT_DESK, WITH_CONTACT, RETURNED),  (WITHDRAWN,)),
)
# fmt: on

MOVES = tuple(dict.fromkeys(rule.move for rule in TABLE))
FORMER = ("extend",)  # moves that stand on older trails and that nobody makes any more


@cache
def find_rule(move: str, actor: Actor, state: State) -> Rule | None:
    """The row that allows this, or None."""
    return next((r for r in TABLE if r.move == move and actor in r.actors and state in r.start), None)


def open_moves(actors: Iterable[Actor], state: State) -> list[str]:
    """What these actors may do from this state, in the order of the table."""
    actors = set(actors)
    return [move for move in MOVES if any(r.move == move and state in r.start and actors & set(r.actors) for r in TABLE)]


def diagram() -> str:
    """The table as a Mermaid state diagram: the one that stands in CONTRIBUTING."""
    lines = ["stateDiagram-v2", "    [*] --> asked: ask", "    [*] --> held: ask"]
    for rule in TABLE:
        who = "/".join(rule.actors)
        lines += [f"    {start} --> {to}: {rule.move} ({who})" for start in rule.start for to in rule.to]
    return "\n".join([*lines, *(f"    {state} --> [*]" for state in (CLOSED, WITHDRAWN, REFUSED, RETRACTED))])
