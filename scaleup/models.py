"""Signs of life of the parts that work in the background."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class HeartbeatManager(models.Manager["Heartbeat"]):
    """Records signs of life by the database's clock, so that several machines agree on it."""

    def beat(self, name: str, *, detail: str = "") -> None:
        self.bulk_create(
            [Heartbeat(name=name, beat_at=Now(), detail=detail)],
            update_conflicts=True,
            unique_fields=["name"],
            update_fields=["beat_at", "detail"],
        )


class Heartbeat(models.Model):
    """When a part of the system last said that it is alive."""

    class Name(models.TextChoices):
        WORKER = "worker"
        BEAT = "beat"
        BROKER = "broker"

    name = models.CharField(max_length=20, unique=True, choices=Name)
    beat_at = models.DateTimeField()
    detail = models.CharField(max_length=80, blank=True)

    objects: ClassVar[HeartbeatManager] = HeartbeatManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(name__in=["worker", "beat", "broker"]), name="heartbeat_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.beat_at:%Y-%m-%d %H:%M:%S}"
