"""Where files go, and the key of a data folder."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from scaleup.datadir import DataDir
from scaleup.secret_key import local_secret_key
from scaleup.storage import StaticStorage, storage_from_url


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


def test_modules_import_one_another_under_hashed_names(tmp_path: Path, settings: object) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    (source / "page.js").write_text('import { part } from "./part.js";\n')
    (source / "part.js").write_text("export const part = 1;\n")
    settings.STATICFILES_DIRS = [source]
    storage = StaticStorage(location=target, base_url="/static/")
    from django.core.files.storage import FileSystemStorage

    plain = FileSystemStorage(source)
    names = {}
    for name in ("page.js", "part.js"):
        with plain.open(name) as content:
            storage.save(name, content)
        names[name] = (plain, name)
    hashed = {name: new for name, new, _ in storage.post_process(names)}
    assert f'from "./{hashed["part.js"]}"' in (target / hashed["page.js"]).read_text()
