"""The command `hecha`."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cases.accounts import Account, new_key
from cases.scopes import SCOPES
from cases.units import Unit
from deploy import dead_letters, sample_load
from deploy import doctor as checks
from deploy.assemble import Newcomers, Running, make_agent
from deploy.backup_commands import backup, restore
from deploy.beats import Beats
from deploy.blocked_command import blocked
from deploy.keys_commands import keys_app
from deploy.letter_keys import key_file
from deploy.load.command import load_command
from deploy.logs import start_logs
from deploy.migrate import migrate_database
from deploy.office_clock import with_offices_open
from deploy.provision_command import provision_broker
from deploy.seal_command import seal, seal_once
from deploy.seals_commands import seals_app
from deploy.serving import DRAIN, phones_address, serve_http, start_phones
from deploy.starting import console, free_or_exit, joined, run_until_stopped, settings_or_exit
from deploy.story.tour import STORIES, tell_stories
from deploy.surroundings import await_surroundings
from deploy.trail_commands import trail_app
from deploy.unlocking import unlock
from deploy.verify_command import verify
from deploy.wallclock import clock_of
from deploy.who_asked import who_asked
from requesters.results import set_webhook

app = typer.Typer(help="Hecha (核查): verification between departments.", no_args_is_help=True, pretty_exceptions_enable=False)
app.add_typer(keys_app, name="keys")
app.add_typer(seals_app, name="seals")
app.command()(verify)
app.command()(who_asked)
app.command()(blocked)
app.command("provision-broker")(provision_broker)
app.command()(seal)
app.command()(backup)
app.command()(restore)
app.add_typer(trail_app, name="trail")
Home = Annotated[Path | None, typer.Option(help="Folder for databases, keys and records (HECHA_HOME)")]


@app.command()
def up(
    home: Home = None,
    phones: Annotated[bool, typer.Option(help="Start the simulated phones too")] = True,
    opened: Annotated[bool, typer.Option("--open", help="To try it out: where the offices are closed, open them")] = False,
) -> None:
    """Everything in one process: web, relay, workers, clock, the departments' agents and the simulated phones."""
    settings = settings_or_exit(home=home)
    free_or_exit(settings.http, phones_address(settings) if phones else None)
    if opened:
        settings = with_offices_open(settings, console)
    house = joined(settings)
    migrate_database(house.database)
    seal_once(house)
    sample_load.load_if_empty(house, console)
    house.seals().prepare(house.now())
    running = Running(house.parts)
    simulator = start_phones(settings) if phones else None
    newcomers = Newcomers(running, house.readers)
    running.start({**house.readers(), **house.movers(), "newcomers": newcomers, "beats": Beats(house, "up", running.parts)})
    sample_load.print_signs(settings, console, simulator is not None)
    serve_http(house, running.stop)
    running.end()
    if simulator:
        simulator.stop()
    house.database.close()


@app.command()
def serve(http: Annotated[str | None, typer.Option(help="HOST:PORT")] = None) -> None:
    """The web: pages and API. Run any number behind one address."""
    house = joined(settings_or_exit(http=http))
    free_or_exit(house.settings.http)
    running = Running(house.parts)
    running.start({"beats": Beats(house, "serve", running.parts)})
    serve_http(house, running.stop, DRAIN)
    running.end()
    house.database.close()


@app.command()
def relay() -> None:
    """Carries letters from the database to the broker. Run any number."""
    house, running = joined(settings_or_exit()), Running()
    await_surroundings(house.database, house.declare)
    run_until_stopped(running, {"relay": house.relay(), "beats": Beats(house, "relay", running.parts)})


@app.command()
def work() -> None:
    """Reads findings, requests, outcomes, alerts and dead letters, asks confirmed batches, calls webhooks. Run any number."""
    house, running = joined(settings_or_exit()), Running()
    await_surroundings(house.database, house.declare)
    beside = {"webhooks": house.teller(), "batches": house.runner(), "newcomers": Newcomers(running, house.workers)}
    run_until_stopped(running, {**house.workers(), **beside})


@app.command()
def clock() -> None:
    """Escalation, deadlines, resending of texts, the auditor, and the trail's checkpoints. Run any number."""
    house, running = joined(settings_or_exit()), Running()
    await_surroundings(house.database, lambda: None)
    run_until_stopped(running, {"clock": house.clock(), "notary": house.notary(), "beats": Beats(house, "clock", running.parts)})


@app.command()
def respond(
    unit: Annotated[str, typer.Option(help="The unit whose questions are answered, such as police")],
    records: Annotated[Path | None, typer.Option(help="Folder of the unit's record store (HECHA_RECORDS)")] = None,
) -> None:
    """A department's agent: answers its unit's questions from its own records. Needs the broker's address, no database."""
    settings = settings_or_exit(records=records)
    if not (keys := settings.letter_keys or key_file(settings, unit)).exists():
        console.print(f"{keys} is missing: `hecha keys make {unit}` makes it. Waiting for it.", highlight=False)
    agent = make_agent(settings, unit, clock_of(settings.clock_file), keys)
    run_until_stopped(Running(), {f"agent {unit}": agent})


@app.command()
def story(names: Annotated[list[str] | None, typer.Argument(help="Which stories; all when none is named")] = None) -> None:
    """A told and checked tour, on a private system with a clock of its own."""
    start_logs("error")
    unknown = set(names or ()) - set(STORIES)
    if unknown:
        console.print(f"[red]No such story.[/red] There are: {', '.join(STORIES)}", highlight=False)
        raise typer.Exit(2)
    raise typer.Exit(0 if tell_stories(names or (), Console()) else 1)


@app.command()
def migrate() -> None:
    """Brings the database to this version; safe to repeat."""
    house = joined(settings_or_exit())
    console.print(migrate_database(house.database))
    seal_once(house)
    house.declare()


@app.command()
def load(
    files: Annotated[list[Path] | None, typer.Argument(help="XLSX or CSV files, any number, in any order")] = None,
    template: Annotated[Path | None, typer.Option(help="Write the empty sheets into this folder instead")] = None,
    passwords: Annotated[Path | None, typer.Option(help="File for the first passwords of new accounts (mode 600)")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change and write nothing")] = False,
) -> None:
    """Loads units, accounts, roster and grants from XLSX and CSV; one bad row, and nothing is loaded."""
    settings = settings_or_exit()
    if template is None and files:
        house = joined(settings)
        migrate_database(house.database)
    code = load_command(settings, files or (), template, passwords, dry_run)
    if template is None and files and not (code or dry_run):
        house.declare()
    raise typer.Exit(code)


@app.command()
def key(
    username: Annotated[str, typer.Argument(help="The account the key acts as")],
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Its last day")],
    scope: Annotated[list[str] | None, typer.Option(help="What for; may be repeated. When none is named: ask and read")] = None,
) -> None:
    """Makes an API key for an account and prints it once; only its hash is kept."""
    house, scopes = joined(settings_or_exit()), [one for one in SCOPES if one in (scope or ("ask", "read"))]
    if set(scope or ()) - set(SCOPES):
        console.print(f"[red]No such scope.[/red] There are: {', '.join(SCOPES)}", highlight=False)
        raise typer.Exit(2)
    with house.database.write() as session:
        if session.get(Account, username) is None:
            console.print("[red]There is no such account.[/red]")
            raise typer.Exit(2)
        typer.echo(new_key(session, username, until.date(), scopes))


@app.command("unlock")
def unlock_command(username: Annotated[str, typer.Argument(help="Whose password and authenticator are lost")]) -> None:
    """Takes an authenticator off, ends the sessions, and prints a new first password: when no administrator can get in to do it."""
    password = unlock(joined(settings_or_exit()), username)
    if password is None:
        console.print("[red]There is no such account.[/red]")
        raise typer.Exit(2)
    typer.echo(password)


@app.command()
def webhook(unit: Annotated[str, typer.Argument()], url: Annotated[str, typer.Argument(help="https://...")]) -> None:
    """Tells a unit's own system of outcomes at this address; prints once the secret that signs what is sent."""
    house = joined(settings_or_exit())
    with house.database.write() as session:
        if session.get(Unit, unit) is None:
            console.print("[red]There is no such unit.[/red]")
            raise typer.Exit(2)
        typer.echo(set_webhook(session, unit, url))


@app.command()
def sample() -> None:
    """Loads the invented sample city into an empty database, as `hecha up` does by itself."""
    house = joined(settings_or_exit())
    migrate_database(house.database)
    loaded = sample_load.load_if_empty(house, console)
    house.declare()
    console.print("The sample city is loaded." if loaded else "There are units already: nothing was loaded.")


@app.command()
def phones(port: Annotated[int, typer.Option(help="Port on 127.0.0.1")] = 8041) -> None:
    """A simulator of a Twilio-compatible SMS provider, with a page that shows the phones."""
    simulator = start_phones(settings_or_exit(sms_url=f"http://127.0.0.1:{port}"))
    if simulator is None:
        raise typer.Exit(2)
    console.print(f"The phones are at {simulator.url}", highlight=False)
    run_until_stopped(Running(), {})
    simulator.stop()


@app.command()
def dead(
    replay: Annotated[list[int] | None, typer.Option(help="Send this dead letter again; may be repeated")] = None,
    drop: Annotated[list[int] | None, typer.Option(help="Give this dead letter up; may be repeated")] = None,
    reason: Annotated[str, typer.Option(help="Why it is dropped")] = "",
) -> None:
    """Shows the dead letters, replays or drops them."""
    dead_letters.settle(joined(settings_or_exit()), replay or (), drop or (), reason, Console())


@app.command()
def doctor() -> None:
    """Looks at the settings, the database, the broker, the catalogue and the clock, and says what to mend."""
    good = checks.examine(settings_or_exit(), console)
    raise typer.Exit(0 if good else 1)
