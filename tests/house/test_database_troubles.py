"""Each thing that can be wrong with the database's address is said in one line, by every command, without a password."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url
from typer.testing import CliRunner

from deploy.cli.app import app
from storage.database_troubles import trouble_of
from tests.nodes import PostgresNode, free_port

SECRET = "geheim"  # of it and of its pieces nothing may be shown
# In the address: USER, WORD, WHERE (host and port), NAME; and what the line must say.
WRONG = {
    "host": ("hecha:WORD@no.such.invalid/ours", "no.such.invalid:5432 is not known by name"),
    "port": ("hecha:WORD@127.0.0.1:CLOSED/ours", "nobody listens at 127.0.0.1:CLOSED"),
    "other": ("hecha:WORD@127.0.0.1:OTHER/ours", "127.0.0.1:OTHER is not PostgreSQL"),
    "servers": ("hecha:WORD@127.0.0.1:CLOSED,127.0.0.1:CLOSED/ours", "nobody listens at 127.0.0.1:CLOSED, 127.0.0.1:CLOSED"),
    "password": ("locked:WORD@WHERE/ours", "does not take this password of locked"),
    "user": ("nobody:WORD@WHERE/ours", "nobody at"),
    "name": ("hecha:WORD@WHERE/theirs", "there is no database theirs at"),
    "certificate": ("hecha:WORD@WHERE/ours?sslmode=verify-full&sslrootcert=/nowhere.pem", "sslrootcert"),
    "tls": ("hecha:WORD@WHERE/ours?sslmode=require", "sslmode"),
    "permission": ("guest:WORD@WHERE/ours", "guest may not do this in database ours"),
    "read-only": ("hecha:WORD@WHERE/frozen", "takes nothing"),
    "entry": ("hecha:WORD@WHERE/shut", "pg_hba.conf"),
    "sign": ("hecha:WORD@WORD@WHERE/ours", "%40"),
    "form": ("hecha:WORD@WHERE:x/ours", "expected"),
}

MORE = {"up": ["--no-phones"], "unlock": ["admin"]}


@pytest.fixture(scope="module")
def server(postgres: PostgresNode) -> Iterator[PostgresNode]:
    """A server with an empty database, one that is read-only, one that nobody is let into, a locked user and a powerless one."""
    for name in ("ours", "frozen", "shut"):
        postgres.fresh_database(name)
    postgres.run("CREATE ROLE locked LOGIN PASSWORD 'another'")
    postgres.run("CREATE ROLE guest LOGIN PASSWORD 'geheim'")
    postgres.run("ALTER DATABASE frozen SET default_transaction_read_only = on")
    rules = postgres.folder / "data" / "pg_hba.conf"
    before = rules.read_text()
    rules.write_text(f"host all locked samenet scram-sha-256\nhost shut all samenet reject\n{before}")
    postgres.run("SELECT pg_reload_conf()")
    yield postgres
    rules.write_text(before)
    for name in ("ours", "frozen", "shut"):
        postgres.run(f"DROP DATABASE {name} WITH (FORCE)")
    postgres.run("SELECT pg_reload_conf()")
    postgres.run("DROP ROLE locked")
    postgres.run("DROP ROLE guest")


@pytest.fixture(scope="module")
def other() -> Iterator[int]:
    """A port at which something answers that is no PostgreSQL."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        threading.Thread(target=_answer, args=(listening,), daemon=True).start()
        yield int(listening.getsockname()[1])


def _answer(listening: socket.socket) -> None:
    with suppress(OSError):  # until it is closed
        while True:
            with closing(listening.accept()[0]) as client:
                client.recv(100)
                client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def said(command: str, address: str, home: Path) -> tuple[int, str]:
    """What the command says about this address, as one line."""
    settings = {"HECHA_DATABASE_URL": address, "HECHA_HOME": str(home), "HECHA_HTTP": f"127.0.0.1:{free_port()}"}
    result = CliRunner().invoke(app, [command, *MORE.get(command, ())], env=settings)
    assert isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result.exit_code, result.output


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_wrong_with_the_address_is_said_in_one_line(kind: str, server: PostgresNode, other: int, tmp_path: Path) -> None:
    places = {"WHERE": f"127.0.0.1:{server.port}", "WORD": SECRET, "OTHER": str(other), "CLOSED": str(free_port())}
    address, wanted = WRONG[kind]
    for name, value in places.items():
        address, wanted = address.replace(name, value), wanted.replace(name, value)
    told = {command: said(command, f"postgresql+psycopg://{address}", tmp_path) for command in ("migrate", "doctor")}

    assert told["migrate"][0] == 2
    assert wanted in " ".join(told["migrate"][1].split())
    assert len(told["migrate"][1].strip().splitlines()) == 1 or kind in ("sign", "form")
    assert told["doctor"][0] != 0
    assert wanted in " ".join(told["doctor"][1].split()) or kind == "permission"  # it makes no tables
    assert SECRET not in str(told)


def test_every_command_says_it(tmp_path: Path) -> None:
    address = f"postgresql+psycopg://hecha:{SECRET}@127.0.0.1:{free_port()}/hecha"
    for command in ("up", "unlock", "dead"):
        code, words = said(command, address, tmp_path)
        assert (code, "nobody listens at" in words) == (2, True), words


def test_an_empty_database_and_a_foreign_one_are_told_apart(server: PostgresNode, tmp_path: Path) -> None:
    with server.database() as url:
        assert "there are none yet: run `hecha migrate`" in said("doctor", url, tmp_path)[1]
        with closing(psycopg.connect(url.replace("+psycopg", ""), autocommit=True)) as connection:
            connection.execute("CREATE TABLE theirs (a int)")
        assert "is it the right database?" in said("doctor", url, tmp_path)[1]


@pytest.mark.parametrize(("file", "wanted"), [("no/folder.sqlite", "is its folder there"), ("text.sqlite", "is no database")])
def test_a_file_that_is_none_is_said_so(file: str, wanted: str, tmp_path: Path) -> None:
    (tmp_path / "text.sqlite").write_text("no database at all, and long enough to be looked at as one\n" * 20)
    code, words = said("migrate", f"sqlite:///{tmp_path / file}", tmp_path)

    assert (code, wanted in words) == (2, True), words
    assert len(words.strip().splitlines()) == 1


CHINESE = {
    '用户 "hecha" Password 认证失败': "password",
    '数据库 "hecha" 不存在': "createdb",
    '角色 "hecha" 不存在': "createuser",
    "没有用于主机的 pg_hba.conf 记录": "pg_hba.conf",
    '访问数据库"hecha"的权限不够': "owner",
    "数据库系统启动中": "starting",
}


@pytest.mark.parametrize("words", CHINESE)
def test_what_a_chinese_server_says_is_understood(words: str) -> None:
    told = trouble_of(psycopg.OperationalError(f"connection failed: 致命错误:  {words}"), make_url("postgresql://hecha@h/hecha"))

    assert CHINESE[words] in told
