"""`python -m deploy.new_migration "what it does"`: writes an Alembic migration from the classes' tables."""

import re
import sys
import tempfile
from pathlib import Path

from alembic import command

from deploy.migrate import config_for, head_revision, migrate_database
from deploy.schema_version import FOLDER
from storage.database import Database

# A migration must stay as it is when our classes change: it names SQLAlchemy's own types alone.
PLAIN = {
    r"sqlmodel\.sql\.sqltypes\.UTCDateTime\(\)": "sa.DateTime(timezone=True)",
    r"sqlmodel\.sql\.sqltypes\.AutoString\(": "sa.String(",
    r"cases\.case\.SubjectsColumn\(\)": "sa.JSON()",
    r"storage\.foreign_values\.AnyText\(": "sa.String(",
    r"storage\.foreign_values\.AnyNumber\(\)": "sa.Integer()",
    r"storage\.foreign_values\.AnyLong\(\)": "sa.BigInteger()",
    r"storage\.foreign_values\.AnyBytes\([^)]*\)": "sa.LargeBinary()",
    r"storage\.foreign_values\.AnyJson\([^)]*\)": "sa.JSON()",
    r"storage\.foreign_values\.AnyTime\(\)": "sa.DateTime(timezone=True)",
    r"storage\.encrypted_columns\.EncryptedText\(\)": "sa.Text()",
    r"storage\.encrypted_columns\.EncryptedJson\([^)]*\)": "sa.JSON()",
    r"storage\.encrypted_columns\.EncryptedBytes\([^)]*\)": "sa.LargeBinary()",
    r"import storage[\w.]*\n": "",
    r",\n +info=\{'bound_by'[^\n]*": "",  # what a class says of itself stays with it
    r"import sqlmodel[\w.]*\n": "",
    r" *# ###.*\n": "",
}


def write_migration(words: str) -> Path:
    """The path of the new file; `words` say what it does."""
    number = f"{int(head_revision() or 0) + 1:04d}"
    with tempfile.TemporaryDirectory() as scratch:
        database = Database(f"sqlite:///{scratch}/empty.sqlite")
        migrate_database(database)
        with database.engine.connect() as connection:
            command.revision(config_for(connection), words, autogenerate=True, rev_id=number)
        database.close()
    written = next((FOLDER / "versions").glob(f"{number}_*.py"))
    text = written.read_text(encoding="utf-8")
    for pattern, plain in PLAIN.items():
        text = re.sub(pattern, plain, text)
    written.write_text(text, encoding="utf-8")
    return written


if __name__ == "__main__":
    write_migration(" ".join(sys.argv[1:]))
