"""The sentences of the letter to whoever committed; English msgids. They say what was found, and decide nothing."""

from storage.problem import N_

SIGNED = N_("On {day} you signed a commitment at {unit} in place of this certificate: {certificate}.")
STATED = N_("What you stated")
RECORD = N_("What was found when it was checked")
UNDECIDED = N_("Nothing has been decided. This letter tells you what was found, so that you can say what you have to say about it.")
WHAT_NOW = N_("What you can do")
OBJECT = N_(
    "You may object within {days} working days after this letter reached you, at {unit}. Where these days stand: {rule}. "
    "Objecting never makes your position worse."
)
BRING = N_("Bring your ID card, and what supports your view if you have it. A clerk writes down what you say; you sign it.")
WHO_DECIDES = N_("A supervisor decides who neither found this nor took your commitment, and gives you the reason.")
IF_STANDS = N_(
    "Only if it is decided that the commitment does not hold, it stands on a list for {months} months. Whoever takes another "
    "commitment from you in that time sees it, and supervisors do. It comes off the list if it turns out to be wrong."
)
RIGHTS = N_("Your right to apply for administrative reconsideration or to go to court, where the law gives it, is not touched.")
HANDED = N_("Received by (signature, day)")
BY_QUESTION = N_("{holder} was asked about it ({item}) and answered from this source: {source}.")
DIFFERS = N_("This does not agree with it: {what}")
WHOLE = N_("The answer contradicts what you stated.")
BY_INSPECTOR = N_("An inspector who was drawn by lot looked into it and wrote: {words}")
RESTS_ON = N_("What this rests on: {document}")
REASON = N_("The reason that was given")
STANDS = N_("On {day} it was decided that this commitment does not hold.")
FALLS = N_("On {day} it was decided that nothing stands against this commitment. It is on no list.")
AND_NOW = N_("What follows")
LISTED = N_(
    "It stands on a list from {since} until {until}. Whoever takes another commitment from you in that time sees it, and "
    "supervisors do."
)
TAKEN_OFF = N_("It was taken off the list on {day}.")
WRONG = N_("If you think that this is wrong, say so at {unit} and bring what shows it. Two supervisors can take it off the list.")
CHANGED = N_(
    "You were told of another finding before. It does not stand any more as it was: this letter takes its place. What you said "
    "about the earlier one is kept."
)
RECORD_BEFORE = N_("What was found before, and does not stand any more")
ENDED = N_("On {day} the answer on which this rested was changed or withdrawn. What you were told does not stand any more.")
OFF_AGAIN = N_("Where it stood on the list, it was taken off. You need not do anything.")
LATE_ACCEPTED = N_("Your objection came after its time. It was taken into account all the same.")
LATE_REFUSED = N_("Your objection came after its time, and was not taken into account.")
NO_LETTER = N_(
    "There is no letter to hand over at this stage: what was found is being decided about, or it does not stand any more and the "
    "person was never told of it."
)
GONE = N_("What was stated is not kept any more: there is nothing to be heard about.")
