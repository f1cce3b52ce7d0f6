"""The embedded servers start, stop, come back, and say in a sentence why they cannot."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from scaleup.datadir import LONGEST_SOCKET_PATH, DataDir
from scaleup.embedded import Postgres, ServerError, own_sockets
from scaleup.system_account import Account


@pytest.fixture
def postgres(home: Path) -> Iterator[Postgres]:
    """A server in a folder with a name that has to be quoted everywhere."""
    server = Postgres(DataDir(home / "a team's da+ta"), forgetful=True)
    yield server
    server.stop(mode="immediate")


def count_of_rows(postgres: Postgres) -> int:
    with psycopg.connect(postgres.url_of("scaleup")) as connection:
        (count,) = connection.execute("SELECT count(*) FROM kept").fetchone()
    return count


def test_it_survives_stops_kills_and_a_second_start(postgres: Postgres) -> None:
    postgres.start()
    with psycopg.connect(postgres.url_of("scaleup")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1")
    process = postgres.process()
    postgres.start()
    assert postgres.process() == process
    postgres.stop()
    assert not postgres.is_running()
    postgres.stop()
    postgres.start()
    assert count_of_rows(postgres) == 1
    postgres.kill()
    assert not postgres.is_running()
    postgres.start()
    assert count_of_rows(postgres) == 1


def test_only_its_owner_can_reach_it(postgres: Postgres) -> None:
    postgres.start()
    assert postgres.data_dir.sockets.stat().st_mode & 0o777 == 0o700
    assert postgres.data_dir.postgres.stat().st_mode & 0o777 == 0o700
    assert postgres.process().net_connections(kind="inet") == []


def test_what_was_typed_never_reaches_its_log(postgres: Postgres) -> None:
    postgres.start()
    with psycopg.connect(postgres.url_of("scaleup"), autocommit=True) as connection:
        connection.execute("CREATE TABLE secret (word text UNIQUE)")
        connection.execute("INSERT INTO secret VALUES ('confidential')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO secret VALUES ('confidential')")
    log = postgres.data_dir.postgres.with_name("postgres.log").read_text()
    assert "duplicate key" in log
    assert "confidential" not in log


def test_data_of_another_version_are_left_alone(postgres: Postgres) -> None:
    postgres.start()
    postgres.stop()
    (postgres.data_dir.postgres / "PG_VERSION").write_text("17\n")
    with pytest.raises(ServerError, match=r"were made by PostgreSQL 17; this ScaleUp brings 18\. Move them"):
        postgres.start()


def test_a_pid_file_that_names_somebody_else_is_not_believed(postgres: Postgres) -> None:
    postgres.start()
    postgres.kill()
    pid_file = postgres.data_dir.postgres / "postmaster.pid"
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as stranger:
        lines = pid_file.read_text().splitlines()
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        assert not postgres.is_running()
        postgres.start()
        assert postgres.is_running()
        assert stranger.poll() is None
        stranger.kill()


def test_a_first_start_that_was_cut_short_is_begun_again(postgres: Postgres) -> None:
    draft = postgres.data_dir.root / "postgres.draft"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    postgres.start()
    assert postgres.is_running()
    assert not draft.exists()


def test_a_failure_quotes_the_log(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    postgres.start()
    postgres.stop()
    (postgres.data_dir.postgres / "postgresql.auto.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(ServerError, match=r"pg_ctl failed.*no_such_setting"):
        postgres.start()


def test_long_folder_names_get_short_sockets(home: Path) -> None:
    short, long = DataDir(home / "data"), DataDir(home / ("long" * 30) / "data")
    assert short.sockets == home / "data" / "run"
    assert len(os.fsencode(long.sockets / ".s.PGSQL.5432")) < LONGEST_SOCKET_PATH
    assert long.sockets != DataDir(home / ("long" * 30) / "other").sockets
    server = Postgres(long, forgetful=True)
    server.start()
    server.stop()
    long.sockets.rmdir()


def test_a_socket_folder_of_somebody_else_is_refused(home: Path) -> None:
    data_dir = DataDir(home / "data")
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    data_dir.root.mkdir()
    data_dir.sockets.symlink_to(elsewhere)
    with pytest.raises(ServerError, match="belongs to somebody else"):
        own_sockets(data_dir, Account())
