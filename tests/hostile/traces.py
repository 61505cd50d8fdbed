"""What is somebody's in the marked house, and the few routes that may show it without a line on the trail, each with its reason."""

from tests.hostile.ground import FATHER, ID_A, ID_B, ID_D, SON
from tests.hostile.lines import Line
from tests.hostile.rechecks import OBJECTED, REASON, STATED, WHO
from tests.rooms.county import DIRECTOR, SECRETARY

CITIZENS = ("端木银甲", "端木银乙", "端木法甲", "端木法乙", "端木批甲", "端木批乙", "端木代甲", "端木诺甲", SON, FATHER, ID_A, ID_B,
            WHO, ID_D)  # fmt: skip
WORDS = (
    "purpose-of-the-bank",
    "purpose-of-the-court",
    "words-of-the-secretary",
    "note-of-the-police",
    "words-about-the-file",
    "caption-of-the-bank",
    "caption-of-the-court",
    "remark-of-the-bank",
    STATED,
    OBJECTED,
    REASON,
    "words-of-the-inspector",
)
PEOPLE = ("金书记", "何主任", SECRETARY[3:], DIRECTOR[3:], "139 0001 0011", "139 0001 0012", "13900020001")
PERSONAL = (*CITIZENS, *WORDS, *PEOPLE)

PACKED = ("application/pdf", "image/jpeg")

OWN_LIST = "names in the list of one's own unit's cases; a case opened leaves its line, a search by number `look_up`"
KEEPERS = "whom it shows is the work of those who keep the roster; an entry opened, a search and a sheet leave their lines"
UNTRACED = {
    ("GET", "/cases"): OWN_LIST,
    ("GET", "/cases/live"): OWN_LIST,
    ("POST", "/cases/find"): OWN_LIST,
    ("GET", "/desk"): OWN_LIST,
    ("GET", "/desk/live"): OWN_LIST,
    ("POST", "/desk/find"): OWN_LIST,
    ("GET", "/roster/people"): KEEPERS,
    ("GET", "/roster/changes"): KEEPERS,
    ("POST", "/ask/bundles/{code}"): "what whoever asks has just typed, read back before it is sent: it comes from nowhere else",
    (
        "GET",
        "/commitments/{number}/picture/{which}/{page}",
    ): "a part of the commitment's page: a look of the last minutes tells of it",
    ("GET", "/admin/accounts/{username}"): "a colleague's telephone, kept by administrators; no citizen's",
}


def shown_of_people(text: str) -> list[str]:
    """The marks of people that stand in a reply; a PDF or a picture is packed, and whatever one shows is about somebody."""
    return [mark for mark in (*PERSONAL, *(f"('content-type', '{kind}')" for kind in PACKED)) if mark in text]


def empty(line: Line) -> tuple[str, bytes]:
    """A body with nothing in it: where something is missing, a page shows again what it is about."""
    return ("application/json", b"{}") if line.path.startswith("/api/") else ("application/x-www-form-urlencoded", b"x=")
