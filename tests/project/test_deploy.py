"""What is shipped for running Byline fits the program, and the guide tells the truth."""

from __future__ import annotations

import configparser
import json
import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import typer
import yaml
from prometheus_client import generate_latest

from bot.admin.health import Health
from bot.admin.metrics import Metrics
from bot.cli.main import app
from bot.settings import Settings
from bot.storage.chats import ChatStore
from bot.telegram.limits import STANDARD
from bot.telegram.receiving.polling import CANNOT_GO_ON, CANNOT_LISTEN, REFUSED_TOKEN, TAKEN_TOKEN
from corpus.storage.database.postgres import MOST_CONNECTIONS

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
UNIT = (ROOT / "deploy" / "byline.service").read_text(encoding="utf-8")
REPLICAS = yaml.safe_load((ROOT / "deploy" / "compose.replicas.yaml").read_text(encoding="utf-8"))
BOTS = [one for name, one in REPLICAS["services"].items() if name.startswith("bot-")]
REPLICA_PROXIES = [(ROOT / "deploy" / name).read_text(encoding="utf-8") for name in
                   ("Caddyfile.replicas", "nginx.replicas.conf")]  # fmt: skip
PROXIES = [(ROOT / "deploy" / name).read_text(encoding="utf-8") for name in
           ("Caddyfile", "nginx.conf")]  # fmt: skip

COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]
SETTINGS = {
    name.upper() if name.startswith("telegram_bot") else f"BYLINE_{name.upper()}"
    for name in Settings.model_fields
}
OF_COMPOSE = {"BYLINE_DOMAIN"}
CODE = "".join(
    path.read_text(encoding="utf-8")
    for package in ("bot", "corpus", "retrieval")
    for path in (ROOT / package).rglob("*.py")
)


def instructions(name: str) -> list[str]:
    """The arguments of every such instruction of the Dockerfile."""
    joined = DOCKERFILE.replace("\\\n", " ")
    return re.findall(rf"^\s*{name} +(.+)$", joined, re.MULTILINE)


def unit() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(UNIT)
    return parser["Service"]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)


def headings() -> set[str]:
    titles = re.findall(r"^#+ (.+)$", GUIDE, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}


@pytest.mark.parametrize(
    "text", [GUIDE, DOCKERFILE, UNIT, json.dumps(COMPOSE), *PROXIES, json.dumps(REPLICAS),
             *REPLICA_PROXIES],
    ids=["guide", "Dockerfile", "unit", "compose", "Caddyfile", "nginx", "replicas",
         "Caddyfile of replicas", "nginx of replicas"],
)  # fmt: skip
def test_every_setting_named_exists(text):
    named = set(re.findall(r"\b(?:BYLINE|TELEGRAM)_[A-Z_]+\b", text))
    assert named <= SETTINGS | OF_COMPOSE


def test_every_byline_command_in_the_guide_exists():
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    lines += re.findall(r"`(byline [^`]+)`", GUIDE)
    shown = {words[1] for line in lines if (words := _of_byline(line))}
    assert {"add", "backup", "restore", "export", "reindex"} <= shown <= set(COMMANDS)


def _of_byline(line: str) -> list[str]:
    """The words of a line from `byline` on, wherever that is installed."""
    words = shlex.split(line)
    places = [place for place, word in enumerate(words) if word.rpartition("/")[2] == "byline"]
    runs = [place for place in places if place + 1 < len(words)]
    named = {"useradd", "enable", "--unit"} & set(words)
    return words[runs[-1] :] if runs and not named else []


def test_every_make_target_in_the_guide_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    shown = re.findall(r"^make (\w+)$", GUIDE, re.MULTILINE)
    assert shown
    assert all(f"\n{target}:" in makefile for target in shown)


def test_every_link_in_the_guide_leads_somewhere():
    links = re.findall(r"\]\((?!https?:)([^)]+)\)", GUIDE)
    assert links
    for link in links:
        path, _, heading = link.partition("#")
        assert not path or (ROOT / "docs" / path).exists(), link
        assert not heading or heading in headings(), link


def test_every_message_that_the_guide_explains_is_one_that_byline_writes():
    table = GUIDE.split("## When something is wrong")[1]
    messages = re.findall(r"`([^`]+)`", " ".join(re.findall(r"^\| (`[^|]+?)(?: on | \(|\|)", table,
                                                            re.MULTILINE)))  # fmt: skip
    said = re.sub(r'"\s+f?"', "", CODE)  # a string may be written in parts
    of_sqlite = {"not a database", "malformed"}
    assert len(messages) > 12
    assert [
        message for message in messages if message not in said and message not in of_sqlite
    ] == []


def test_the_exit_codes_that_the_guide_names_are_the_ones_in_use():
    told = dict(re.findall(r"`([^`]+)` \(exit code (\d)\)", GUIDE))
    assert told == {
        "Telegram refuses the bot token": str(REFUSED_TOKEN),
        "another process answers with this bot token": str(TAKEN_TOKEN),
        "another bot (process … on …) answers from": str(TAKEN_TOKEN),
        "cannot listen on": str(CANNOT_LISTEN),
        "does not work, however often": str(CANNOT_GO_ON),
    }


def test_every_figure_in_the_guide_is_served(tmp_path):

    metrics = Metrics()
    state = ChatStore(tmp_path / "chats.db")
    metrics.watch(Health(state, None, silent_s=60), lambda: 0)
    state.close()
    told = set(re.findall(r"`(byline_\w+|process_\w+)", GUIDE))
    served = set(re.findall(r"^# HELP (\w+)", generate_latest(metrics.registry).decode(), re.M))
    assert len(told) > 10
    assert told <= served


def test_the_paths_that_the_dockerfile_copies_exist_and_are_not_ignored():
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line.removeprefix("!") for line in lines if line.startswith("!")}
    copied = {path for line in instructions("COPY") for path in line.split()[:-1]}
    assert lines[1] == "*"
    assert copied == let_in
    assert all((ROOT / path).exists() for path in copied)


def test_the_container_runs_a_command_that_exists_as_a_user_without_rights():
    (entry,), (command,) = (json.loads(*instructions(name)) for name in ("ENTRYPOINT", "CMD"))
    with (ROOT / "pyproject.toml").open("rb") as file:
        scripts = tomllib.load(file)["project"]["scripts"]
    assert entry in scripts
    assert command in COMMANDS
    assert instructions("USER") == ["byline"]


def test_the_container_says_whether_it_is_healthy():
    words = DOCKERFILE.replace("\\\n", " ")
    (check,) = re.findall(r"HEALTHCHECK .*? CMD (\[.*\])", words)
    program = json.loads(check)
    assert program[:2] == ["python", "-c"]
    compile(program[2], "HEALTHCHECK", "exec")
    assert "/healthz" in program[2]
    assert re.search(r"BYLINE_METRICS_PORT=\d+", DOCKERFILE)


def test_torch_comes_from_the_index_without_cuda():
    assert "PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu" in DOCKERFILE
    assert "OMP_WAIT_POLICY=PASSIVE" in DOCKERFILE


def test_the_services_share_what_they_need():
    bot, caddy = COMPOSE["services"]["bot"], COMPOSE["services"]["caddy"]
    mounted = {line.partition(":")[0] for one in (bot, caddy) for line in one["volumes"]}
    files = {path for path in mounted if path.startswith(".")}
    assert mounted - files == set(COMPOSE["volumes"])
    assert all((ROOT / path).is_file() for path in files)
    assert caddy["profiles"] == ["webhook"]
    assert "profiles" not in bot
    assert "ports" not in bot
    assert f"bot:{bot['environment']['BYLINE_WEBHOOK_PORT']}" in PROXIES[0]


def test_all_proxies_lead_the_path_of_the_guide_to_the_port_of_the_webhook():
    (path,) = set(re.findall(r"BYLINE_WEBHOOK_URL=https://[^/\s]+(/\w+)", GUIDE))
    port = Settings.model_fields["webhook_port"].default
    (caddy,) = blocks("caddy")
    for text in (caddy, *PROXIES):
        assert path in text
        assert f":{port}" in text


def test_replicas_are_alike_but_for_their_folders():
    assert len(BOTS) == 3
    folders = [one.pop("volumes") for one in map(dict, BOTS)]
    assert len({tuple(one) for one in folders}) == 3
    alike = [{name: value for name, value in one.items() if name != "volumes"} for one in BOTS]
    assert alike[0] == alike[1] == alike[2]
    for one in REPLICAS["services"].values():
        for volume in one["volumes"]:
            name = volume.partition(":")[0]
            assert name in REPLICAS["volumes"] or (ROOT / name).is_file()


def test_replicas_are_set_as_replicas_have_to_be(monkeypatch):
    given = {"POSTGRES_PASSWORD": "abc", "BYLINE_DOMAIN": "bot.example.org",
             "BYLINE_WEBHOOK_SECRET": "s3cret"}  # fmt: skip
    for name, value in BOTS[0]["environment"].items():
        filled = re.sub(r"\$\{(\w+):\?\}", lambda found: given[found[1]], value)
        monkeypatch.setenv(name, filled)
    settings = Settings(_env_file=None)
    assert settings.database_url.get_secret_value().endswith("byline:abc@postgres/byline")
    assert str(settings.webhook_url) == "https://bot.example.org/byline"
    assert settings.webhook_secret.get_secret_value() == "s3cret"
    assert BOTS[0]["build"]["args"] == {"WITH": "-postgres"}
    assert (ROOT / "requirements-postgres.txt").is_file()
    assert "requirements${WITH}.txt" in DOCKERFILE
    database = REPLICAS["services"]["postgres"]
    assert database["environment"]["POSTGRES_USER"] == "byline"
    assert BOTS[0]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert int(BOTS[0]["stop_grace_period"].rstrip("s")) > STANDARD.stop_s


def test_the_database_takes_as_many_connections_as_replicas_open():
    each = 2 * MOST_CONNECTIONS + 1  # articles, chats, and what holds the locks
    assert f"up to {each} (" in GUIDE
    (most,) = (int(one.partition("=")[2]) for one in REPLICAS["services"]["postgres"]["command"]
               if "max_connections" in one)  # fmt: skip
    assert len(BOTS) * each + 30 + 3 < most
    assert f"{most} for three" in GUIDE


def test_the_proxies_of_replicas_hand_on_what_one_does_not_take():
    caddy, nginx = REPLICA_PROXIES
    settings = BOTS[0]["environment"]
    hook, watch = settings["BYLINE_WEBHOOK_PORT"], settings["BYLINE_METRICS_PORT"]
    names = [name for name in REPLICAS["services"] if name.startswith("bot-")]
    assert " ".join(f"{name}:{hook}" for name in names) in caddy
    assert f"health_port {watch}" in caddy
    assert settings["BYLINE_METRICS_LISTEN"] == settings["BYLINE_WEBHOOK_LISTEN"] == "0.0.0.0"
    for words in ("/byline /byline/feeds/*", "method POST", "request_buffers", "/healthz"):
        assert words in caddy
    for words in ("non_idempotent", "^/byline(/feeds/[0-9a-f]+)?/?$", f":{hook} max_fails"):
        assert words in nginx


def test_who_stops_the_bot_waits_until_it_is_done():
    assert int(unit()["TimeoutStopSec"]) > STANDARD.stop_s
    assert int(COMPOSE["services"]["bot"]["stop_grace_period"].rstrip("s")) > STANDARD.stop_s


def test_the_unit_starts_a_command_that_exists_where_the_guide_installs_it():
    program, command = unit()["ExecStart"].split()
    assert program.startswith("/opt/byline/.venv/bin/")
    assert "cd /opt/byline\nsudo python3 -m venv .venv" in GUIDE
    assert program.rpartition("/")[2] == "byline"
    assert command in COMMANDS


def test_the_unit_runs_as_a_user_of_its_own_that_may_write_to_its_data_alone():
    service = unit()
    assert f"useradd --system --home-dir /var/lib/{service['StateDirectory']}" in GUIDE
    assert service["User"] == "byline"
    assert service["ProtectSystem"] == "strict"
    assert service["EnvironmentFile"] in GUIDE
    assert service["Restart"] == "on-failure"
    assert service["RestartPreventExitStatus"].split() == [str(REFUSED_TOKEN), str(TAKEN_TOKEN)]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
def test_systemd_understands_the_unit(tmp_path):
    program = tmp_path / "byline"
    program.touch(0o755)
    (tmp_path / "byline.service").write_text(UNIT.replace("/opt/byline/.venv/bin/byline",
                                                          str(program)))  # fmt: skip
    done = subprocess.run(
        [str(shutil.which("systemd-analyze")), "verify", str(tmp_path / "byline.service")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_every_file_that_is_no_code_is_installed_too():
    with (ROOT / "pyproject.toml").open("rb") as file:
        patterns = tomllib.load(file)["tool"]["setuptools"]["package-data"]
    packed = {path for package, globs in patterns.items() for glob in globs
              for path in (ROOT / package).glob(glob)}  # fmt: skip
    there = {
        path for package in ("bot", "corpus", "retrieval")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc", ".md")
    }  # fmt: skip
    assert there <= packed
