"""`hecha-agent`: a department's agent as an install of its own, and the keys by which its letters are signed and sealed."""

import argparse
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

from broker.crypto.envelope import Envelope
from broker.crypto.key_file import KeyFile, public_text, read_public
from broker.crypto.key_ring import HOUSE, PublicKey, WrongKey
from broker.transports.rabbitmq import RabbitTransport
from broker.transports.transport import Transport
from deploy.agent.sample_questions import WrongSamples
from deploy.agent.settings import AgentSettings, WrongSetting, read
from deploy.agent.starting import WRONG_HANDLER, WRONG_SOURCE, WrongFile, check_registers, run_agent
from deploy.agent.trying import try_item
from deploy.agent.unit_keys import LEAD, MOST_DAYS, add_pair, key_file, make_pair, tell_unit, units_here
from deploy.logs import start_process
from deploy.wall_clock import clock_of
from responders.handlers import HandlerProblem
from responders.sources.fault_words import SourceProblem

NO_BROKER = "HECHA_BROKER_URL: expected amqps://USER:PASSWORD@HOST:PORT/VHOST, as the house gave it to this unit"

WRONG: dict[type[Exception], str] = {
    WrongSetting: "Wrong setting",
    WrongKey: "Wrong keys",
    HandlerProblem: WRONG_HANDLER,
    SourceProblem: WRONG_SOURCE,
    WrongSamples: "Wrong sample questions",
}


def run() -> None:
    """The command."""
    sys.exit(main())


def main(words: Sequence[str] | None = None) -> int:
    """Does what is asked for; 0, or 2 where something is wrong, which it says in a line."""
    asked = _parser().parse_args(words)
    try:
        settings = read(AgentSettings, {"records": getattr(asked, "records", None)})
        start_process(settings.log_level)
        asked.work(settings, asked)
    except WrongFile as wrong:
        return _wrong(wrong.kind, wrong)
    except tuple(WRONG) as wrong:
        return _wrong(WRONG[type(wrong)], wrong)
    except OSError as wrong:
        return _wrong(f"{wrong.filename}: {wrong.strerror}")
    return 0


def _wrong(kind: str, told: object = "") -> int:
    say(kind)
    if told:
        say(str(told))
    return 2


def say(words: str) -> None:
    """On standard error: what is printed elsewhere may be piped on."""
    sys.stderr.write(f"{words}\n")


def respond(settings: AgentSettings, asked: argparse.Namespace) -> None:
    """Answers the unit's questions until it is told to stop; or looks at its registers."""
    if asked.check:
        raise SystemExit(check_registers(settings, asked.unit, print_line))
    if not settings.broker_url.startswith("amqp"):
        raise WrongSetting(NO_BROKER)
    run_agent(settings, asked.unit, connect, say)


def try_register(settings: AgentSettings, asked: argparse.Namespace) -> None:
    """Tries a register with sample questions; ends with 1 where an answer is otherwise than expected."""
    now = clock_of(settings.clock_file)()
    raise SystemExit(try_item(settings, asked.unit, asked.item, asked.questions, now, print_line))


def print_line(words: str) -> None:
    """On standard output: it may be piped on."""
    sys.stdout.write(f"{words}\n")


def connect(settings: AgentSettings, envelope: Envelope) -> Transport:
    """To RabbitMQ, which is all that an agent outside the house's machine speaks to."""
    return RabbitTransport(settings.broker, envelope, settings.broker_ca)


def make(settings: AgentSettings, asked: argparse.Namespace) -> None:
    """Makes the unit's first keys."""
    pair = make_pair(key_file(settings, asked.unit), asked.unit, clock_of(settings.clock_file)())
    _say_what_next(settings, asked.unit, pair.public)


def rotate(settings: AgentSettings, asked: argparse.Namespace) -> None:
    """Makes a key that follows those there are; both count for a while."""
    now = clock_of(settings.clock_file)()
    pair = add_pair(key_file(settings, asked.unit), now + timedelta(days=asked.starts_in_days), now)
    _say_what_next(settings, asked.unit, pair.public)


def export(settings: AgentSettings, asked: argparse.Namespace) -> None:
    """Writes the unit's public keys, to be sent to the house."""
    text = public_text(asked.unit, [pair.public for pair in KeyFile.read(key_file(settings, asked.unit)).pairs])
    if asked.to is None:
        sys.stdout.write(text)
    else:
        asked.to.write_text(text, encoding="utf-8")
        say(f"{asked.to} is written. Nothing in it is secret.")


def take_house(settings: AgentSettings, asked: argparse.Namespace) -> None:
    """Takes in the house's public keys, once their fingerprint was compared."""
    owner, keys = read_public(asked.file)
    if owner != HOUSE:
        raise WrongKey(f"{asked.file}: these are not the keys of the house")
    for key in keys:
        say(f"house  {key.kid[:12]}  {key.fingerprint}")
    if not asked.yes and not _yes("Is this what the house reads out on the telephone? [y/N] "):
        _stop("Nothing was changed.")
    here = units_here(settings)
    if not asked.unit and len(here) != 1:
        _stop("Say with --unit whose key file is meant.")
    tell_unit(key_file(settings, asked.unit or here[0]), keys)
    say("The house is known by these keys.")


def _yes(question: str) -> bool:
    try:
        return input(question).strip().lower() in ("y", "yes")
    except EOFError:  # nobody is there to answer
        return False


def _days(text: str) -> int:
    if not text.isdigit() or int(text) > MOST_DAYS:
        raise argparse.ArgumentTypeError(f"expected days from 0 to {MOST_DAYS}")
    return int(text)


def _stop(words: str) -> NoReturn:
    say(words)
    raise SystemExit(2)


def _say_what_next(settings: AgentSettings, unit: str, key: PublicKey) -> None:
    say(f"{unit}  {key.kid[:12]}  {key.fingerprint}\nin {key_file(settings, unit)}")
    say(f"Next: `hecha-agent keys export {unit} --to {unit}.json`, and at the house `hecha keys import {unit}.json`")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hecha-agent", description="A department's agent. Its settings are HECHA_... variables.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    responding = commands.add_parser("respond", help="answers the unit's questions from its own records")
    responding.add_argument("--check", action="store_true", help="look at every register, say how it is, and end: 1 if one is away")
    responding.set_defaults(work=respond)
    trying = commands.add_parser("try", help=try_register.__doc__)
    trying.add_argument("item", help="such as vehicle")
    trying.add_argument("questions", type=Path, help="a CSV file: number, name, expected and further headings")
    trying.set_defaults(work=try_register)
    for one in (responding, trying):
        one.add_argument("--unit", required=True, help="whose questions are answered, such as police")
        one.add_argument("--records", type=Path, help="folder of the unit's record store (HECHA_RECORDS)")
    _add_keys(commands)
    return parser


def _add_keys(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    keys = commands.add_parser("keys", help="the unit's keys, which never leave this machine").add_subparsers(
        required=True, metavar="COMMAND"
    )
    for name, work in (("make", make), ("rotate", rotate), ("export", export)):
        one = keys.add_parser(name, help=work.__doc__)
        one.add_argument("unit", help="the code of the unit")
        one.set_defaults(work=work)
        if work is rotate:
            one.add_argument("--starts-in-days", type=_days, default=LEAD.days, help="when the new key begins")
        if work is export:
            one.add_argument("--to", type=Path, help="write to this file")
    taking = keys.add_parser("import", help=take_house.__doc__)
    taking.add_argument("file", type=Path, help="what `hecha keys export house` wrote")
    taking.add_argument("--unit", default="", help="whose key file learns them, where there are several here")
    taking.add_argument("--yes", action="store_true", help="the fingerprint was compared")
    taking.set_defaults(work=take_house)
