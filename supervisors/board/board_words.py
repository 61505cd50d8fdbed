"""Labels of the board: English msgids, translated when shown."""

from storage.problem import N_
from supervisors.board.texts import FATE_WORDS, STEPS

__all__ = ["DECISIONS", "FATES", "HANDS", "LISTS", "ORDERS", "QUEUES", "SHARES", "SOONEST", "STEPS"]

FATES = FATE_WORDS
SHARES = {"record": N_("Machine"), "archive": N_("Window clerk"), "community": N_("Community")}
QUEUES = {
    "findings": N_("Findings of the machines that wait"),
    "alerts": N_("Texts that wait to be sent"),
    "requests": N_("Questions of other systems that wait"),
}
DECISIONS = {
    "urge": N_("Urged by the supervisor"),
    "reassign": N_("Given to another clerk by the supervisor"),
    "release": N_("Taken from a silent clerk"),
    "arbitrate": N_("Decided by the supervisor"),
}
HANDS = {
    "asker": N_("asked the question"),
    "unit": N_("of the unit that asked"),
    "taker": N_("clerk who has the case"),
    "clerk": N_("duty clerk"),
    "leader": N_("leader of the unit"),
}
ORDERS = {"new": N_("Newest first")} | dict.fromkeys(("answered", "late", "rated", "rated_poorly"), N_("Latest answer first"))
ORDERS |= {
    "amended": N_("Latest change first"),
    "late_dispute": N_("Soonest to be decided first"),
    "to_acknowledge": N_("Longest waiting first"),
}
SOONEST = N_("Soonest due first")  # every other list
LISTS = {
    "open": N_("Open"),
    "overdue": N_("Overdue"),
    "next": N_("Due next"),
    "urgent": N_("Urgent"),
    "paused": N_("Waits for the asker's reply"),
    "agreed": N_("Later day agreed or decided"),
    "soon": N_("Due within one office hour"),
    "arbitration": N_("For decision"),
    "nobody_reached": N_("Nobody reached"),
    "asked": N_("With the machine"),
    "at_desk": N_("At the window"),
    "with_contact": N_("With the community"),
    "returned": N_("Returned"),
    "answered": N_("Answered"),
    "late": N_("Answered late"),
    "new": N_("Newly asked"),
    "amended": N_("Put right"),
    "rated": N_("Rated"),
    "rated_poorly": N_("Rated poorly"),
    "late_dispute": N_("Disputed after the closing"),
    "to_acknowledge": N_("Put right, and not confirmed by the asker"),
    "step": N_("Told"),
    "fate": N_("Texts"),
}
