"""Labels for what waits: spot checks, applications, timers, ladders, agents, duty gaps. English msgids."""

from storage.problem import N_

SPOT_CHECKS = {
    "wanted": N_("To be shown"),
    "shown": N_("Shown"),
    "overdue": N_("Not shown in time"),
    "accepted": N_("Accepted"),
    "refused": N_("Not accepted"),
}
BUNDLE_STATES = {
    "open": N_("Answers are coming"),
    "returned": N_("Waits for you"),
    "settled": N_("Answered as far as it will be"),
    "complete": N_("All answered"),
}
STAGES = {
    "applied": N_("Being checked"),
    "with_holder": N_("With the holder"),
    "with_superior": N_("Waiting for a superior"),
    "given": N_("Given"),
    "refused": N_("Refused"),
    "withdrawn": N_("Withdrawn"),
    "expired": N_("Expired"),
}
STEPS_OF_APPLICATIONS = {
    "pass": N_("The form is in order"),
    "approve": N_("Approve"),
    "send_up": N_("Put before the superior"),
    "agree": N_("The superior has agreed"),
    "refuse": N_("Refuse"),
    "withdraw": N_("Withdraw the application"),
}
WAKES = {
    "machine": N_("Whether the machine has answered"),
    "desk": N_("Tell the window of a new case"),
    "ladder": N_("Tell the next one at the window"),
    "consult": N_("Text the community"),
    "contact": N_("Text the next one of the community"),
    "claim": N_("Remind the clerk who took the case"),
    "silent": N_("Give a case back whose clerk is silent"),
    "stated": N_("Tell the clerk of a statement"),
    "returned": N_("Remind the asker of a returned case"),
    "accept": N_("Close an answered case that nobody disputes"),
    "amended": N_("Tell the asker of an amended answer until they confirm"),
    "proposed": N_("Tell the window of an amendment to be confirmed"),
    "pause": N_("End the pause of a case that waits for its asker"),
    "on": N_("Tell the clerk that the clock goes on"),
    "late_dispute": N_("Tell the supervisor of a late dispute"),
}
RUNGS = {
    "duty": N_("Clerk on duty"),
    "next_clerk": N_("The next clerk"),
    "leader": N_("Leader of the unit"),
    "supervisor": N_("Supervisor"),
    "first_contact": N_("First contact of the community"),
    "deputy": N_("Deputy of the contact"),
    "next_contact": N_("The next contact"),
    "asker": N_("Who asked"),
    "asking_leader": N_("Leader of the asking unit"),
    "back_to_desk": N_("Back to the clerk, who decides"),
}
AGENTS = {
    "alive": N_("Alive"),
    "away": N_("Records away or not whole"),
    "late": N_("Nothing heard"),
    "stopped": N_("Stopped"),
    "never": N_("No machine seen yet"),
}
HEALTH = {
    "part": N_("Part"),
    "agent": N_("Machine"),
    "source": N_("Records"),
    "queue": N_("Queue"),
    "dead": N_("Dead letters"),
}
# What each part of the house does; also what stands in each queue.
TASKS = {
    "up": N_("everything in one process"),
    "serve": N_("pages and interfaces"),
    "relay": N_("carries letters to the post office"),
    "work": N_("takes in letters"),
    "clock": N_("deadlines, ladders and reminders"),
    "checkpointer": N_("signs the trail"),
    "webhooks": N_("tells units' own systems of answers"),
    "batches": N_("asks the rows of batches"),
    "findings": N_("takes in what machines found"),
    "requests": N_("takes in questions of other systems"),
    "outcomes": N_("brings answers to the asking unit"),
    "alerts": N_("sends texts"),
    "dead": N_("keeps letters that nobody could read"),
    "agent": N_("answers for a unit by machine"),
    "newcomers": N_("starts what new units need"),
    "questions": N_("questions that wait for a unit's machine"),
}
ILLS = {"away": N_("records away"), "failing": N_("handler fails"), "slow": N_("too slow")}
GAPS = {
    "nobody": N_("nobody is on duty"),
    "unreachable": N_("nobody on duty has a mobile number: no text can go out"),
    "deputy_away": N_("{who} is away, and so is who should stand in"),
    "shift_away": N_("{who} should stand first and is away; the next in the order moves up"),
    "leader_away": N_("nobody leads: reminders go straight to the supervisor"),
}
RESPONSIVENESS = {
    "answers": N_("answers"),
    "silent": N_("leaves texts unanswered"),
    "failing": N_("texts do not arrive"),
    "in_vain": N_("was not reached"),
    "new": N_("not asked lately"),
}
# What the trail says was done about spot checks.
SPOT_CHECK_ACTIONS = {
    "proof_wanted": N_("Drawn for a spot check"),
    "proof_shown": N_("Spot check: file shown"),
    "proof_look": N_("Spot check: file looked at"),
    "proof_accepted": N_("Spot check: file accepted"),
    "proof_refused": N_("Spot check: file not accepted"),
    "proof_overdue": N_("Spot check: file not shown in time"),
}
