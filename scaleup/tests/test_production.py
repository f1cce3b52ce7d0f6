"""Production starts with safe settings on a safe database, and with nothing else."""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from scaleup.datadir import DataDir
from scaleup.embedded import Postgres

GOOD_KEY = secrets.token_urlsafe(64)


def run_in_production(*arguments: str, **variables: str | None) -> subprocess.CompletedProcess[str]:
    """A command with production's settings; a variable that is None is left out."""
    environment: dict[str, str | None] = {
        "PATH": os.environ["PATH"],
        "ENVIRONMENT": "production",
        "SECRET_KEY": GOOD_KEY,
        "ALLOWED_HOSTS": "scaleup.example.org",
        "DATA_DIR": "/nonexistent",
        "STATIC_ROOT": str(settings.BASE_DIR / "docs"),  # any folder that is there
        **variables,
    }
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=settings.BASE_DIR,
        env={name: value for name, value in environment.items() if value is not None},
        capture_output=True,
        text=True,
        check=False,
    )


def start_web(**variables: str | None) -> subprocess.CompletedProcess[str]:
    return run_in_production("-c", "import scaleup.wsgi", **variables)


def test_its_settings_pass_djangos_own_check() -> None:
    done = run_in_production("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "System check identified no issues (0 silenced).\n"


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY is missing."),
        ({"SECRET_KEY": "short-but-random-8fGq2"}, "SECRET_KEY is too easy to guess."),
        ({"SECRET_KEY": "a" * 80}, "SECRET_KEY is too easy to guess."),
        ({"SECRET_KEY": f"django-insecure-{GOOD_KEY}"}, "SECRET_KEY is an example, not a secret."),
        ({"DEMO": "1"}, "DEMO is on."),
        ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS is empty."),
        ({"ENVIRONMENT": "producton"}, "ENVIRONMENT is 'producton'; it must be local, test or production."),
        ({"STORAGE": "ftp://files"}, "STORAGE is 'ftp://files'; it must be file:///folder or s3://bucket/prefix."),
    ],
)
def test_unsafe_settings_end_it_with_a_sentence(variables: dict[str, str | None], sentence: str) -> None:
    done = start_web(**variables)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f"django.core.exceptions.ImproperlyConfigured: {sentence}")


def test_it_has_no_demo_and_no_gallery() -> None:
    script = "from django.conf import settings; print(settings.DEMO, settings.DEBUG_UI, settings.DEBUG)"
    done = run_in_production("-c", script, DJANGO_SETTINGS_MODULE="scaleup.settings")
    assert done.stdout == "False False False\n"


def test_a_database_that_is_away_does_not_end_it() -> None:
    done = start_web(DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """A server that keeps its promises, unlike the one the tests run on."""
    home = Path(tempfile.mkdtemp(prefix="scaleup-")).resolve()
    server = Postgres(DataDir(home / "data"))
    server.start()
    yield server
    server.stop(mode="immediate")
    shutil.rmtree(home)


def test_it_starts_on_a_safe_database(postgres: Postgres) -> None:
    done = start_web(DATABASE_URL=postgres.data_dir.database_url)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("command", ["import scaleup.wsgi", "worker", "beat"])
def test_a_database_that_forgets_ends_every_part(postgres: Postgres, command: str) -> None:
    url = f"{postgres.data_dir.database_url}?options=-csynchronous_commit%3Doff"
    part = ("-c", command) if " " in command else ("-W", "default", "-m", "celery", "--app", "scaleup", command)
    done = run_in_production(*part, DATABASE_URL=url, REDIS_URL="redis://127.0.0.1:1/0")
    assert done.returncode == 1
    sentence = "PostgreSQL runs with synchronous_commit off: saved answers could be lost in a crash."
    assert sentence in done.stdout + done.stderr


def test_demo_people_end_it(postgres: Postgres) -> None:
    with psycopg.connect(postgres.url_of("scaleup")) as connection:
        connection.execute("CREATE TABLE accounts_user AS SELECT 1 AS id, true AS is_demo")
    try:
        done = start_web(DATABASE_URL=postgres.data_dir.database_url)
    finally:
        with psycopg.connect(postgres.url_of("scaleup")) as connection:
            connection.execute("DROP TABLE accounts_user")
    assert done.returncode == 1
    assert "This database holds demo people; production does not start with them." in done.stderr


def test_launch_is_not_for_production() -> None:
    done = run_in_production("manage.py", "launch")
    assert done.returncode == 1
    assert done.stderr.startswith("This starts ScaleUp on one machine, for a look.")
