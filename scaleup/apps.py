"""Configuration of the wiring app."""

from django.apps import AppConfig


class ScaleUpConfig(AppConfig):
    """Heartbeats, checks and commands that belong to no domain."""

    name = "scaleup"
    verbose_name = "ScaleUp"

    def ready(self) -> None:
        from scaleup import checks  # noqa: F401  registers them
