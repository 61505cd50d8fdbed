"""Settings: read from the environment and hecha.toml; a wrong one is refused by name, with what would be right."""

from pathlib import Path

import pytest

from deploy.agent.settings import WrongSetting
from deploy.settings import SAMPLE_TOKEN, Settings, read_settings
from storage.database_url import read_database_url, servers_of


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without a hecha.toml and an environment without HECHA_*."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"HECHA_{name.upper()}", raising=False)


def refused(**given: object) -> str:
    with pytest.raises(WrongSetting) as caught:
        read_settings(**given)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__, "the chained error would print the value"
    return str(caught.value)


def toml(text: str) -> None:
    Path("hecha.toml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        (
            "database_url",
            "mysql://hecha:GEHEIM@db/x",
            "sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST:PORT[,HOST:PORT]/NAME",
        ),
        ("database_url", "postgresql://hecha:GEHEIM@db/x", "postgresql+psycopg://"),
        ("database_url", "postgresql+psycopg://hecha:x@GEHEIM@db/x", "%40"),
        ("database_url", "postgresql+psycopg://hecha:x@db:GEHEIM/x", "HOST:PORT"),
        ("database_direct_url", "postgresql+psycopg://hecha:GEHEIM@a@db:1,db:2/x", "%40"),
        (
            "broker_url",
            "sqs://:GEHEIM@b",
            "embedded:///FILE, redis://:PASSWORD@HOST:PORT/0 or amqp://USER:PASSWORD@HOST:PORT/VHOST",
        ),
        ("broker_url", "redis://:x@GEHEIM@b:6379/0", "%40"),
        ("http", "GEHEIM", "HOST:PORT such as 127.0.0.1:8040"),
        ("http", "127.0.0.1:", "HOST:PORT"),
        ("public_url", "ftp://u:GEHEIM@x", "the address under which people reach it"),
        ("sms_url", "GEHEIM", "http://HOST:PORT, https://HOST, or console:"),
        ("sms_second_url", "smpp://GEHEIM", "http://HOST:PORT, https://HOST, or console:"),
        ("locale", "GEHEIM", "zh or en"),
        ("proxies", "GEHEIM", "expected networks such as"),
        ("totp_roles", "admin,GEHEIM", "'inspector' or 'admin'"),
        ("idle_minutes", "5", "greater than or equal to 10"),
        ("oidc_issuer", "http://GEHEIM.example", "https://HOST"),
        ("log_level", "GEHEIM", "debug, info, warning or error"),
    ],
)
def test_a_wrong_value_names_its_setting_and_what_would_be_right(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, wanted: str
):
    """From the environment, from the file and from the command line alike; the value is never echoed: it may be a password."""
    monkeypatch.setenv(f"HECHA_{name.upper()}", value)
    words = [refused()]
    monkeypatch.delenv(f"HECHA_{name.upper()}")
    toml(f'{name} = "{value}"')
    words.append(refused())
    Path("hecha.toml").unlink()
    words.append(refused(**{name: value}))

    for one in words:
        assert one.startswith(f"HECHA_{name.upper()}: ")
        assert wanted in one
        assert "GEHEIM" not in one
        assert "Value error" not in one


def test_all_that_is_wrong_is_said_at_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HECHA_LOCALE", "fr")
    monkeypatch.setenv("HECHA_HTTP", "x")

    assert [line.partition(":")[0] for line in refused().splitlines()] == ["HECHA_HTTP", "HECHA_LOCALE"]


def test_the_file_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch):
    for name in "ab":
        Path(name, "items").mkdir(parents=True)
    toml('locale = "en"\nhttp = "127.0.0.1:9000"\nfolders = ["a", "b"]')
    assert (read_settings().locale, read_settings().http) == ("en", "127.0.0.1:9000")
    assert read_settings().folders == (Path("a"), Path("b"))
    monkeypatch.setenv("HECHA_HTTP", "0.0.0.0:9001")
    assert (read_settings().locale, read_settings().http) == ("en", "0.0.0.0:9001")
    assert read_settings(http="0.0.0.0:9002", locale=None).http == "0.0.0.0:9002", "the command line wins over both"


def test_an_unknown_key_in_the_file_is_refused_by_name():
    toml('databse_url = "sqlite:///GEHEIM"')

    assert refused().startswith("HECHA_DATABSE_URL: ")
    assert "GEHEIM" not in refused()


@pytest.mark.parametrize("text", ["http 127", 'http = "127.0.0.1:8040', "[x"])
def test_a_file_that_is_no_toml_is_refused_with_its_place(text: str):
    toml(text)

    assert refused().startswith("hecha.toml: ")
    assert "line 1" in refused() or "end of document" in refused()


def test_a_file_that_is_no_utf8_is_refused():
    Path("hecha.toml").write_bytes('home = "县"'.encode("gbk"))

    assert refused() == "hecha.toml: expected TOML in UTF-8"


def test_folders_in_the_environment_are_parted_by_colons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in "ab":
        (tmp_path / name / "handlers").mkdir(parents=True)
    monkeypatch.setenv("HECHA_FOLDERS", f"{tmp_path}/a::{tmp_path}/b")

    assert read_settings().folders == (tmp_path / "a", tmp_path / "b")


def test_what_is_not_said_has_a_good_default(tmp_path: Path):
    given = read_settings()

    assert given.database == f"sqlite:///{tmp_path}/var/hecha.sqlite"
    assert given.broker == f"embedded:///{tmp_path}/var/broker.sqlite"
    assert (given.public, given.locale, given.record_folder) == ("http://127.0.0.1:8040", "zh", Path("var/records"))
    assert given.city_folders == (Path("var"),)


@pytest.mark.parametrize(
    "given",
    [{"sms_url": "https://api.example"}, {"sms_url": "http://192.0.2.7:8041"}, {"public_url": "https://hecha.example"}],
)
def test_the_published_token_is_good_for_the_simulator_on_this_machine_alone(given: dict[str, str]):
    """Whoever knows it can sign replies in any contact's name."""
    assert refused(**given).startswith("HECHA_SMS_TOKEN: expected the token of your SMS provider")
    assert read_settings(**given, sms_token="of-our-own").sms_token == "of-our-own"
    second = {"sms_second_url": "https://b.example", "sms_second_token": SAMPLE_TOKEN}
    assert refused(**second).startswith("HECHA_SMS_SECOND_TOKEN")
    assert "expected the token of this SMS provider" in refused(sms_second_url="https://b.example")


@pytest.mark.parametrize("url", ["http://localhost:8041", "http://127.0.0.2:1", "http://[::1]:8041", "console:"])
def test_the_sample_city_starts_with_nothing_set(url: str):
    assert read_settings(sms_url=url).sms_url == url


def test_addresses_lose_their_last_slash():
    assert read_settings(public_url="https://hecha.example/", sms_token="t").public == "https://hecha.example"
    assert read_settings(sms_url="http://127.0.0.1:8041/").sms_url == "http://127.0.0.1:8041"


@pytest.mark.parametrize(
    ("address", "servers"),
    [
        ("u:p@db1:5433,db2:5434/x", "db1:5433, db2:5434"),
        ("u:p@db1,db2/x?sslmode=require", "db1:5432, db2:5432"),
        ("u:p,q@db1/x", "db1:5432"),
        ("u:p@/x?host=db1:5433&host=db2:5434", "db1:5433, db2:5434"),
        ("u:p@[::1]:5433/x", "[::1]:5433"),
    ],
)
def test_an_address_may_name_several_servers(address: str, servers: str):
    given = read_settings(database_url=f"postgresql+psycopg://{address}")

    assert servers_of(read_database_url(given.database)) == servers


SIGNS = ["#", "/", "?", "@", "%", ":/", "[", "]", " ", "密", "%zz", "/@", "#@", "?x=@"]


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("broker_url", "amqp://hecha:GE{}HEIM@broker:5672/hecha"),
        ("broker_url", "amqps://a:x@one/v,amqps://a:GE{}HEIM@two/v"),
        ("database_url", "postgresql+psycopg://hecha:GE{}HEIM@db:5432/hecha"),
        ("sms_url", "https://AC1:GE{}HEIM@sms.example"),
        ("public_url", "https://AC1:GE{}HEIM@hecha.example"),
        ("oidc_issuer", "https://AC1:GE{}HEIM@sso.example"),
    ],
)
def test_signs_that_end_an_address_are_refused_with_how_to_write_them(name: str, address: str, sign: str) -> None:
    """`amqp://hecha:pa#ss@...` was told as: port could not be read from 'pa'."""
    words = refused(**{name: address.format(sign)})

    assert words.startswith(f"HECHA_{name.upper()}: ")
    assert "GE" not in words.replace("HECHA_", "").replace("expected", "")
    assert "HEIM" not in words
    if "_url" in name and name not in ("sms_url", "public_url"):
        assert "as %23 %2F %3F %40 %25 %3A %5B %5D" in words


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("broker_url", "amqps://hecha:p%23a%2Fs%3Fs%40%25@broker.example:5671/hecha?heartbeat=9#unit.police"),
        ("broker_url", "amqp://a:x,y@h1/v,amqp://a:x,y@[fd00::1]:5672/v"),
        ("broker_url", "amqp://guest:guest@localhost"),
        ("broker_url", "embedded:///srv/a#b@c/broker.sqlite"),
        ("broker_url", "redis://:p%40ss@redis.example:6379/0"),
        ("broker_url", "rediss://hecha:p%2Fs@redis.example/1"),
        ("broker_url", "kombu+amqps://hecha:p%23@broker.example:5671/hecha#unit.police"),
        ("database_url", "postgresql+psycopg://hecha:p%40ss@db:5432/hecha?sslmode=verify-full&sslrootcert=/etc/ca.pem"),
        ("database_url", "postgresql+psycopg:///hecha?host=/var/run/postgresql"),
        ("database_url", "postgresql+psycopg://hecha:x@one:5432,two:5432/hecha?target_session_attrs=read-write"),
        ("database_url", "sqlite:////srv/a#b@c/hecha.sqlite"),
    ],
)
def test_addresses_as_they_should_be_are_taken(name: str, address: str) -> None:
    assert getattr(read_settings(**{name: address}), name) == address


def test_a_folder_that_is_not_there_or_holds_nothing_of_a_city_is_named(tmp_path: Path) -> None:
    (tmp_path / "mine" / "items").mkdir(parents=True)
    (tmp_path / "item").mkdir()

    assert read_settings(folders=str(tmp_path / "mine")).folders == (tmp_path / "mine",)
    assert f"HECHA_FOLDERS: there is no folder {tmp_path / 'mien'}" in refused(folders=f"{tmp_path}/mine:{tmp_path}/mien")
    for one in ("fields", "bundles", "certificates"):
        (tmp_path / f"of-{one}" / one).mkdir(parents=True)
        assert read_settings(folders=str(tmp_path / f"of-{one}")).folders
    assert "item holds none of items, fields, matters, ladders, bundles, certificates, handlers, sources, pledge.toml" in refused(
        folders=str(tmp_path / "item")
    )


def test_a_settings_file_with_a_mark_of_utf_8_is_read() -> None:
    toml('\ufeffhttp = "127.0.0.1:9000"\n')

    assert read_settings().http == "127.0.0.1:9000"
