"""Changing the directory. What decides about a certificate needs two people of the reform office, all else one; all is kept.

What decides where a clerk is led (DECIDED: the class with its day and document, items, bundle, sentences, legal basis, whether it
is in use, the text of a commitment) is proposed by one and confirmed by another: whoever proposed confirms nothing of it. Each step
is a row of the history and a line on the trail.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from cases.certificates.certificate import AT_FIRST, DECIDED, PLAIN, Certificate, plain
from cases.certificates.checks import checked
from cases.certificates.directory import NO_CERTIFICATE
from cases.certificates.history import CertificateChange, ChangeState, open_proposal_of
from cases.rulebook import Rulebook
from cases.trail import trail
from cases.trail.trail_line import Person, TrailLine
from storage.problem import N_, FieldFault, Problem

TAKEN = N_("There is a certificate of this code already. Choose another code.")
TWO_PEOPLE = N_("This needs a second person: propose it, and a colleague confirms it.")
UNKNOWN = N_("There is no such field here.")
STALE = N_("Somebody has changed this certificate in the meantime. Look at it again.")
NOTHING_NEW = N_("Nothing of this differs from what stands already.")
PROPOSED_ALREADY = N_("A change of this certificate waits for its second person already. That one must be decided first.")
NO_PROPOSAL = N_("There is no such proposal.")
DECIDED_ALREADY = N_("This proposal was decided already. Look at it again.")
SAME_PERSON = N_("You proposed this yourself: a colleague decides.")
NOT_YOURS = N_("Only whoever proposed this takes it back.")
NO_REASON = N_("Say why: whoever proposed it reads it.")


@dataclass(frozen=True, slots=True)
class Editor:
    """Somebody of the reform office at work on the directory, in the caller's transaction. All raise Problem."""

    session: Session
    by: Person
    now: datetime
    rulebook: Rulebook

    def add(self, values: Mapping[str, Any], reason: str = "") -> Certificate:
        """A new certificate, not classified yet; a class among the values becomes a proposal, with what replaces it."""
        later = [name for name in DECIDED if name not in AT_FIRST]
        way = {name: values[name] for name in later if values.get(name)}
        new = checked({name: value for name, value in values.items() if name not in later}, self.rulebook)
        if self.session.get(Certificate, new.code) is not None:
            raise Problem([FieldFault("code", "taken", TAKEN)], 409)
        self.session.add(new)
        self.session.flush()
        told = {name: value for name, value in new.model_dump(exclude={"version", "code"}).items() if value}
        self._note(self._made(new.code, {}, told, reason), "certificate_add")
        if way:
            self.propose(new.code, way, reason=reason)
        return new

    def change(self, code: str, values: Mapping[str, Any], seen: int | None = None, reason: str = "") -> Certificate:
        """Puts right what one person may (PLAIN); `seen` is the version that was looked at."""
        certificate = self._locked(code, seen)
        for name in values:
            if name not in PLAIN:
                raise Problem([FieldFault(name, *(("two_people", TWO_PEOPLE) if name in DECIDED else ("unknown_field", UNKNOWN)))])
        before, after = self._differences(certificate, values)
        if after:
            _put(certificate, after)
            self._note(self._made(code, before, after, reason), "certificate_change")
        return certificate

    def save(self, code: str, values: Mapping[str, Any], seen: int | None = None, reason: str = "") -> bool:
        """Changes what one person may, and proposes what else differs; whether something of it waits for a second person."""
        self.change(code, {name: value for name, value in values.items() if name not in DECIDED}, seen, reason)
        decided = {name: value for name, value in values.items() if name in DECIDED}
        _before, after = self._differences(self._locked(code, None), decided)
        if after:
            self.propose(code, after, reason=reason)
        return bool(after)

    def propose(self, code: str, values: Mapping[str, Any], seen: int | None = None, reason: str = "") -> CertificateChange:
        """Proposes what replaces the certificate (DECIDED): it counts once somebody else confirms it."""
        certificate = self._locked(code, seen)
        if unknown := [name for name in values if name not in DECIDED]:
            raise Problem([FieldFault(unknown[0], "unknown_field", UNKNOWN)])
        if open_proposal_of(self.session, code):
            raise Problem([FieldFault("", "proposed_already", PROPOSED_ALREADY)], 409)
        before, after = self._differences(certificate, values)
        if not after:
            raise Problem([FieldFault("certificate_class", "nothing_new", NOTHING_NEW)])
        proposal = self._made(code, before, after, reason)
        proposal.state, proposal.document = ChangeState.PROPOSED.value, str(after.get("document", certificate.document))
        self._note(proposal, "certificate_propose")
        return proposal

    def confirm(self, proposal: int) -> Certificate:
        """Makes the proposed change, as somebody else than whoever proposed it."""
        found = self._waiting(proposal)
        self._must_be_another(found)
        certificate = self._locked(found.certificate, None)
        stands = plain(certificate.model_dump())
        if any(stands[name] != value for name, value in found.before.items()):
            raise Problem([FieldFault("", "stale", STALE)], 409)
        _before, after = self._differences(certificate, found.after)
        _put(certificate, after)
        self._decide(found, ChangeState.CONFIRMED, "certificate_confirm")
        return certificate

    def decline(self, proposal: int, note: str) -> CertificateChange:
        """Refuses the proposal with a reason, as somebody else than whoever proposed it."""
        found = self._waiting(proposal)
        self._must_be_another(found)
        if not note:
            raise Problem([FieldFault("note", "missing", NO_REASON)])
        return self._decide(found, ChangeState.DECLINED, "certificate_decline", note)

    def take_back(self, proposal: int) -> CertificateChange:
        """Takes one's own proposal back."""
        found = self._waiting(proposal)
        if self.by.username != found.who:
            raise Problem([FieldFault("", "not_yours", NOT_YOURS)], 409)
        return self._decide(found, ChangeState.TAKEN_BACK, "certificate_take_back")

    def _must_be_another(self, proposal: CertificateChange) -> None:
        if self.by.username == proposal.who:
            raise Problem([FieldFault("", "same_person", SAME_PERSON)], 409)

    def _locked(self, code: str, seen: int | None) -> Certificate:
        certificate = self.session.get(Certificate, code, with_for_update=True, populate_existing=True)
        if certificate is None:
            raise Problem([FieldFault("certificate", "unknown_certificate", NO_CERTIFICATE)], 404)
        if seen is not None and seen != certificate.version:
            raise Problem([FieldFault("", "stale", STALE)], 409)
        return certificate

    def _waiting(self, proposal: int) -> CertificateChange:
        found = self.session.get(CertificateChange, proposal, with_for_update=True, populate_existing=True)
        if found is None or found.state == ChangeState.MADE:
            raise Problem([FieldFault("proposal", "unknown", NO_PROPOSAL)], 404)
        if found.state != ChangeState.PROPOSED:
            raise Problem([FieldFault("", "decided_already", DECIDED_ALREADY)], 409)
        return found

    def _differences(self, certificate: Certificate, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """What of these values differs from what stands: before and after, once the whole fits together."""
        stands = certificate.model_dump()
        wished = checked({**stands, **values}, self.rulebook).model_dump()
        names = [name for name in values if wished[name] != stands[name]]
        return {name: stands[name] for name in names}, {name: wished[name] for name in names}

    def _made(self, code: str, before: Mapping[str, Any], after: Mapping[str, Any], reason: str) -> CertificateChange:
        of = {"certificate": code, "state": ChangeState.MADE.value, "reason": reason, "who": self.by.username, "at": self.now}
        return CertificateChange.model_validate({**of, "before": plain(before), "after": plain(after)})

    def _decide(self, found: CertificateChange, state: ChangeState, action: str, note: str = "") -> CertificateChange:
        found.sqlmodel_update({"state": state.value, "decided_by": self.by.username, "decided_at": self.now, "decided_note": note})
        self._note(found, action, note)
        return found

    def _note(self, made: CertificateChange, action: str, note: str = "") -> None:
        self.session.add(made)
        self.session.flush()
        details = {"certificate": made.certificate, "fields": sorted(made.after), "document": made.document}
        trail.write(self.session, [TrailLine.of_person(self.by, self.now, action, details=details).noting(note or made.reason)])


def _put(certificate: Certificate, after: Mapping[str, Any]) -> None:
    certificate.sqlmodel_update({**after, "version": certificate.version + 1})
