"""Settings of an agent, and how all settings are read: HECHA_* or hecha.toml, here alone; a wrong one is refused by name."""

import os
import tomllib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from deploy.agent.setting_types import BrokerUrl, Certificates, Folders, expect, in_file, in_folder

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

PREFIX = "HECHA_"
FILE = Path("hecha.toml")


class WrongSetting(Exception):
    """A setting that cannot be right; the text names it and says what would be, never its value: it may be a password."""


def _seconds(file: Path) -> None:
    float(file.read_text(encoding="utf-8").strip() or 0)


class AgentSettings(BaseModel):
    """What an agent needs to know of the place where it runs."""

    model_config = ConfigDict(extra="forbid", validate_default=True)

    home: Annotated[Path, in_folder("a folder")] = Field(
        default=Path("var"), description="Folder for databases, keys and the sample city"
    )
    broker_url: BrokerUrl = ""
    broker_ca: Certificates = Field(default=None, description="Who signed the broker's certificate, where the system does not know")
    letter_keys: Annotated[Path | None, in_file("a file of letter keys", later=True)] = Field(
        default=None, description="File of a unit's letter keys, for its agent"
    )
    records: Annotated[Path | None, in_folder("a folder of record stores")] = Field(
        default=None, description="Folder of the departments' own record stores"
    )
    folders: Folders = Field(default=(), description="Folders with items/, matters/, ladders/, handlers/, sources/ of a city's own")
    clock_file: Annotated[Path | None, in_file("a file with seconds, such as 3600", _seconds, later=True)] = Field(
        default=None, description="For stories and tests: a file with seconds to add to the clock"
    )
    log_level: Annotated[str, expect("debug|info|warning|error", "debug, info, warning or error")] = "info"

    def __init__(self, **given: Any) -> None:
        """What is not given stands in the environment, or else in hecha.toml."""
        super().__init__(**{**_in_file(), **_in_environment(type(self).model_fields), **given})

    @property
    def broker(self) -> str:
        """The post office's URL; by default a file at home."""
        return self.broker_url or f"embedded:///{self.home.absolute() / 'broker.sqlite'}"

    @property
    def record_folder(self) -> Path:
        """Where the agent looks for its unit's records."""
        return self.records or self.home / "records"

    @property
    def city_folders(self) -> tuple[Path, ...]:
        """Where items, matters, ladders and handlers of the city's own are looked for."""
        return (self.home, *self.folders)


def environment() -> Mapping[str, str]:
    """All of the environment: what `${NAME}` stands for in the file of a source."""
    return os.environ


def _in_file() -> dict[str, Any]:
    """What stands in hecha.toml, also as editors of Windows save it: with a mark of UTF-8 before its first letter."""
    return tomllib.loads(FILE.read_text(encoding="utf-8-sig")) if FILE.is_file() else {}


def _in_environment(names: Iterable[str]) -> dict[str, str]:
    return {name: value for name in names if (value := os.environ.get(PREFIX + name.upper())) is not None}


def _words(error: "ErrorDetails") -> str:
    """What is wrong; our own words as we wrote them: pydantic puts the kind of its error before them."""
    own = error.get("ctx", {}).get("error")
    return str(own) if isinstance(own, ValueError) else error["msg"]


Kind = TypeVar("Kind", bound=AgentSettings)


def read(kind: type[Kind], given: Mapping[str, Any], beside: Collection[str] = ()) -> Kind:
    """Settings of this kind, command-line values over environment over file. Raises WrongSetting.

    `beside`: the names of others that may be set too, for parts on the same machine, and are not looked at.
    """
    strangers = {name for name in os.environ if name.startswith(PREFIX)} - {
        PREFIX + name.upper() for name in (*kind.model_fields, *beside)
    }
    if strangers:
        raise WrongSetting("\n".join(f"{name}: there is no such setting" for name in sorted(strangers)))
    try:
        found = kind(**{name: value for name, value in given.items() if value is not None})
    except tomllib.TOMLDecodeError as error:
        raise WrongSetting(f'hecha.toml: {error}; expected lines such as http = "127.0.0.1:8040"') from None
    except UnicodeDecodeError:
        raise WrongSetting("hecha.toml: expected TOML in UTF-8") from None
    except ValidationError as error:
        lines = [f"HECHA_{str(e['loc'][0]).upper()}: {_words(e)}" for e in error.errors()]
        raise WrongSetting("\n".join(lines)) from None
    if unknown := set(found.model_extra or ()) - set(beside):
        raise WrongSetting("\n".join(f"{PREFIX}{name.upper()}: there is no such setting" for name in sorted(unknown)))
    return found
