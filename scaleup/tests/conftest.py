"""Servers of a test's own, to be stopped, frozen and killed; the world that is walked, and the stage for every form."""

import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from django.core.cache import cache as shared_cache
from django.urls import URLPattern

from scaleup import cache, doorbell
from scaleup.datadir import DataDir
from scaleup.embedded import Valkey
from scaleup.tests import actors
from scaleup.tests.form import Form
from scaleup.tests.form_table import FORMS
from scaleup.tests.scenes import Scene, undone


class MortalValkey:
    """A Valkey that can be frozen, killed and brought back."""

    def __init__(self, data_dir: DataDir) -> None:
        self.server = Valkey(data_dir)
        self.process = self.server.start()

    @property
    def url(self) -> str:
        return self.server.data_dir.redis_url

    def send(self, signal: int) -> None:
        self.process.send_signal(signal)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def start(self) -> None:
        self.process = self.server.start()


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty folder with a short name, which servers under another account can be let into.

    Not pytest's own: that is closed to others again by the next run that starts beside this one.
    """
    folder = Path(tempfile.mkdtemp(prefix="scaleup-")).resolve()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def valkey(home: Path) -> Iterator[MortalValkey]:
    server = MortalValkey(DataDir(home / "data"))
    yield server
    server.kill()


@pytest.fixture
def black_hole() -> Iterator[str]:
    """An address that takes no connection and refuses none, like a cable that was pulled."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
        for filler in fillers:
            filler.close()


@pytest.fixture
def refused() -> str:
    """An address where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"redis://127.0.0.1:{probe.getsockname()[1]}/0"


@pytest.fixture(autouse=True)
def fresh_circuits() -> Iterator[None]:
    """No test inherits a silence from another."""
    yield
    cache.circuit.reset()
    doorbell.circuit.reset()


@pytest.fixture
def world(db: None) -> actors.World:
    """Everything there is, for a walk."""
    return actors.build()


@pytest.fixture
def also_serve(settings: object) -> Callable[..., None]:
    """Puts an address of the test's own before all others."""

    def serve(path: URLPattern) -> None:
        settings.ROOT_URLCONF = ModuleType("patched")
        settings.ROOT_URLCONF.urlpatterns = [path, *import_module("scaleup.urls").urlpatterns]

    return serve


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: object) -> Iterator[actors.World]:
    """One world for all forms; each takes back what it did."""
    with django_db_blocker.unblock(), undone():
        yield actors.build()


@pytest.fixture(params=FORMS, ids=str)
def form(request: pytest.FixtureRequest) -> Form:
    return request.param


@pytest.fixture
def scene(stage: actors.World, form: Form) -> Iterator[Scene]:
    """Everything is ready for the form to be sent."""
    shared_cache.clear()
    with undone():
        scene = Scene(stage, form.actor)
        with scene.patches:
            form.ready(scene)
            yield scene
