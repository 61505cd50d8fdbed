"""Keeping attachments: under a new key they are sealed anew, and a backup reads large rows a few at a time."""

from pathlib import Path

from sqlmodel import select

from access.principal import Principal
from cases.attachments.attaching import Attaching, attach
from cases.attachments.attachment import Attachment, AttachmentPage, picture_of
from cases.attachments.cleaning import clean
from deploy.assembly import assemble
from deploy.cli.encrypt import begin_key, encrypt_all, retire_keys
from deploy.operations.backup_rows import at_once, columns_of, put_rows, rows_of
from deploy.operations.secret_keys import house_keys
from deploy.settings import Settings
from deploy.tables import all_tables
from storage.vault import Vault
from tests.rooms.cases.attachments.hostile_pictures import face, saved
from tests.rooms.county import MONDAY, settle

WHO = Principal("asker", "甲", "bank", frozenset({"asker"}), "en")


def test_sealed_under_a_new_key_and_brought_back_from_a_backup(database_url: str, tmp_path: Path) -> None:
    house = assemble(Settings(home=tmp_path, database_url=database_url))
    (number,) = settle(house.database).ask()
    many = clean(saved(face("RGB", (100, 90)), "TIFF", save_all=True, append_images=[face("RGB", (101, 90))] * 9))
    with house.database.write() as session:
        one = attach(Attaching(session, WHO, MONDAY), number, many)
    begin_key(house)
    assert encrypt_all(house) == 0
    retire_keys(house, wait=lambda _seconds: None)
    head, table = Vault(house_keys(house.settings)).head, all_tables().tables["attachment_page"]
    with house.database.write() as session:
        raw = session.connection().execute(select(AttachmentPage.picture)).scalars().all()
        assert all(value.raw.startswith(head) for value in raw)
    with house.database.snapshot() as session:
        lines = list(rows_of(session.connection(), "attachment_page", columns_of(table)))
    with house.database.write() as session:
        session.connection().execute(table.delete())
        assert put_rows(session.connection(), "attachment_page", columns_of(table), lines) == 10
    with house.database.read() as session:
        kept = session.get_one(Attachment, one.id)
        assert [picture_of(session, kept, n) for n in range(1, 11)] == [page.picture for page in many.pages]
    house.database.close()


def test_tables_with_large_rows_are_read_a_few_rows_at_a_time() -> None:
    assert [at_once(name, 1000) for name in ("attachment_page", "proof", "cases", "unheard_of")] == [10, 10, 1000, 1000]
