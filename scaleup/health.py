"""/livez for balancers (web and database) and /healthz for people and monitoring (all parts).

Nothing is asked of the broker here: the parts leave heartbeats in a table, this reads them.
A middleware and not two views, so that the answers need no host name, session or sign-in.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from django.db import Error, connection
from django.db.models import DurationField, ExpressionWrapper, F
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, JsonResponse

from scaleup.models import Heartbeat

OK = "ok"
SILENT_AFTER = timedelta(seconds=30)
UNKNOWN = "not known without the database"


class HealthMiddleware:
    """Answers /livez and /healthz, and nothing else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.reports = {"/livez": web_report, "/healthz": full_report}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        report = self.reports.get(request.path)
        if report is None:
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        parts = report()
        status = 200 if set(parts.values()) == {OK} else 503
        response = JsonResponse(parts, status=status, headers={"Cache-Control": "no-store"})
        # Who asks gets the news; Django's one error line for each poll would help nobody.
        response._has_been_logged = True  # type: ignore[attr-defined]
        return response


def web_report() -> dict[str, str]:
    """This process answers, so the web part is fine; the database is asked."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return {"web": OK, "database": "does not answer"}
    return {"web": OK, "database": OK}


def full_report() -> dict[str, str]:
    """What each part is: `ok`, or in a few words why not."""
    try:
        ages = ages_of_heartbeats()
    except Error:
        return {"database": "does not answer", "broker": UNKNOWN, "worker": UNKNOWN, "beat": UNKNOWN}
    worker, beat = judge(ages, Heartbeat.Name.WORKER), judge(ages, Heartbeat.Name.BEAT)
    broker = judge(ages, Heartbeat.Name.BROKER)
    if broker != OK and not worker == beat == OK:
        broker = "not known while worker or beat are silent"
    return {"database": OK, "broker": broker, "worker": worker, "beat": beat}


def ages_of_heartbeats() -> dict[str, timedelta]:
    """How long ago each part was last heard of, by the database's clock."""
    age = ExpressionWrapper(Now() - F("beat_at"), output_field=DurationField())
    return dict(Heartbeat.objects.values_list("name", age))


def judge(ages: Mapping[str, timedelta], name: str) -> str:
    age = ages.get(name)
    if age is None:
        return "not heard of yet"
    return OK if age <= SILENT_AFTER else f"silent for {age.total_seconds():.0f} s"
