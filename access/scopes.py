"""Scopes of API keys: what a key may be used for. A route that names no scope takes no key."""

from storage.problem import N_

SCOPES = ("ask", "read", "batches", "events", "desk", "roster", "board")
USES = {
    "ask": N_("Ask, and act on the unit's own questions"),
    "read": N_("Read the cases it may see, their receipts and the catalogue"),
    "batches": N_("Send batches and fetch their results"),
    "events": N_("Hear of changes as they happen"),
    "desk": N_("See the desk and answer"),
    "roster": N_("Read and change the roster"),
    "board": N_("See the board and decide"),
}
HOWS = {
    "password": N_("password"),
    "sign_on": N_("the city's sign-on"),
    "totp": N_("authenticator"),
    "spare": N_("recovery code"),
}
