"""The words for faults of a trail or proof: English msgids with {chain}, {seq} and {line}."""

from cases.trail.chain_verification import Fault
from storage.problem import N_

WHYS = {
    "altered": N_("{chain}: line {seq} (id {line}) was changed or is not ours."),
    "missing": N_("{chain}: line {seq} is gone."),
    "contents": N_("{chain}: what was noted in line {seq} (id {line}) was changed or comes from elsewhere."),
    "emptied": N_("{chain}: what was noted in line {seq} (id {line}) was taken away."),
    "end": N_("{chain}: it does not end where it is written down that it ends (line {seq})."),
    "checkpoint_missing": N_("Checkpoint {seq} is gone."),
    "checkpoint_forged": N_("Checkpoint {seq} is not signed by this house."),
    "checkpoint_order": N_("Checkpoint {seq} does not follow the one before."),
    "checkpoint_other": N_("Checkpoint {seq} is not the one of which a copy is kept."),
    "checkpoint_leaves": N_("Checkpoint {seq} signed other lines than are written down."),
    "no_proof": N_("This is no proof of a case's trail."),
    "not_in_checkpoint": N_("The lines are not those that the checkpoint signs."),
}


def params_of(fault: Fault) -> dict[str, str]:
    """What the words of this fault are filled with."""
    return {"chain": fault.number or fault.chain, "seq": str(fault.seq), "line": str(fault.line or "-")}
