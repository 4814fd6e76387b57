"""Settings come from the file, the environment and the caller, in this order."""

from pathlib import Path

import pytest

from app.settings import SettingInvalid, Settings, load


def test_the_defaults_listen_on_loopback_without_a_token(tmp_path: Path) -> None:
    settings = load({"XDG_DATA_HOME": str(tmp_path)})
    assert (settings.host, settings.port, settings.token) == ("127.0.0.1", 8765, "")
    assert settings.is_loopback
    assert settings.data_dir == tmp_path / "glassmq"


def test_the_environment_overrules_the_file_and_the_caller_overrules_both(tmp_path: Path) -> None:
    (tmp_path / "glassmq.toml").write_text('port = 1\nhost = "::1"\ntoken = "file"\n[limits]\nruns = 2\n')
    environment = {"GLASSMQ_PORT": "2", "GLASSMQ_TOKEN": "env", "GLASSMQ_LIMIT_PAGE": "7"}
    settings = load(environment, data_dir=tmp_path, token="given", host=None)
    assert (settings.host, settings.port, settings.token) == ("::1", 2, "given")
    assert (settings.limits.runs, settings.limits.page) == (2, 7)


def test_hosts_are_a_list_in_any_case(tmp_path: Path) -> None:
    settings = load({"GLASSMQ_OPEN_HOSTS": "Box.local, other"}, data_dir=tmp_path)
    assert settings.open_hosts == ("box.local", "other")


@pytest.mark.parametrize(
    "written", ["port = 'x'", "port = -1", "color = 'red'", "token = 3", "[limits]\nx = 1", "="]
)
def test_a_value_of_the_wrong_kind_is_refused(written: str, tmp_path: Path) -> None:
    (tmp_path / "glassmq.toml").write_text(written)
    with pytest.raises(SettingInvalid):
        load({}, data_dir=tmp_path)


def test_a_wider_address_is_not_loopback(tmp_path: Path) -> None:
    assert not Settings(data_dir=tmp_path, host="0.0.0.0").is_loopback


def test_variables_for_drawings_are_listed_as_they_are_spelled(tmp_path: Path) -> None:
    settings = load({"GLASSMQ_ALLOW_ENV": "Feed_Key, ALICE"}, data_dir=tmp_path)
    assert settings.allow_env == ("Feed_Key", "ALICE")
    with pytest.raises(SettingInvalid, match="no setting of the server's own"):
        load({"GLASSMQ_ALLOW_ENV": "ALICE,GLASSMQ_TOKEN"}, data_dir=tmp_path)
