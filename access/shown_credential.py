"""What a request shows of who is behind it: a system's key or a browser's session. Read here, and nowhere else."""

from dataclasses import dataclass

from fastapi import Request

from access.cookies import SESSION, read_cookie
from access.passwords import digest

BEARER = "bearer"


@dataclass(frozen=True, slots=True)
class ShownCredential:
    """A key where `Authorization` has the form of one, else the session of the cookie; empty where there is neither."""

    key: str = ""
    token: str = ""

    @property
    def digest(self) -> str:
        """The hash under which it may be remembered; empty where nothing was shown. A key shown as a session is another thing."""
        return digest(f"{'key' if self.key else 'token'}:{self.key or self.token}") if self.key or self.token else ""


def shown_credential(request: Request) -> ShownCredential:
    """What this request shows. With a key in it, a cookie beside it counts for nothing."""
    scheme, *rest = request.headers.get("authorization", "").split(None, 1) or [""]  # blanks and tabs, however many
    if scheme.lower() == BEARER:
        return ShownCredential(key="".join(rest).strip())
    return ShownCredential(token=read_cookie(request, SESSION))
