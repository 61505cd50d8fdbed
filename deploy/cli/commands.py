"""The commands of `hecha`: where each stands, and the line by which the help lists it without loading it."""

from typing import NamedTuple


class Listed(NamedTuple):
    """A command: its module and function, and the first line of what the command says of itself."""

    place: str
    words: str


COMMANDS = {
    "keys": Listed("deploy.cli.keys:keys_app", "The keys by which letters are signed and sealed."),
    "seals": Listed("deploy.cli.seals:seals_app", "Seals on receipts: the city's root, the units' certificates, the revoked."),
    "verify": Listed(
        "deploy.cli.verify:verify",
        "Checks receipts offline. Ends with 0 if all are genuine, 1 if one is not, 2 if it could not be looked at.",
    ),
    "who-asked": Listed(
        "deploy.cli.who_asked:who_asked",
        "Who asked about a person or enterprise, what, when and why. The number is asked for, or read from standard input.",
    ),
    "blocked": Listed(
        "deploy.cli.blocked:blocked", "Shows what stands in a blocked case, as JSON, and writes on the trail who looked and why."
    ),
    "provision-broker": Listed(
        "deploy.cli.provision_broker:provision_broker",
        "Gives RabbitMQ an account for each unit, which reads its own queue alone; takes away those of units that are gone.",
    ),
    "encrypt": Listed(
        "deploy.cli.encrypt:encrypt",
        "Encrypts anew what is encrypted with an old key. Killed, it goes on when it is run again. 1 if something is broken.",
    ),
    "backup": Listed(
        "deploy.cli.backup:backup",
        "Writes one moment of the house into a file, while it runs. What is sealed in the database is sealed in it.",
    ),
    "restore": Listed(
        "deploy.cli.backup:restore",
        "Restores a backup into an empty place (HECHA_HOME, HECHA_DATABASE_URL) and verifies the trail. 1 if that is not whole.",
    ),
    "trail": Listed("deploy.cli.trail:trail_app", "The trail: verify all of it, prove one case, check a proof."),
    "up": Listed(
        "sample.cli.up:up",
        "Everything in one process: web, relay, workers, clock, the departments' agents and the simulated phones.",
    ),
    "serve": Listed("deploy.cli.parts.serve:serve", "The web: pages and API. Run any number behind one address."),
    "relay": Listed("deploy.cli.parts.relay:relay", "Carries letters from the database to the broker. Run any number."),
    "work": Listed(
        "deploy.cli.parts.work:work",
        "Reads findings, requests, outcomes, alerts and dead letters, asks confirmed batches, calls webhooks. Run any number.",
    ),
    "clock": Listed(
        "deploy.cli.parts.clock:clock",
        "Escalation, deadlines, resending of texts, the auditor, and the trail's checkpoints. Run any number.",
    ),
    "respond": Listed(
        "deploy.cli.parts.respond:respond",
        "A department's agent: answers its unit's questions from its own records. Needs the broker's address, no database.",
    ),
    "try": Listed(
        "deploy.cli.parts.try_item:try_command",
        "Tries a register with sample questions: answers beside what is expected, times, statements. 1 if one is otherwise.",
    ),
    "story": Listed("sample.cli.story:story", "A told and checked tour, on a private system with a clock of its own."),
    "migrate": Listed("deploy.cli.migrate:migrate", "Brings the database to this version; safe to repeat."),
    "load": Listed(
        "deploy.cli.load:load", "Loads units, accounts, roster and grants from XLSX and CSV; one bad row, and nothing is loaded."
    ),
    "key": Listed("deploy.cli.key:key", "Makes an API key for an account and prints it once; only its hash is kept."),
    "unlock": Listed(
        "deploy.cli.unlock:unlock_command",
        "Takes an authenticator off, ends the sessions, prints a new first password: when no administrator can get in to do it.",
    ),
    "webhook": Listed(
        "deploy.cli.webhook:webhook",
        "Tells a unit's own system of outcomes at this address; prints once the secret that signs what is sent.",
    ),
    "sample": Listed(
        "sample.cli.sample:sample", "Loads the invented sample city into an empty database, as `hecha up` does by itself."
    ),
    "phones": Listed(
        "sample.cli.phones:phones", "A simulator of a Twilio-compatible SMS provider, with a page that shows the phones."
    ),
    "dead": Listed("deploy.cli.dead:dead", "Shows the dead letters, replays or drops them."),
    "doctor": Listed(
        "deploy.cli.doctor:doctor",
        "Looks at the settings, the database, the broker, the catalogue and the clock, and says what to mend.",
    ),
}
