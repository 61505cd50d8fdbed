"""The file of a source: whatever is wrong in it is named in both languages with what would be right, and nothing starts with it."""

import re
from pathlib import Path

import pytest

from responders.sources.fault_words import SourceProblem
from responders.sources.loading import load_sources
from tests.house.rooms import ROOT
from tests.rooms.responders.agent.stores import SON
from tests.rooms.responders.sources.files import COMMON, DATABASE, ITEMS, loaded, write

FILE = DATABASE.format(address="sqlite:////tmp/none.sqlite") + COMMON


def refused(folder: Path, text: str, item: str = "vehicle", **environment: str) -> str:
    path = write(folder, text, item)
    with pytest.raises(SourceProblem) as told:
        loaded(folder, item, **environment)
    assert str(path) in str(told.value)
    return str(told.value).replace(f"{path}: ", "")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('number = "SFZHM"', 'numbre = "SFZHM"', "此处可用：number, name, former_name, from, until (number?) / there"),
        ('name = "XM"\n', "", "columns.name: 缺少这个键 / this key is missing"),
        ('table = "clxx"', 'tabel = "clxx"', "connection.tabel: 没有这个键；此处可用：kind, address, table"),
        ('kind = "database"', 'kind = "databse"', "connection.kind: 应为'database'"),
        ('table = "clxx"', 'query = "DELETE FROM clxx"', "connection: query 须是一条 SELECT"),
        ('keeps = "past"', 'keeps = "always"', "coverage.keeps: 应为'events', 'present' or 'past'"),
        ('until = "ZXRQ"\n', "", 'keeps = "past" needs the column until'),
        ("rows_at_least = 40", "", "needs rows_at_least"),
        ('as_of = "live"', 'as_of = "query"\nquery = "SELECT 1"', "needs at_most_days"),
        ('as_of = "live"', 'as_of = "modified"', 'as_of = "modified" 不适用于此类数据源'),
        ('value = "plate"', 'value = "plat"', "is neither in [values] nor from or until"),
        ("[facts.this_one]", "[facts.that_one]", "facts.that_one: 事项没有这个核查要点；它有：registered, this_one"),
        ("[facts.registered]\nheld = true", "", "facts: 须说明第一个核查要点"),
        ('detail = "plate"', 'detail = "number"', "facts.this_one.detail: 事项没有这个要素；它有：plate, year"),
        ("[facts.registered]\nheld = true", "[facts.registered]\nthere = true", 'facts.registered: keeps = "past" 时'),
        ("electronic_from = 1996", 'electronic_from = "old"', "coverage.electronic_from: 应为整数 / a whole number"),
        ("sqlite:////tmp/none.sqlite", "postgresql+psycopg://u:${VEHICLES}@h/d", "环境变量 VEHICLES 没有设置"),
        ("sqlite:////tmp/none.sqlite", "no address", "connection: 不是 SQLAlchemy 的数据库地址"),
        ("sqlite:////tmp/none.sqlite", "mysql+pymysql://u:p@h/d", "pip install 'hecha-agent[mysql]'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_what_would_be_right(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in FILE
    assert told in refused(tmp_path, FILE.replace(old, new))


def test_an_item_that_is_none_or_about_two_people_is_refused(tmp_path: Path) -> None:
    assert "没有代码为 vehicel 的事项 (vehicle?)" in refused(tmp_path, FILE, "vehicel")
    (tmp_path / "sources/transport/vehicel.toml").unlink()
    assert "it needs a handler" in refused(tmp_path, FILE, "marriage")


def test_a_file_in_another_encoding_or_place_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, FILE + "# 车辆\n")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert loaded(tmp_path).file.checks.rows_at_least == 40, "a BOM does no harm"
    path.write_bytes((FILE + "# 车辆\n").encode("gb18030"))
    with pytest.raises(SourceProblem, match="is not in UTF-8"):
        loaded(tmp_path)
    path.rename(path.with_suffix(".toml.txt"))
    with pytest.raises(SourceProblem, match=r"must be called ITEM\.toml"):
        loaded(tmp_path)
    path.with_suffix(".toml.txt").rename(path.parents[1] / "vehicle.toml")
    with pytest.raises(SourceProblem, match="belongs into a folder of its unit"):
        loaded(tmp_path)


def test_a_secret_comes_from_the_environment_and_is_told_by_nobody(tmp_path: Path) -> None:
    write(tmp_path, FILE.replace("sqlite:////tmp/none.sqlite", "postgresql+psycopg://u:${VEHICLES}@h:5432/d"))
    connection = loaded(tmp_path, VEHICLES="p@ss/word").file.connection

    assert "u:p%40ss%2Fword@h" in str(connection)
    told = refused(tmp_path, FILE.replace("sqlite:////tmp/none.sqlite", "nothing://${VEHICLES}@@"), VEHICLES="p@ss/word")
    assert "p@ss" not in told
    assert "p%40ss" not in told


def test_the_files_in_the_documents_can_be_used_as_they_stand(tmp_path: Path) -> None:
    text = (ROOT / "docs/registers.md").read_text(encoding="utf-8")
    files = re.findall(r"```toml\n# sources/([a-z]+)/([a-z_]+)\.toml\n(.*?)```", text, re.DOTALL)
    secrets = dict.fromkeys(("VEHICLES_PASSWORD", "INSURED_TOKEN", "CANARY_NAME"), "secret") | {"CANARY_NUMBER": SON}
    for unit, item, source in files:
        write(tmp_path, source, item, unit)

    assert [list(load_sources([tmp_path], unit, ITEMS, secrets)) for unit, _, _ in files] == [[item] for _, item, _ in files]
    assert len(files) == 3
