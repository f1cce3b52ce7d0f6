"""Forms of instruments and of rounds."""

from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.models import Instrument
from scaleup.tests.bad_values import LEFT_OUT, REFUSED, TOLD, Field, hidden, text
from scaleup.tests.form import Form
from scaleup.tests.places import INSTRUMENT
from scaleup.tests.scenes import Scene

INSTRUMENT_TEXT = INSTRUMENT.replace("WORD", "grain-store")


def instrument_file(scene: Scene) -> SimpleUploadedFile:
    return SimpleUploadedFile("grain.toml", INSTRUMENT_TEXT.encode())


def draft(scene: Scene) -> None:
    """At the draft of an instrument."""
    scene.numbers["instrument_id"] = scene.world.places["sibling"].ids["instrument_id"]


def as_read(scene: Scene) -> str:
    """The fingerprint of the draft on the page."""
    return Instrument.objects.get(pk=scene.numbers["instrument_id"]).fingerprint


FORMS = [
    # instruments
    Form(
        "assessments:instrument_import",
        "admin",
        {
            "file": hidden(LEFT_OUT),
            "text": text(INSTRUMENT_TEXT).also(prose="Is it full?", old=INSTRUMENT_TEXT.replace("= 1", "= 0", 1)),
        },
    ),
    Form(
        "assessments:instrument_import",
        "admin",
        {
            "file": Field(
                instrument_file,
                {"left out": (LEFT_OUT, REFUSED), "words": ("C:\\grain.toml", REFUSED)},
                is_shown=False,
            ),
            "text": hidden(""),
        },
        variant="file",
    ),
    Form(
        "assessments:instrument_publish",
        "admin",
        {"fingerprint": hidden(as_read, word=("x", TOLD), nul=("\x00", TOLD), empty=("", TOLD))},
        ready=draft,
        page="assessments:instrument",
    ),
    Form("assessments:instrument_discard", "admin", ready=draft),
]
