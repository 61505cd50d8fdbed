"""`hecha encrypt`: encrypts anew what is encrypted with an old key; with --new-key under a new one. It can be repeated."""

import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

import typer

from deploy.assembly import Assembly
from deploy.cli.joining import joined, ready_or_exit
from deploy.cli.starting import settings_or_exit
from deploy.operations.consoles import console
from deploy.operations.reencryption import left, reencrypt
from deploy.operations.secret_keys import house_keys, key_file, write_keys
from storage.problem import N_
from storage.vault import KEY_BYTES, LOOK_SECONDS, Vault, new_key_id
from web.languages import say

WAIT_SECONDS = 2 * LOOK_SECONDS  # by then every part encrypts with the new key
FROM_SETTING = N_(
    "The keys stand in HECHA_SECRET_KEYS: put a new ID:KEY in front of the others there (32 random bytes as base64url), "
    "start every part again, and run `hecha encrypt`. When it is done, take the old one out."
)
NEW_KEY = N_("A new key seals from now on. What was sealed with the old one is sealed anew.")
SEALED = N_("{table}: {rows} rows sealed.")
NOTHING = N_("Everything was sealed already.")
BROKEN = N_("{count} values cannot be opened; they were left as they are. The first ones:")
OLD_GONE = N_("Nothing needs the old key any more: it was taken out of the key file. Backups from before still need it.")
OLD_STAYS = N_("The old key stays in the key file: something still needs it.")


def encrypt(
    new_key: Annotated[bool, typer.Option("--new-key", help="Begin a new key; the old one goes when nothing needs it")] = False,
    keep_old: Annotated[bool, typer.Option("--keep-old", help="Leave old keys in the key file")] = False,
) -> None:
    """Encrypts anew what is encrypted with an old key. Killed, it goes on when it is run again. 1 if something is broken."""
    settings = settings_or_exit()
    if new_key and settings.secret_keys:
        console.print(say(settings.locale, FROM_SETTING), soft_wrap=True)
        raise typer.Exit(2)
    assembly = joined(settings)
    ready_or_exit(assembly)
    if new_key:
        begin_key(assembly)
        console.print(say(settings.locale, NEW_KEY))
    broken = encrypt_all(assembly)
    if not settings.secret_keys and not keep_old:
        retire_keys(assembly, time.sleep)
    assembly.database.close()
    if broken:
        raise typer.Exit(1)


def begin_key(assembly: Assembly) -> None:
    """Puts a new key in front of the others; every part of the house encrypts with it within seconds."""
    keys = house_keys(assembly.settings)
    write_keys(key_file(assembly.settings), replace(keys, data={new_key_id(): os.urandom(KEY_BYTES), **keys.data}))


def encrypt_all(assembly: Assembly) -> int:
    """Does all there is to do and says so; how many values cannot be opened."""
    vault = Vault(house_keys(assembly.settings))
    done, broken = Counter[str](), list[str]()
    for step in reencrypt(assembly.database, vault):
        done[step.table] += step.rows
        broken += step.broken
    locale = assembly.settings.locale
    for table, rows in done.items():
        console.print(say(locale, SEALED, table=table, rows=rows))
    if not done:
        console.print(say(locale, NOTHING))
    if broken:
        console.print(say(locale, BROKEN, count=len(broken)), *broken[:10], sep="\n")
    return len(broken)


def retire_keys(assembly: Assembly, wait: Callable[[float], None]) -> None:
    """Takes old keys out of the file once nothing is encrypted with them and no part can encrypt with them any more."""
    keys = house_keys(assembly.settings)
    if len(keys.data) == 1:
        return
    wait(WAIT_SECONDS)
    vault = Vault(keys)
    for _ in reencrypt(assembly.database, vault):
        pass
    with assembly.database.read() as session:
        needed = left(session, vault.head)
    if not needed:
        current = next(iter(keys.data))
        write_keys(key_file(assembly.settings), replace(keys, data={current: keys.data[current]}))
    console.print(say(assembly.settings.locale, OLD_STAYS if needed else OLD_GONE))
