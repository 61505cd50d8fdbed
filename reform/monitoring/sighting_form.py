"""The form of a sighting: one search over the directory, who asked, why; nobody's name or number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from access.units import Units
from cases.certificates.certificate import Certificate
from reform.monitoring.sighting import found_by_name
from reform.personal_numbers import PERSONAL, names_a_person
from storage.problem import N_, FieldFault
from web.form_data import FormData

NEW = "new"  # chosen where the directory has nothing that is meant
WHATS = ("asked_for", "issued")
LIMITS = {"certificate": 80, "asked_by": 120, "why": 300}
NO_NAME = N_("Say which certificate it was.")
NO_WHAT = N_("Choose whether it was asked for or issued.")
NO_ASKER = N_("Say who asked for it or issued it: an office, no citizen.")
TOO_LONG = N_("This may have at most {max_length} characters.")


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed: the values of a sighting, the certificate that is meant, or the choice where several could be."""

    values: dict[str, Any] = field(default_factory=dict)
    certificate: Certificate | None = None
    choices: Sequence[Certificate] = ()


def read_sighting(form_data: FormData, certificates: Mapping[str, Certificate], units: Units) -> tuple[Typed, list[FieldFault]]:
    """The sighting, and what is wrong with it."""
    texts = {name: " ".join(form_data.get(name, "").split()) for name in LIMITS}
    faults = [
        FieldFault(name, "too_long", TOO_LONG, {"max_length": most}) for name, most in LIMITS.items() if len(texts[name]) > most
    ]
    faults += [FieldFault(name, "personal", PERSONAL) for name, text in texts.items() if names_a_person(text)]
    faults += [FieldFault("certificate", "missing", NO_NAME)] if not texts["certificate"] else []
    faults += [FieldFault("asked_by", "missing", NO_ASKER)] if not texts["asked_by"] else []
    what = form_data.get("what", "")
    faults += [] if what in WHATS else [FieldFault("what", "not_a_choice", NO_WHAT)]
    certificate, choices = _meant(texts["certificate"], form_data.get("chosen", ""), certificates)
    asked_by = next((one.code for one in units.values() if texts["asked_by"] in (one.name_zh, one.name_en, one.code)), "")
    values = {
        "certificate": certificate.code if certificate else "", "name": "" if certificate else texts["certificate"], "what": what,
        "asked_by": asked_by, "asked_by_words": "" if asked_by else texts["asked_by"], "why": texts["why"],
    }  # fmt: skip
    return Typed(values, certificate, choices), faults


def _meant(typed: str, chosen: str, certificates: Mapping[str, Certificate]) -> tuple[Certificate | None, Sequence[Certificate]]:
    """The certificate that is meant, or several of which one is to be chosen; neither: the name is new."""
    if chosen in certificates:
        return certificates[chosen], ()
    found = found_by_name(typed, certificates) if chosen != NEW else []
    if len(found) == 1 and typed in (found[0].code, found[0].zh, found[0].en):
        return found[0], ()
    return None, found
