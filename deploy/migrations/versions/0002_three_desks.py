"""three desks."""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "administration",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("changed", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("administration", schema=None) as batch_op:
        batch_op.create_index("ix_administration_subject", ["kind", "subject", "id"], unique=False)

    op.create_table(
        "beat",
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("part", sa.String(length=64), nullable=False),
        sa.Column("command", sa.String(length=16), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("healthy", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("process", "part"),
    )
    op.create_table(
        "machine",
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("running", sa.Boolean(), nullable=False),
        sa.Column("records", sa.Boolean(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("unit"),
    )
    op.create_table(
        "named",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("key", "number"),
    )
    op.create_table(
        "pace",
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("holder", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("bucket", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("on_time", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "holder", "item", "what", "source", "bucket"),
    )
    op.create_table(
        "rating",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("holder", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("timeliness", sa.Integer(), nullable=False),
        sa.Column("usefulness", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("rated_by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.create_index("ix_rating_holder", ["holder", "at"], unique=False)
        batch_op.create_index("ix_rating_item", ["item", "at"], unique=False)

    op.create_table(
        "roster_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file", sa.String(length=200), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("preview", sa.JSON(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("roster_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_import_made_at"), ["made_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_roster_import_who"), ["who"], unique=False)

    op.create_table(
        "unread",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    with op.batch_alter_table("unread", schema=None) as batch_op:
        batch_op.create_index("ix_unread_asker", ["unit", "asked_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_unread_at"), ["at"], unique=False)

    op.create_table(
        "area_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area", sa.String(length=32), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area"],
            ["area.code"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("area_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_area_change_area"), ["area"], unique=False)

    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("deputy", sa.String(length=64), nullable=False),
        sa.Column("entered_by", sa.String(length=64), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit"],
            ["unit.code"],
        ),
        sa.ForeignKeyConstraint(
            ["username"],
            ["account.username"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.create_index("ix_absence_unit_last", ["unit", "last_day"], unique=False)
        batch_op.create_index(batch_op.f("ix_absence_username"), ["username"], unique=False)

    op.create_table(
        "contact_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("contact_call", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_call_about"), ["about"], unique=False)
        batch_op.create_index("ix_contact_call_contact", ["contact_id", "at"], unique=False)

    op.create_table(
        "draft",
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("move", sa.String(length=16), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("tab", sa.String(length=16), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["username"],
            ["account.username"],
        ),
        sa.PrimaryKeyConstraint("username", "number", "move"),
    )
    op.create_table(
        "duty_shift",
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("entered_by", sa.String(length=64), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit"],
            ["unit.code"],
        ),
        sa.ForeignKeyConstraint(
            ["username"],
            ["account.username"],
        ),
        sa.PrimaryKeyConstraint("unit", "day"),
    )
    op.create_table(
        "number_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"],
            ["alert.id"],
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("number_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_number_check_alert_id"), ["alert_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_number_check_contact_id"), ["contact_id"], unique=False)

    op.create_table(
        "presence",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("writing_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["username"],
            ["account.username"],
        ),
        sa.PrimaryKeyConstraint("number", "username"),
    )
    with op.batch_alter_table("presence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_presence_seen_at"), ["seen_at"], unique=False)

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("password_given", sa.Boolean(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("theme", sa.String(length=8), server_default="auto", nullable=False))
        batch_op.add_column(sa.Column("density", sa.String(length=12), server_default="comfortable", nullable=False))

    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.create_index("ix_alert_created", ["created_at"], unique=False)

    with op.batch_alter_table("api_key", schema=None) as batch_op:
        batch_op.add_column(sa.Column("purpose", sa.String(length=100), server_default="", nullable=False))
        batch_op.add_column(sa.Column("made_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("made_by", sa.String(length=64), server_default="", nullable=False))

    with op.batch_alter_table("area", schema=None) as batch_op:
        batch_op.add_column(sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.add_column(sa.Column("name", sa.String(length=100), server_default="", nullable=False))
        batch_op.add_column(sa.Column("done_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("good", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("bad", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("asked", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_index("ix_batch_recent", ["unit", "made_at"], unique=False)
        batch_op.create_index(
            "ix_batch_running",
            ["confirmed_at"],
            unique=False,
            sqlite_where=sa.text("confirmed_at IS NOT NULL AND done_at IS NULL"),
            postgresql_where=sa.text("confirmed_at IS NOT NULL AND done_at IS NULL"),
        )

    with op.batch_alter_table("batch_row", schema=None) as batch_op:
        batch_op.add_column(sa.Column("earlier", sa.String(length=32), server_default="", nullable=False))
        batch_op.add_column(sa.Column("cells", sa.JSON(none_as_null=True), nullable=True))

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index("ix_cases_open_holder")
        batch_op.create_index(
            "ix_cases_open_holder",
            ["holder", "due_at", "item", "state", "arbitration", "nobody_reached", "asked_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('asked', 'at_desk', 'returned', 'with_contact')"),
            postgresql_where=sa.text("state IN ('asked', 'at_desk', 'returned', 'with_contact')"),
        )
        batch_op.add_column(sa.Column("urged_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_cases_asked", ["asked_at"], unique=False)
        batch_op.create_index("ix_cases_asked_by", ["unit", "asked_by", "asked_at", "number"], unique=False)
        batch_op.create_index(
            "ix_cases_disputed",
            ["asked_at"],
            unique=False,
            sqlite_where=sa.text("disputed IS 1"),
            postgresql_where=sa.text("disputed IS true"),
        )
        batch_op.create_index(
            "ix_cases_holder_answered",
            ["holder", "answered_at"],
            unique=False,
            sqlite_where=sa.text("answered_at IS NOT NULL"),
            postgresql_where=sa.text("answered_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_cases_open_unit",
            ["unit", "asked_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('asked', 'at_desk', 'returned', 'with_contact')"),
            postgresql_where=sa.text("state IN ('asked', 'at_desk', 'returned', 'with_contact')"),
        )
        batch_op.create_index(
            "ix_cases_reference", ["unit", "reference"], unique=False, postgresql_ops={"reference": "text_pattern_ops"}
        )

    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.add_column(sa.Column("phone_since", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("frozen_ladder", schema=None) as batch_op:
        batch_op.create_index("ix_frozen_ladder_lately", ["kind", "started_at"], unique=False)

    with op.batch_alter_table("trail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trail_at"), ["at"], unique=False)
        batch_op.create_index(
            "ix_trail_supervisor",
            ["at"],
            unique=False,
            sqlite_where=sa.text("actor = 'supervisor'"),
            postgresql_where=sa.text("actor = 'supervisor'"),
        )

    _name_everybody()


def _name_everybody() -> None:
    """Whom the cases there are name, a thousand cases at a time."""
    connection = op.get_bind()
    cases = sa.table("cases", sa.column("number", sa.String), sa.column("subjects", sa.JSON))
    named = sa.table("named", sa.column("key", sa.String), sa.column("number", sa.String))
    last = ""
    while found := connection.execute(sa.select(cases).where(cases.c.number > last).order_by(cases.c.number).limit(1000)).all():
        pairs = {(_key(one), number) for number, subjects in found for one in subjects.values()}
        connection.execute(sa.insert(named), [{"key": key, "number": number} for key, number in sorted(pairs)])
        last = found[-1][0]


def _key(subject: dict[str, str]) -> str:
    number = subject.get("id_number") or subject.get("credit_code") or ""
    return hashlib.sha256(f"named:{number}".encode()).hexdigest()[:32]
