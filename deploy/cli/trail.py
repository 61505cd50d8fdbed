"""`hecha trail`: verifies the trail, proves one case, checks a proof, shows the key and the checkpoints."""

import json
import os
import resource
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from sqlmodel import col, select

from cases.trail.chain_verification import Fault
from cases.trail.checkpoint_copies import WrongCopy, read_copies, written
from cases.trail.checkpoint_key import HouseKey, SigningKey, WrongKey
from cases.trail.checkpoints import Checkpoint
from cases.trail.fault_words import WHYS, params_of
from cases.trail.inclusion_proof import InclusionProof, NoInclusion, check_inclusion, prove_inclusion
from cases.trail.trail_verification import Report, note, verify_all, verify_case
from deploy.assembly import Assembly
from deploy.cli.joining import end_saying, joined
from deploy.cli.starting import end, settings_or_exit
from deploy.operations.consoles import console
from deploy.operations.secret_keys import open_vault
from storage.problem import N_
from web.languages import say
from web.words.words import action_words

trail_app = typer.Typer(
    add_completion=False, help="The trail: verify all of it, prove one case, check a proof.", no_args_is_help=True
)
LOOKED = N_("{lines} lines in {chains} chains and {checkpoints} checkpoints looked at in {seconds} s, {memory} MB at most.")
WHOLE = N_("The trail is whole.")
WHOLE_CASE = N_("The lines of this case are whole.")
UNCOVERED = N_("{count} of the lines stand in no checkpoint yet.")
FAULTS = N_("The trail was tampered with: {count} faults. The first ones:")
NO_CASE = N_("There is no trail of such a case.")
NO_KEY = N_("This is no public key. `hecha trail key` of the house shows the right one.")
NO_FILE = N_("The file cannot be read.")
PROVEN = N_(
    "Proven: these {count} lines of case {number} stood there, in this order and unchanged, at checkpoint {checkpoint} of {at}."
)
Out = Annotated[Path | None, typer.Option(help="Write it into this file instead of showing it")]


@trail_app.command()
def verify(
    case: Annotated[str, typer.Option(help="Only the lines of this case")] = "",
    checkpoints: Annotated[list[Path] | None, typer.Option(help="Files of checkpoints kept elsewhere; may be repeated")] = None,
) -> None:
    """Looks at every line and every checkpoint, and at the copies kept at home; names what is wrong. 1 if anything is."""
    assembly = joined(settings_or_exit())
    copies = _copies_or_exit(assembly, checkpoints or ())
    begun = time.monotonic()
    key = SigningKey(open_vault(assembly.settings))
    with assembly.database.snapshot() as session:
        report = verify_case(session, case.strip().upper()) if case else verify_all(session, key, copies)
    seconds = time.monotonic() - begun
    if case and not report.lines and not report.count:
        _end_naming(case, assembly.settings.locale, NO_CASE)
    if not case:
        with assembly.database.write() as session:
            note(session, report, assembly.now(), seconds)
    _tell(assembly, report, seconds, WHOLE_CASE if case else WHOLE)
    raise typer.Exit(1 if report.count else 0)


@trail_app.command("prove")
def prove_case(number: str, out: Out = None, contents: Annotated[bool, typer.Option(help="With what was noted")] = False) -> None:
    """A short proof of one case's trail, which anybody with the house's public key can check without the house."""
    assembly = joined(settings_or_exit())
    assembly.checkpointer().sign()
    try:
        with assembly.database.read() as session:
            found = prove_inclusion(session, number.strip().upper(), contents)
    except NoInclusion as no:
        end_saying(assembly.settings.locale, WHYS[no.why], **params_of(Fault(no.why, number.strip().upper(), seq=no.seq)))
    if found is None:
        _end_naming(number, assembly.settings.locale, NO_CASE)
    _put(json.dumps(found, ensure_ascii=False, indent=1), out)


@trail_app.command()
def check(
    proof: Annotated[Path, typer.Argument(help="A file made by `hecha trail prove`")],
    key: Annotated[Path | None, typer.Option(help="The house's public key (PEM); without it, this house's own")] = None,
) -> None:
    """Checks a proof; needs no database and no network."""
    settings = settings_or_exit()
    try:
        pen = HouseKey.read(key.read_bytes()) if key else SigningKey(open_vault(settings))
        proven = check_inclusion(json.loads(proof.read_text(encoding="utf-8")), pen)
    except NoInclusion as no:
        end_saying(settings.locale, WHYS[no.why], **params_of(Fault(no.why, chain=str(proof), seq=no.seq)))
    except WrongKey:
        _end_naming(key, settings.locale, NO_KEY)
    except OSError as wrong:
        _end_naming(wrong.filename, settings.locale, NO_FILE)
    except (ValueError, RecursionError):
        _end_naming(proof, settings.locale, NO_FILE)
    _show_proven(settings.locale, proven)


@trail_app.command("key")
def show_key(out: Out = None) -> None:
    """The public key with which everybody can check this house's checkpoints and proofs."""
    _put(SigningKey(open_vault(settings_or_exit())).pem().rstrip(), out)


@trail_app.command("checkpoints")
def show_checkpoints(out: Out = None, since: Annotated[int, typer.Option(help="Only those after this number")] = 0) -> None:
    """All checkpoints, a JSON line each, for keeping elsewhere; `hecha trail verify --checkpoints FILE` compares."""
    assembly = joined(settings_or_exit())
    with assembly.database.read() as session:
        found = session.exec(select(Checkpoint).where(col(Checkpoint.number) > since).order_by(col(Checkpoint.number))).all()
    _put("\n".join(map(written, found)), out)


def _copies_or_exit(assembly: Assembly, files: Sequence[Path]) -> dict[int, str]:
    try:
        return read_copies([*assembly.checkpointer().copies.files(), *files])
    except WrongCopy as wrong:
        console.print(str(wrong), style="red")
    except OSError as wrong:
        console.print(f"{wrong.filename}: {say(assembly.settings.locale, NO_FILE)}")
    raise typer.Exit(2)


def _end_naming(what: object, locale: str, words: str) -> NoReturn:
    """Ends the command; what was typed stands before the sentence, so that nobody wonders which of several is meant."""
    end(f"{what}: {say(locale, words)}")


def _tell(assembly: Assembly, report: Report, seconds: float, whole: str) -> None:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    seen = {"lines": f"{report.lines:,}", "chains": f"{report.chains:,}", "checkpoints": f"{report.checkpoints:,}"}
    typer.echo(say(assembly.settings.locale, LOOKED, **seen, seconds=f"{seconds:.1f}", memory=memory))
    tell_report(assembly.settings.locale, report, whole)


def tell_report(locale: str, report: Report, whole: str = WHOLE) -> None:
    """Says whether the trail is whole, or what is wrong with it."""
    if report.uncovered:
        typer.echo(say(locale, UNCOVERED, count=report.uncovered))
    typer.echo(say(locale, FAULTS, count=report.count) if report.count else say(locale, whole))
    for fault in report.faults:
        typer.echo(f"  {say(locale, WHYS[fault.why], **params_of(fault))}")


def _show_proven(locale: str, proven: InclusionProof) -> None:
    told = {"count": len(proven.lines), "number": proven.number, "checkpoint": proven.checkpoint, "at": proven.at.isoformat()}
    typer.echo(say(locale, PROVEN, **told))
    for line in proven.lines:
        action = say(locale, action_words(line["action"], line["to"]))
        noted = " ".join(
            filter(None, (line.get("note"), json.dumps(line["details"], ensure_ascii=False) if line.get("details") else ""))
        )
        typer.echo(f"  {line['at'].isoformat()}  {action}  {line['actor']} {line['who']} {line['unit']}  {noted}".rstrip())


def _put(text: str, out: Path | None) -> None:
    if out is None:
        typer.echo(text)
        return
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(f"{text}\n")
