"""What is counted as saved, and what is not counted twice, in sentences that stand beside the figures. English msgids."""

from storage.problem import N_

COUNTING = (
    N_(
        "A check or query counts as one paper in the month of its first answer, if that says confirmed, contradicted or no record. "
        "What could not be told counts for nothing."
    ),
    N_(
        "One question is one paper, however many certificates it could replace; "
        "of several rules that would fit the smallest figures hold."
    ),
    N_("The same unit asking the same about the same people again within 30 days is counted once."),
    N_(
        "In a bundle each answered question is a paper; journeys and days count once for each unit that answered, "
        "whose papers would have been fetched together."
    ),
    N_(
        "A commitment counts when it is signed, unless it was taken back in the same month; "
        "our own later check of it is not counted again, and a paper that follows by a day counts for nothing."
    ),
    N_(
        "What the form stopped because it is not needed counts once for a question, though a slip is printed after it; "
        "every other slip counts by itself. "
        "Both stand under the class that the certificate had at the end of the month, or under not needed where that is another."
    ),
)
