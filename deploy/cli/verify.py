"""`hecha verify`: checks receipts with nothing but the city's root certificate: no database, no network, no account.

With the city's list of outdated receipts (`--list`) it says too which of them were amended or withdrawn since.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from cases.seals import COMPROMISED, SUPERSEDED, Revocation
from deploy.cli.starting import settings_or_exit
from deploy.operations.consoles import open_console
from deploy.operations.seal_keys import CITY
from deploy.settings import Settings
from requesters.receipts import outdated_receipts
from requesters.receipts.attached_pages import attached_pages
from requesters.receipts.bundle_checks import A_PART, is_part, misfits
from requesters.receipts.expiry import is_over, until_of
from requesters.receipts.receipt_checks import MOST_BYTES
from requesters.receipts.seal_checks import NotGenuine, Sealed, check_seal, refuse_revoked
from storage.office_time import OFFICE
from storage.problem import N_
from web.languages import say

NO_ROOT = N_("Give the city's root certificate: --root city.pem. It is handed out at /verify/city.pem of the city's Hecha.")
WRONG_ROOT = N_("This is no root certificate of a city.")
WRONG_LIST = N_("This is no list of revoked certificates signed by the city's root.")
UNREADABLE = N_("The file cannot be read.")
TOO_LARGE = N_("A receipt is never as large as this.")
GENUINE = N_("Genuine. {about}: sealed by {unit} at {at}, not changed since.")
NO_LIST = N_("Without a list of revoked certificates (--revoked) nothing is said about seals that were revoked.")
FUTURE = N_("The time on the seal lies ahead of the clock of this machine.")
OFFLINE = N_("Whether the answer still stands is known at /verify, and by the list of outdated receipts (--list).")
WRONG_OUTDATED = N_("This is no list of outdated receipts signed by the city's root.")
AMENDED = N_("It stands no longer: the answer on it was amended on {at}; see {see}.")
WITHDRAWN = N_("It stands no longer: the answer on it was withdrawn on {at}; see {see}.")
EXPIRED = N_("It was valid until {day}: do not rely on it any more.")
STANDING = N_("By the list of {at}, none of the others was amended or withdrawn.")
OLD_LIST = N_("The list of outdated receipts is of {at}, and out of date: fetch it anew at {see}.")
PAGE = N_("page {page}")
NO_LONGER = 3  # the exit code for files that are genuine and stand no longer
WORST = (0, NO_LONGER, 1, 2)  # of a paper with several pages the worst counts
AHEAD = timedelta(minutes=10)  # clocks differ a little
Files = Annotated[list[Path], typer.Argument(help="Receipts as PDF")]
Root = Annotated[Path | None, typer.Option(help="The city's root certificate (by default that of this machine's house)")]
Listed = Annotated[Path | None, typer.Option(help="The list of revoked certificates")]
Outdated = Annotated[Path | None, typer.Option("--list", help="The list of receipts that were amended or withdrawn")]


def verify(
    files: Files, root: Root = None, revoked: Listed = None, outdated: Outdated = None,
    lang: Annotated[str, typer.Option(help="zh or en")] = "",
) -> None:  # fmt: skip
    """Checks receipts offline. Ends with 0 if all are genuine, 1 if one is not, 2 if it could not be looked at.

    It ends with 3 where all are genuine and one of them has expired or, by the list of --list, stands no longer.
    """
    settings = settings_or_exit()
    checking = _Checking(settings, lang, root, revoked, outdated)
    codes = {checking.check(file) for file in files}
    if not codes & {1, 2}:
        checking.say_of_the_list()
    raise typer.Exit(max(codes & {1, 2}, default=max(codes)))


class _Checking:
    """The certificates to check with, and where to say what was found."""

    def __init__(self, settings: Settings, lang: str, root: Path | None, revoked: Path | None, outdated: Path | None) -> None:
        self._console, self._locale = open_console(), lang or settings.locale
        self._root = self._read_root(root or settings.home / "keys" / "seals" / CITY, given=root is not None)
        self._revoked = self._read_list(revoked) if revoked else {}
        self._outdated = self._read_outdated(outdated) if outdated else None
        if not revoked:
            self.say(NO_LIST)

    def check(self, file: Path) -> int:
        """Says what this file is; the exit code for it."""
        try:
            with file.open("rb") as opened:
                pdf = opened.read(MOST_BYTES + 1)
        except OSError:
            return self._told(str(file), UNREADABLE, 2)
        if len(pdf) > MOST_BYTES:
            return self._told(str(file), TOO_LARGE, 1)
        code, sealed = self._check_file(str(file), pdf)
        pages = [self._check_file(f"{file}, {self._page(place)}", page) for place, page in enumerate(attached_pages(pdf), 2)]
        if is_part(sealed):
            self.say(A_PART)
        for misfit in misfits(sealed, [page for _, page in pages]) if pages else ():
            self.say(misfit.words, **misfit.params)
        return max((code, *(found for found, _ in pages)), key=WORST.index)

    def _check_file(self, name: str, pdf: bytes) -> tuple[int, Sealed | None]:
        """Says of a file, or of one page that is attached to it, what it is: the exit code for it, and what its seal says."""
        try:
            sealed = check_seal(pdf, self._root)
            refuse_revoked(sealed, self._revoked)
        except NotGenuine as wrong:
            return self._told(name, wrong.words, 1), None
        if sealed.at > datetime.now(UTC) + AHEAD:
            self.say(FUTURE)
        self._told(name, GENUINE, 0, sealed)
        return self._check_standing(sealed), sealed

    def _page(self, place: int) -> str:
        return say(self._locale, PAGE, page=str(place))

    def _check_standing(self, sealed: Sealed) -> int:
        """Says whether it has expired, and whether the list names this file; the exit code for it."""
        over = is_over(sealed, datetime.now(UTC).astimezone(OFFICE).date())
        if over:
            self.say(EXPIRED, day=str(until_of(sealed)))
        found = self._outdated.receipts.get(sealed.sha256) if self._outdated else None
        if self._outdated is None or found is None:
            return NO_LONGER if over else 0
        words = WITHDRAWN if found.how == outdated_receipts.WITHDRAWN else AMENDED
        self.say(words, at=_moment(found.at), see=self._outdated.see)
        return NO_LONGER

    def say_of_the_list(self) -> None:
        """What is known, and what is not, of whether the answers still stand."""
        if self._outdated is None:
            self.say(OFFLINE)
            return
        self.say(STANDING, at=_moment(self._outdated.at))
        if self._outdated.until < datetime.now(UTC):
            self.say(OLD_LIST, at=_moment(self._outdated.at), see=self._outdated.see)

    def say(self, words: str, **params: str) -> None:
        """A sentence in the reader's language."""
        self._console.print(say(self._locale, words, **params))

    def _told(self, file: str, words: str, code: int, sealed: Sealed | None = None) -> int:
        params = {"about": sealed.about, "unit": sealed.unit_name, "at": _moment(sealed.at)} if sealed else {}
        text = say(self._locale, words, **params)
        self._console.print(f"{file}: {text}")
        return code

    def _read_root(self, file: Path, given: bool) -> x509.Certificate:
        try:
            root = x509.load_pem_x509_certificate(file.read_bytes())
            if not root.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
                raise ValueError
        except OSError:
            raise self._ended(file if given else "", UNREADABLE if given else NO_ROOT) from None
        except (ValueError, x509.ExtensionNotFound):
            raise self._ended(file, WRONG_ROOT) from None
        return root

    def _read_list(self, file: Path) -> Mapping[str, Revocation]:
        key = self._root.public_key()
        try:
            listed = x509.load_der_x509_crl(file.read_bytes())
        except OSError:
            raise self._ended(file, UNREADABLE) from None
        except ValueError:
            raise self._ended(file, WRONG_LIST) from None
        if not isinstance(key, EllipticCurvePublicKey) or not listed.is_signature_valid(key):
            raise self._ended(file, WRONG_LIST)
        return {f"{entry.serial_number:040x}": Revocation(entry.revocation_date_utc, _reason(entry)) for entry in listed}

    def _read_outdated(self, file: Path) -> outdated_receipts.OutdatedList:
        try:
            return outdated_receipts.read_list(file.read_bytes(), self._root)
        except OSError:
            raise self._ended(file, UNREADABLE) from None
        except outdated_receipts.WrongOutdatedList:
            raise self._ended(file, WRONG_OUTDATED) from None

    def _ended(self, file: Path | str, words: str) -> typer.Exit:
        self._console.print(f"{file}: {say(self._locale, words)}" if file else say(self._locale, words))
        return typer.Exit(2)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _reason(entry: x509.RevokedCertificate) -> str:
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return COMPROMISED
    return SUPERSEDED if reason == x509.ReasonFlags.superseded else COMPROMISED
