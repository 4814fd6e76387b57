"""Every setting of the server and its default, in one place: file, then environment, then the caller.

A name in the environment is the field's name in capitals behind ``GLASSMQ_``;
``glassmq.toml`` in the data directory uses the field's name as it is.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final

PREFIX: Final = "GLASSMQ_"
FILE: Final = "glassmq.toml"
FOR_DRAWINGS: Final = "GLASSMQ_SECRET_"
"""How the environment variables begin that every drawing may name as its secrets."""

LOOPBACK_NAMES: Final = ("127.0.0.1", "localhost", "::1")


class SettingInvalid(ValueError):
    """A setting has a value that cannot be used."""

    def __init__(self, name: str, value: object, expected: str) -> None:
        self.name = name
        self.value = value
        super().__init__(f"setting {name} is {value!r}; expected {expected}")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one server takes at most; past a limit the answer names it."""

    body_octets: int = 8 * 1024 * 1024
    """A request's body, octets."""
    edits_per_request: int = 5_000
    """Edits that one request may carry."""
    page: int = 200
    """Items on one page of a list."""
    keys: int = 1_000
    """Keys in the store of this machine; each check of a drawing looks through them."""
    runs: int = 4
    """Runs at a time."""
    processes: int = 64
    """Processes of one run, replicas counted."""
    live_connections: int = 64
    """Websockets at a time."""
    live_channels: int = 64
    """Subscriptions of one websocket."""
    live_message_octets: int = 256 * 1024
    """One message from a browser on the websocket, octets."""
    live_ping_s: int = 15
    """Between two pings of a websocket; two that go unanswered mean that nobody is there, seconds."""
    live_silence_s: int = 30
    """How long a browser may leave a frame unacknowledged, seconds."""
    restore_days: int = 30
    """How long a deleted topology can be brought back, days."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the doors, the store and the runs need to know about this server."""

    data_dir: Path = field(default_factory=lambda: default_data_dir(os.environ))
    """Where the topologies live."""
    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = 8765
    """Port to listen on; the next free one when it is taken."""
    token: str = ""
    """What a browser must know to be let in; empty: everybody on this machine is."""
    open_hosts: tuple[str, ...] = ()
    """Further names under which this server may be asked for (a proxy's, a machine's)."""
    allow_hosts: tuple[str, ...] = ()
    """Hosts beside loopback that a topology may reach or bind."""
    allow_env: tuple[str, ...] = ()
    """Environment variables that a drawing may name as its secrets, beside those of ``FOR_DRAWINGS``."""
    static_dir: Path | None = None
    """The built front end; found by itself when not set."""
    limits: Limits = field(default_factory=Limits)

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.host in LOOPBACK_NAMES or self.host.startswith("127.")

    @property
    def database(self) -> Path:
        """The file that holds the topologies."""
        return self.data_dir / "glassmq.sqlite3"

    @property
    def key_file(self) -> Path:
        """The file that holds the secrets of this machine, apart from what is shared."""
        return self.data_dir / "keys.sqlite3"


def default_data_dir(environment: Mapping[str, str]) -> Path:
    """The place for a person's data by the XDG rules."""
    base = environment.get("XDG_DATA_HOME") or ""
    home = Path(base) if base.startswith("/") else Path.home() / ".local" / "share"
    return home / "glassmq"


def load(environment: Mapping[str, str], **given: Any) -> Settings:
    """Settings from the file, overruled by the environment, overruled by ``given`` (``None`` is not given).

    Raises:
        SettingInvalid: a value is not of its setting's kind, or the file is not TOML.
    """
    chosen = {name: value for name, value in given.items() if value is not None}
    spoken = {
        item.name: environment[PREFIX + item.name.upper()]
        for item in fields(Settings)
        if PREFIX + item.name.upper() in environment and item.name != "limits"
    }
    if "data_dir" not in spoken and "data_dir" not in chosen:
        chosen["data_dir"] = default_data_dir(environment)
    merged: dict[str, Any] = {**spoken, **chosen}
    written = _read_file(Path(merged["data_dir"]) / FILE)
    limits = _limits(written.pop("limits", {}), environment)
    merged = {**written, **merged}
    known = {item.name for item in fields(Settings)}
    for name in merged:
        if name not in known:
            raise SettingInvalid(name, merged[name], f"one of {', '.join(sorted(known))}")
    return Settings(**{name: _shape(name, value) for name, value in merged.items()}, limits=limits)


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except tomllib.TOMLDecodeError as error:
        raise SettingInvalid(FILE, str(path), f"TOML ({error})") from error


def _limits(written: Mapping[str, Any], environment: Mapping[str, str]) -> Limits:
    values: dict[str, Any] = dict(written)
    for item in fields(Limits):
        name = f"{PREFIX}LIMIT_{item.name.upper()}"
        if name in environment:
            values[item.name] = environment[name]
    try:
        return replace(Limits(), **{name: _number(name, value) for name, value in values.items()})
    except TypeError as error:
        raise SettingInvalid("limits", sorted(values), "known limits only") from error


def _shape(name: str, value: Any) -> Any:
    if name in ("data_dir", "static_dir"):
        return Path(value).expanduser()
    if name == "port":
        return _number(name, value)
    if name in ("open_hosts", "allow_hosts"):
        items = value.split(",") if isinstance(value, str) else value
        return tuple(item.strip().lower() for item in items if item.strip())
    if name == "allow_env":
        return _variables(name, value)
    if not isinstance(value, str):
        raise SettingInvalid(name, value, "text")
    return value


def _variables(name: str, value: Any) -> tuple[str, ...]:
    items = value.split(",") if isinstance(value, str) else value
    named = tuple(item.strip() for item in items if item.strip())
    if any(item.startswith(PREFIX) for item in named):
        raise SettingInvalid(
            name, value, "no setting of the server's own; GLASSMQ_SECRET_… goes without listing"
        )
    return named


def _number(name: str, value: Any) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError) as error:
        raise SettingInvalid(name, value, "a whole number") from error
    if number < 0:
        raise SettingInvalid(name, value, "a number of at least 0")
    return number
