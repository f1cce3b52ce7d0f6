"""The key that signs sessions and links: refused if weak in production, made once per data folder elsewhere."""

import secrets

from django.core.exceptions import ImproperlyConfigured

from scaleup.datadir import DataDir

SHORTEST_KEY = 50


def refuse_weak_key(key: str) -> str:
    """Return the key, or stop production from starting with a missing, short or copied one."""
    advice = "Set it to at least 50 random characters, for instance from: openssl rand -base64 48"
    if not key:
        raise ImproperlyConfigured(f"SECRET_KEY is missing. {advice}")
    if len(key) < SHORTEST_KEY or len(set(key)) < 10:
        raise ImproperlyConfigured(f"SECRET_KEY is too easy to guess. {advice}")
    if any(word in key.lower() for word in ("insecure", "change-me", "changeme", "secret-key")):
        raise ImproperlyConfigured(f"SECRET_KEY is an example, not a secret. {advice}")
    return key


def local_secret_key(data_dir: DataDir) -> str:
    """The key of this data folder, made at first use and readable by its owner alone."""
    path = data_dir.secret_key
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            path.hardlink_to(draft)  # fails if somebody else was quicker: then theirs is the key
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
