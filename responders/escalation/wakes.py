"""Which function the clock calls for each need that a case waits for (machine, desk, contact, asker)."""

from responders.escalation import escalation as open_cases
from responders.escalation import pauses
from responders.escalation.delivered_answers import remind

WAKES = {
    "machine": open_cases.hand_over_silent,
    "desk": open_cases.start_desk,
    "ladder": open_cases.climb_desk,
    "consult": open_cases.start_consult,
    "contact": open_cases.climb_consult,
    "claim": open_cases.remind_clerk,
    "silent": open_cases.release_silent,
    "stated": open_cases.tell_statement,
    "returned": open_cases.remind_asker,
    "pause": pauses.go_on,
    "on": pauses.tell_clerk,
    "accept": open_cases.accept_quietly,
    "amended": remind,
    "proposed": remind,
    "late_dispute": remind,
}
