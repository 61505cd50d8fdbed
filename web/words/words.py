"""Labels for states, moves and lines of the trail: English msgids, translated when shown."""

from access.scopes import HOWS as HOWS
from access.scopes import USES as USES
from storage.problem import N_
from web.words.certificate_words import CERTIFICATE_ACTIONS
from web.words.certificate_words import CHANGE_STATES as CHANGE_STATES
from web.words.certificate_words import CLASSES as CLASSES
from web.words.certificate_words import TONES as TONES
from web.words.commitment_words import COMMITMENT_ACTIONS
from web.words.commitment_words import COMMITMENT_STATES as COMMITMENT_STATES
from web.words.commitment_words import PAPER_STATES as PAPER_STATES
from web.words.evidence_words import EVIDENCE as EVIDENCE
from web.words.evidence_words import EVIDENCE_VALUES as EVIDENCE_VALUES
from web.words.evidence_words import GRADES as GRADES
from web.words.evidence_words import IDENTITIES as IDENTITIES
from web.words.evidence_words import SOURCES as SOURCES
from web.words.evidence_words import VERDICTS as VERDICTS
from web.words.field_words import CONTACT_FIELDS as CONTACT_FIELDS
from web.words.field_words import FIELDS as FIELDS
from web.words.flash_messages import FLASH_MESSAGES as FLASH_MESSAGES
from web.words.reform_words import REFORM_ACTIONS
from web.words.role_words import ROLES as ROLES
from web.words.statement_words import CALLS as CALLS
from web.words.statement_words import CHANNELS as CHANNELS
from web.words.statement_words import CONTACT_ROLES as CONTACT_ROLES
from web.words.statement_words import KNOWN_BY as KNOWN_BY
from web.words.statement_words import SAID_OUTCOMES as SAID_OUTCOMES
from web.words.survey_words import SURVEY_ACTIONS
from web.words.waiting_words import AGENTS as AGENTS
from web.words.waiting_words import BUNDLE_STATES as BUNDLE_STATES
from web.words.waiting_words import GAPS as GAPS
from web.words.waiting_words import HEALTH as HEALTH
from web.words.waiting_words import ILLS as ILLS
from web.words.waiting_words import RESPONSIVENESS as RESPONSIVENESS
from web.words.waiting_words import RUNGS as RUNGS
from web.words.waiting_words import SPOT_CHECK_ACTIONS
from web.words.waiting_words import SPOT_CHECKS as SPOT_CHECKS
from web.words.waiting_words import STAGES as STAGES
from web.words.waiting_words import STEPS_OF_APPLICATIONS as STEPS_OF_APPLICATIONS
from web.words.waiting_words import TASKS as TASKS
from web.words.waiting_words import WAKES as WAKES

STATES = {
    "held": N_("Held: the supervisor looks first"),
    "asked": N_("With the department's machine"),
    "at_desk": N_("At the window"),
    "with_contact": N_("With the community"),
    "returned": N_("Returned for correction"),
    "answered": N_("Answered"),
    "closed": N_("Closed"),
    "withdrawn": N_("Withdrawn"),
    "refused": N_("Refused by the supervisor"),
    "retracted": N_("Answer withdrawn"),
}
ACTORS = {
    "asker": N_("Asking unit"),
    "machine": N_("Department's machine"),
    "clerk": N_("Window clerk"),
    "contact": N_("Community contact"),
    "clock": N_("Hecha, by itself"),
    "supervisor": N_("Supervisor"),
    "person": N_("Reader"),
}
ACTIONS = {
    **COMMITMENT_ACTIONS,
    **SPOT_CHECK_ACTIONS,
    **CERTIFICATE_ACTIONS,
    **REFORM_ACTIONS,
    **SURVEY_ACTIONS,
    "ask": N_("Asked"),
    "hold": N_("Held before it was sent"),
    "let_through": N_("Let through by the supervisor"),
    "refuse": N_("Refused by the supervisor"),
    "freeze": N_("Frozen"),
    "apply": N_("Permission applied for"),
    "apply_pass": N_("Form checked and in order"),
    "apply_approve": N_("Approved by the holder"),
    "apply_send_up": N_("Put before the superior"),
    "apply_agree": N_("The superior has agreed"),
    "apply_refuse": N_("Application refused"),
    "apply_withdraw": N_("Application withdrawn"),
    "apply_expire": N_("Permission expired"),
    "apply_overdue": N_("Decision about an application overdue"),
    "thaw": N_("Let go again"),
    "finding_held": N_("Answer of a frozen unit held"),
    "pledge": N_("Pledge signed"),
    "errand_look": N_("List of errands looked at"),
    "errand": N_("Asked on a citizen's errand"),
    "attach": N_("Picture or document attached"),
    "attachment_look": N_("Attachment looked at"),
    "attachment_removed": N_("Attachment taken away"),
    "find": N_("Answered from the records"),
    "hand_over": N_("Handed to the window"),
    "take": N_("Taken by a clerk"),
    "release": N_("Given back to the window"),
    "consult": N_("Community asked"),
    "state": N_("Statement written down"),
    "answer": N_("Answered"),
    "return": N_("Returned for correction"),
    "correct": N_("Corrected and asked again"),
    "forward": N_("Forwarded to another unit"),
    "extend": N_("Deadline extended"),
    "ask_back": N_("Asked back; the clock stands still"),
    "reply_back": N_("Replied; the clock goes on"),
    "go_on": N_("No reply in time; the clock goes on"),
    "message": N_("Message written"),
    "offer_later": N_("A later day offered"),
    "take_later": N_("The later day taken"),
    "decline_later": N_("The later day not taken: the supervisor is asked to decide"),
    "decision_overdue": N_("The supervisor's decision is overdue"),
    "dispute": N_("Answer disputed"),
    "hand_to_station": N_("Handed to a station"),
    "hand_back": N_("Back to the unit's own desk"),
    "take_over": N_("Taken over by the unit"),
    "take_back": N_("Dispute taken back; the answer stands"),
    "amend": N_("Answer amended"),
    "propose_amendment": N_("Amendment proposed, to be confirmed by a colleague"),
    "confirm_amendment": N_("Answer amended, confirmed by a second person"),
    "decline_amendment": N_("Amendment declined"),
    "withdraw_answer": N_("Answer withdrawn"),
    "acknowledge": N_("Confirmed that the changed answer is known"),
    "arbitrate": N_("Decided by the supervisor"),
    "urge": N_("Urged to answer"),
    "reassign": N_("Given to another clerk"),
    "search": N_("Trail searched"),
    "read_on": N_("Older lines of the trail read"),
    "export": N_("Trail exported"),
    "sign_in": N_("Signed in"),
    "sign_in_failed": N_("Sign-in failed"),
    "sign_out": N_("Signed out"),
    "totp_set": N_("Authenticator set up"),
    "totp_codes": N_("Recovery codes made"),
    "totp_off": N_("Authenticator taken off"),
    "recovery_used": N_("Recovery code used"),
    "prove": N_("Showed again who they are"),
    "prove_failed": N_("Could not show again who they are"),
    "load": N_("Sheets loaded"),
    "duty_shift": N_("Duty of a day set"),
    "duty_away": N_("Absence entered"),
    "duty_back": N_("Absence ended"),
    "duty_order": N_("Standing order changed"),
    "call": N_("Contact rung in vain"),
    "accept": N_("Accepted and closed"),
    "withdraw": N_("Withdrawn"),
    "overdue": N_("Deadline passed"),
    "bundle_told": N_("Result of the bundle told"),
    "late_finding": N_("Late answer of the machine kept"),
    "foreign_finding": N_("Answer of a unit without the case, refused"),
    "late_statement": N_("Late statement kept"),
    "unclear_reply": N_("Unclear reply of a contact kept"),
    "rate": N_("Answer rated"),
    "look": N_("Looked at"),
    "follow": N_("Had it open as it went on"),
    "look_up": N_("Cases looked up by a person's number"),
    "roster_add": N_("Contact added to the roster"),
    "roster_change": N_("Contact changed in the roster"),
    "roster_remove": N_("Contact taken off the roster"),
    "roster_restore": N_("Contact put back on the roster"),
    "roster_area": N_("Town or community changed in the roster"),
    "roster_look": N_("Entry of the roster looked at"),
    "roster_search": N_("Roster searched for a person"),
    "roster_code": N_("Code sent to a contact's number"),
    "roster_verify": N_("Contact's number checked by a code"),
    "roster_import": N_("Sheet taken into the roster"),
    "roster_read": N_("Roster read by a system"),
    "roster_export": N_("Roster fetched as a sheet"),
    "batch_rows": N_("Rows of a sheet of questions fetched or read"),
    "receipt": N_("Receipt made out"),
    "seal_make": N_("Seal made for a unit"),
    "seal_revoke": N_("Seal of a unit revoked"),
    "who_asked": N_("A person told who had asked about them"),
    "block": N_("Answer blocked, its time being over"),
    "verify": N_("Receipt checked"),
    "erase": N_("What was noted taken away after its time"),
    "restore": N_("Restored from a backup"),
    "unit_add": N_("Unit added"),
    "rule_add": N_("Station rule added"),
    "rule_change": N_("Station rule leads elsewhere"),
    "rule_remove": N_("Station rule taken away"),
    "unit_change": N_("Unit changed"),
    "webhook_change": N_("Address of the unit's system changed"),
    "account_add": N_("Account added"),
    "account_change": N_("Account changed"),
    "account_off": N_("Account switched off"),
    "account_on": N_("Account switched on"),
    "password_given": N_("New password given"),
    "password_change": N_("Password changed by its owner"),
    "sessions_end": N_("Sessions ended"),
    "grant_give": N_("Permission given"),
    "grant_extend": N_("Permission extended"),
    "grant_end": N_("Permission ended"),
    "key_make": N_("Key made"),
    "key_rotate": N_("Key replaced by a new one"),
    "key_revoke": N_("Key revoked"),
    "letter_key_known": N_("Letter key taken in"),
    "letter_key_revoked": N_("Letter key revoked"),
    "dead_look": N_("Dead letter looked at"),
    "dead_replay": N_("Dead letter put back"),
    "dead_drop": N_("Dead letter dropped"),
}
# Moves that ended elsewhere than their name says, by where.
DIVERTED = {
    ("return", "at_desk"): N_("Was to be returned a second time: goes to the supervisor"),
    ("forward", "at_desk"): N_("Was to be sent on a second time: goes to the supervisor"),
    ("correct", "held"): N_("Corrected, and held before it was sent"),
}


def action_words(action: str, to: str) -> str:
    """The msgid for what was done, by the state it led to; the action itself where there are no words for it."""
    return DIVERTED.get((action, to)) or ACTIONS.get(action, action)


THEMES = {"auto": N_("As the computer says"), "light": N_("Light"), "dark": N_("Dark")}
DENSITIES = {"comfortable": N_("Roomy"), "compact": N_("Dense: more on one screen")}
# What a clerk may doubt when choosing; the item's own words come first.
OUTCOME_HINTS = {
    "no_record": N_("You searched, and there is nothing about it."),
    "cannot_say": N_("What is there does not decide it. Say why in words."),
    "available_from": N_("Only from a later day on, which you name."),
    "identity_mismatch": N_("The number belongs to another name, or is not there. Nothing is said about what was asked."),
}
DECISIONS = {
    "answer": N_("The unit at hand answers"),
    "forward": N_("Another unit answers"),
    "return": N_("The asker must correct the question"),
}
DAY_DECISIONS = {
    "later": N_("The later day holds"),
    "on_time": N_("The deadline stands as it was"),
}
LATE_DECISIONS = {
    "dismiss": N_("The answer stands"),
    "amend": N_("The holder must look and answer anew"),
    "withdraw_answer": N_("The answer is withdrawn"),
}
WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
TEXTS = {
    "queued": N_("text on its way"),
    "sending": N_("text on its way"),
    "unknown": N_("not known whether it arrived"),
    "sent": N_("text sent"),
    "delivered": N_("text arrived"),
    "undelivered": N_("text did not arrive"),
    "failed": N_("text could not be sent"),
    "dropped": N_("text not needed any more"),
    "next": N_("is texted next"),
    "later": N_("is texted after that"),
}
