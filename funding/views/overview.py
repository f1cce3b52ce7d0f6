"""What the scale-up costs, year by year, and who carries it: as a page, and as a workbook."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from funding.domain import export, reading
from funding.overview_pages import OverviewPage
from programs.access import program_view
from programs.standing import Can
from scaleup.spreadsheets import XLSX

DIGITS_OF_A_YEAR = 4


@program_view(Can.READ)
@require_safe
def funding(request: HttpRequest) -> HttpResponse:
    """Cost, secured money and gap of every year; ?year= opens one and shows the lines its figures come from."""
    found = reading.read(request.program, year=timezone.localdate().year)
    return render(request, "funding/funding.html", {"page": OverviewPage(found, _asked_year(request))})


@program_view(Can.READ)
@require_safe
def funding_xlsx(request: HttpRequest) -> HttpResponse:
    """Everything as one file."""
    today = timezone.localdate()
    found = reading.read(request.program, year=today.year)
    response = HttpResponse(export.as_workbook(found, request.program, today=today), content_type=XLSX)
    name = slugify(f"{request.program.name} funding {today.isoformat()}")
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def _asked_year(request: HttpRequest) -> int:
    asked = request.GET.get("year", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) == DIGITS_OF_A_YEAR else 0
