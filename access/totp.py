"""Second step: the tables of TOTP secrets (RFC 6238) and of recovery codes, and how a code is checked."""

import hmac
import secrets
import unicodedata
from datetime import datetime

import pyotp
from sqlmodel import Field, Session, SQLModel, col, delete, select

from storage.encrypted_columns import EncryptedBytes
from storage.vault import vault_of

STEP_SECONDS = 30
DRIFT = 1  # steps by which a telephone's clock may be wrong (RFC 6238 section 5.2 advises at most one)
RECOVERY_CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is read for something else
LETTERS_EACH = 10  # 49 bits: with the pauses after wrong ones nobody guesses it


class Totp(SQLModel, table=True):
    """One person's authenticator. The secret is encrypted by the vault; a first code has proven it."""

    username: str = Field(primary_key=True, foreign_key="account.username", max_length=64)
    secret: bytes = Field(sa_type=EncryptedBytes)
    made_at: datetime
    confirmed_at: datetime | None = None
    last_step: int = 0  # the step of 30 seconds of the newest code that was taken: it and older ones are refused


class RecoveryCode(SQLModel, table=True):
    """A code that stands in once for the authenticator. Only a keyed hash is kept."""

    __tablename__ = "recovery_code"

    username: str = Field(primary_key=True, foreign_key="account.username", max_length=64)
    mac: str = Field(primary_key=True, max_length=64)
    used_at: datetime | None = None


def new_secret() -> str:
    """160 random bits in base32, as authenticators read them."""
    return pyotp.random_base32()


def address_of(secret: str, username: str, city: str) -> str:
    """What the picture for the authenticator says: `otpauth://totp/...`."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=city)


def has_totp(session: Session, username: str) -> bool:
    """Whether this person has an authenticator."""
    return session.get(Totp, username) is not None


def set_totp(session: Session, username: str, secret: str, code: str, now: datetime) -> list[str] | None:
    """Takes this authenticator in place of any before, if the code is one of its; fresh recovery codes, shown once. Else None."""
    step = step_of(secret, code, now)
    if step is None:
        return None
    row = session.get(Totp, username) or Totp(username=username, secret=b"", made_at=now)
    row.secret, row.made_at, row.confirmed_at, row.last_step = secret.encode(), now, now, step
    session.add(row)
    return new_recovery_codes(session, username)


def remove_totp(session: Session, username: str) -> bool:
    """Takes authenticator and recovery codes away; whether there was one."""
    session.connection().execute(delete(RecoveryCode).where(col(RecoveryCode.username) == username))
    return bool(session.connection().execute(delete(Totp).where(col(Totp.username) == username)).rowcount)


def is_code(session: Session, username: str, entered: str, now: datetime) -> str:
    """What was typed: "totp" for a code of the authenticator, "recovery" for a recovery code; it is used up. Else empty."""
    code = _plain(entered)
    row = session.exec(select(Totp).where(Totp.username == username).with_for_update()).first()
    if row is None:
        return ""
    secret = row.secret.decode()
    step = step_of(secret, code, now)
    if step is not None and step > row.last_step:  # a code that somebody looked at over a shoulder is worth nothing
        row.last_step = step
        return "totp"
    return "recovery" if _use_recovery(session, username, code, now) else ""


def step_of(secret: str, entered: str, now: datetime) -> int | None:
    """The step whose code this is, now or one step beside; each is compared in the same time."""
    code, middle = _plain(entered), int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    steps = range(middle - DRIFT, middle + DRIFT + 1)
    good = [step for step in steps if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())]
    return good[-1] if good else None


def new_recovery_codes(session: Session, username: str) -> list[str]:
    """Ten codes in place of those before, to be shown once."""
    session.connection().execute(delete(RecoveryCode).where(col(RecoveryCode.username) == username))
    codes = ["".join(secrets.choice(LETTERS) for _ in range(LETTERS_EACH)) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(username=username, mac=_mac(session, username, code)) for code in codes)
    half = LETTERS_EACH // 2
    return [f"{code[:half]}-{code[half:]}" for code in codes]


def recovery_left(session: Session, username: str) -> int:
    """How many recovery codes are not used yet."""
    mine = select(RecoveryCode.mac).where(RecoveryCode.username == username, col(RecoveryCode.used_at).is_(None))
    return len(session.exec(mine).all())


def _use_recovery(session: Session, username: str, code: str, now: datetime) -> bool:
    found = session.get(RecoveryCode, (username, _mac(session, username, code)), with_for_update=True)
    if found is None or found.used_at is not None:
        return False
    found.used_at = now
    return True


def _mac(session: Session, username: str, code: str) -> str:
    return vault_of(session).mac(f"{username}|{code}".encode(), "recovery codes").hex()


def _plain(entered: str) -> str:
    """As it was meant: without blanks and hyphens, full-width digits and capitals made plain."""
    kept = unicodedata.normalize("NFKC", entered).lower()
    return "".join(one for one in kept if one.isascii() and one.isalnum())[:64]
