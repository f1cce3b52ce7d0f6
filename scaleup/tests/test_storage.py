"""Where files go, and the key of a data folder."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from scaleup.datadir import DataDir
from scaleup.secret_key import local_secret_key
from scaleup.storage import StaticStorage, storage_from_url

Collect = Callable[[dict[str, str]], dict[str, Path]]


def test_a_folder() -> None:
    assert storage_from_url("file:///srv/scale%20up/files") == {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": "/srv/scale up/files", "base_url": None},
    }


def test_a_bucket() -> None:
    assert storage_from_url("s3://evidence/scaleup/") == {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": "evidence",
            "location": "scaleup",
            "file_overwrite": False,
            "default_acl": None,
        },
    }


@pytest.mark.parametrize("url", ["", "files", "file://", "s3://", "http://example.org/"])
def test_anything_else_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="must be file:///folder or s3://bucket/prefix"):
        storage_from_url(url)


def test_a_data_folder_has_one_key_which_only_its_owner_reads(tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path / "data")
    key = local_secret_key(data_dir)
    assert len(key) >= 60
    assert local_secret_key(data_dir) == key
    assert local_secret_key(DataDir(tmp_path / "other")) != key
    assert data_dir.secret_key.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in data_dir.root.iterdir()] == ["secret-key"]


@pytest.fixture
def collect(tmp_path: Path) -> Collect:
    """Collects files, given as name and text; tells the hashed file each has become."""

    def run(texts: dict[str, str]) -> dict[str, Path]:
        source, target = FileSystemStorage(tmp_path / "source", allow_overwrite=True), tmp_path / "target"
        storage = StaticStorage(location=target, base_url="/static/", allow_overwrite=True)
        for name, text in texts.items():
            source.save(name, ContentFile(text))
            storage.save(name, ContentFile(text))
        found = storage.post_process({name: (source, name) for name in texts})
        return {name: target / hashed for name, hashed, _ in found}

    return run


def test_modules_import_one_another_under_hashed_names(collect: Collect) -> None:
    files = collect({"page.js": 'import { part } from "./part.js";\n', "part.js": "export const part = 1;\n"})
    assert f'from "./{files["part.js"].name}"' in files["page.js"].read_text()


def test_style_sheets_stand_where_they_are_imported(collect: Collect) -> None:
    texts = {
        "css/all.css": '@import "page.css";\n@import "paper.css" print;\n',
        "css/page.css": 'p { background: url("dot.svg") }\n',
        "css/paper.css": "p { margin: 0 }\n",
        "css/dot.svg": "<svg/>",
    }
    before, after = collect(texts), collect(texts | {"css/page.css": "p { color: red }\n"})
    dot = before["css/dot.svg"].name
    assert before["css/all.css"].read_text() == (
        f'p {{ background: url("{dot}") }}\n\n@media print {{\np {{ margin: 0 }}\n}}\n'
    )
    assert after["css/all.css"].name != before["css/all.css"].name


def test_a_style_sheet_that_is_not_there_is_missed_when_files_are_collected(
    collect: Collect,
) -> None:
    with pytest.raises(FileNotFoundError):
        collect({"all.css": '@import "gone.css";\n'})
