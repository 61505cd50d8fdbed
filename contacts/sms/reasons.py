"""Why a text did not go, in words. The house's own codes have a sentence; a provider's own code stands as it is."""

from storage.problem import N_

REASONS = {
    "unreachable": N_("the provider cannot be reached"),
    "timeout": N_("the provider does not answer in time"),
    "cut_off": N_("the connection to the provider breaks off"),
    "unreadable_answer": N_("the provider's answer cannot be read"),
    "no_provider": N_("there is no provider"),
    "worker_died": N_("who sent it was cut off meanwhile"),
    "no_mobile": N_("no mobile number"),
    "not_mobile": N_("no mobile number"),
    "stop": N_("the person wants no texts"),
}
OTHER = N_("the provider's code {code}")
REFUSED = N_("the provider refuses our account, token or address")


def reason_words(code: str, refused: bool = False) -> str:
    """The English msgid for a code; OTHER takes it as {code}."""
    return REFUSED if refused else REASONS.get(code, OTHER)
