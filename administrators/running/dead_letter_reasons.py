"""The words for why a letter is dead, by the name of its error."""

from storage.problem import N_

REASONS = {
    "NotSigned": N_("It bears no signature."),
    "UnknownKey": N_("It was signed with a key nobody told us of."),
    "RevokedKey": N_("It was signed with a key that was revoked."),
    "ExpiredKey": N_("It was signed with a key whose time is over."),
    "Altered": N_("It was altered on its way: signature and content do not fit."),
    "Readdressed": N_("It was written for another queue."),
    "Replayed": N_("It is a copy of a letter that was handled before."),
    "Forged": N_("It was altered in our own outbox, or put there by somebody who goes around Hecha."),
    "Expired": N_("It was sealed too long ago."),
    "Postdated": N_("It was sealed at a time that has not come yet."),
    "NotAllowed": N_("Its sender may not send this, or wrote in another's name."),
    "SealedForAnother": N_("It was sealed with a key that is not the reader's."),
    "Shapeless": N_("It is truly signed, and yet no letter we know."),
    "NoReadingKey": N_("Its reader has no key yet; put it back once the key is known."),
    "WrongQuestion": N_("It answers another question than the one that was asked."),
    "UnknownOutcome": N_("It answers with an outcome that its item does not have."),
    "UnknownFact": N_("It speaks of a fact or a role that its item does not have."),
    "FactsDenyOutcome": N_("Its outcome does not follow from what it says of the facts."),
    "PastDay": N_("It says that the answer can be told from a day that is past."),
    "UnknownCase": N_("There is no case with its number."),
    "no such queue": N_("There is no such queue."),
}
UNSIGNED = frozenset({"NotSigned"})  # of these no group is offered; what decides is the letter itself: broker/dead_letters.py


FAILED = N_("A program failed while it handled the letter ({fault}).")  # the fault's name is for whoever mends it
KINDS = {
    "question": N_("question"),
    "finding": N_("finding"),
    "alive": N_("sign of life"),
    "outcome": N_("outcome"),
    "request": N_("question of another system"),
    "reply": N_("reply to another system"),
    "alert": N_("text"),
}


def reason_words(reason: str) -> str:
    """The English msgid for a reason; one with the placeholder {fault} where it is the name of a program's fault."""
    return REASONS.get(reason, FAILED)


def kind_words(kind: str) -> str:
    """The English msgid for what a letter is; the kind itself where it has no words."""
    return KINDS.get(kind, kind or "?")
