"""Rulebook: the catalogue, calendar, pledge and guard settings with which every decision about a case is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cases.attachments.photograph_months import PHOTOGRAPH_MONTHS
from cases.bundles.bundle_kind import BundleKind
from cases.calendar.deadlines import Calendar
from cases.catalogue.catalogue import Catalogue
from cases.commitments.wording import Wording, load_wording
from cases.grants.pledges import Pledge
from cases.grants.stages import USUAL_STAGES, StageDays
from cases.rechecks.recheck_rules import USUAL_RECHECKS, RecheckRules
from cases.safeguards.fishing_guard import DEFAULT, FishingGuard
from cases.safeguards.urgency import USUAL, UrgencyLimit


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The city's rules, loaded once at start."""

    catalogue: Catalogue
    calendar: Calendar
    fishing_guard: FishingGuard = DEFAULT
    pledge: Pledge | None = None  # what everybody signs before the first question
    urgency: UrgencyLimit = USUAL
    stages: StageDays = USUAL_STAGES
    bundles: Mapping[str, BundleKind] = field(default_factory=dict)  # the kinds of bundles, by code
    wording: Wording = field(default_factory=load_wording)  # what stands in every commitment
    mandates: bool = True  # whether an errand needs the paper or photograph that allows it
    rechecks: RecheckRules = USUAL_RECHECKS
    photograph_months: int = PHOTOGRAPH_MONTHS  # so long a monitoring point's photographs are kept
