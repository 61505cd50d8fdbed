"""Cookies: the session's and others', HttpOnly and with TLS `__Host-` (RFC 6265bis section 4.1.3.2)."""

from fastapi import Request
from fastapi.responses import Response

from access.context import access_context_of

SESSION, PENDING, TRUSTED_BROWSER = "hecha", "hecha-step", "hecha-device"


def cookie_name(kind: str, secure: bool) -> str:
    """Under which name a cookie of this kind is kept: with the prefix no neighbouring host can set one in our place."""
    return f"__Host-{kind}" if secure else kind


def is_secure(request: Request) -> bool:
    """Whether people reach this house by TLS."""
    return access_context_of(request).public_url.startswith("https")


def read_cookie(request: Request, kind: str) -> str:
    """What this browser brings; empty where it brings nothing."""
    return request.cookies.get(cookie_name(kind, is_secure(request)), "")


def set_cookie(response: Response, request: Request, kind: str, value: str, seconds: int) -> None:
    """Gives it to this browser for so long."""
    secure = is_secure(request)
    response.set_cookie(cookie_name(kind, secure), value, seconds, path="/", httponly=True, secure=secure, samesite="lax")


def drop_cookie(response: Response, request: Request, kind: str) -> None:
    """Takes it away."""
    secure = is_secure(request)
    response.delete_cookie(cookie_name(kind, secure), path="/", httponly=True, secure=secure, samesite="lax")
