"""The result of a revealed round as files: dimensions, items, and ratings that nobody can put together to a person."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from assessments.domain.results_reading import ItemReading, Results
from assessments.domain.round_results import DimensionScore, ItemScore
from assessments.result_lines import WORDS, group_words
from scaleup.spreadsheets import XLSX, Sheet, csv_lines, workbook

Rows = Iterator[list[Any]]


def as_csv(results: Results, table: str) -> StreamingHttpResponse:
    """One of the tables."""
    sheet = TABLES[table](results)
    response = StreamingHttpResponse(csv_lines([sheet.headings], sheet.rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{_name(results)}-{table}.csv"'
    return response


def as_xlsx(results: Results) -> HttpResponse:
    """All tables, a sheet each."""
    response = HttpResponse(workbook(make(results) for make in TABLES.values()), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{_name(results)}.xlsx"'
    return response


def dimensions(results: Results) -> Sheet:
    headings = [
        _("Number"),
        _("Dimension"),
        _counted_as(results),
        _("Percent of the range"),
        _("Target, percent"),
        _("Last round, percent"),
        _("Items that count"),
        _("Items"),
        _("Team minus outside, levels"),
        _("Bottleneck"),
    ]
    return Sheet(_("Dimensions"), headings, list(_dimensions(results)))


def items(results: Results) -> Sheet:
    headings = [
        _("Number"),
        _("Dimension"),
        _("Item"),
        _("High is bad"),
        _("Critical"),
        _("Median"),
        _("Lowest"),
        _("Highest"),
        _("Ratings"),
        _("Not able to answer"),
        _("Agreement of the raters"),
        _("Agreed value"),
        _("Left open"),
        _("Reason"),
        _("Dissents"),
        _("Evidence named"),
        _("Percent of the range"),
    ]
    return Sheet(_("Items"), headings, list(_items(results)))


def ratings(results: Results) -> Sheet:
    """One row a rating. Names are there only where the page shows them too."""
    headings = [_("Number"), _("Item"), _("Role groups"), _("Rating"), _("Not able to answer")]
    return Sheet(_("Ratings"), headings + ([_("Rater")] if results.shows_names else []), list(_ratings(results)))


TABLES: Final[dict[str, Callable[[Results], Sheet]]] = {
    "dimensions": dimensions,
    "items": items,
    "ratings": ratings,
}


def _dimensions(results: Results) -> Rows:
    target, bottlenecks = _points(results.assessment.target), results.score.bottlenecks
    for reading in results.dimensions:
        score: DimensionScore = reading.score
        yield [
            reading.dimension.number,
            reading.dimension.title,
            _rounded(score.value),
            _points(score.share),
            target,
            _points(reading.last_share),
            score.n,
            score.of,
            _rounded(score.gap),
            _yes(score.key in bottlenecks),
        ]


def _items(results: Results) -> Rows:
    for dimension in results.dimensions:
        for reading in dimension.items:
            score: ItemScore = reading.score
            yield [
                reading.item.number,
                dimension.dimension.title,
                reading.item.text,
                _yes(reading.item.is_reversed),
                _yes(reading.item.is_critical),
                score.spread.median,
                score.spread.low,
                score.spread.high,
                score.spread.n,
                score.unable,
                str(WORDS[score.spread.word][2]) if score.spread.word else None,
                reading.consensus.value,
                _yes(reading.is_left_open),
                reading.consensus.reason or None,
                len(reading.dissents),
                _yes(score.has_evidence),
                _points(score.share),
            ]


def _ratings(results: Results) -> Rows:
    """By group and value within an item: an order that says nothing of who gave them, the same for everybody."""
    for dimension in results.dimensions:
        for reading in dimension.items:
            yield from _ratings_of(reading, shows_names=results.shows_names)


def _ratings_of(reading: ItemReading, *, shows_names: bool) -> Rows:
    for answers in reading.answers:
        given: list[tuple[int | None, int]] = [*answers.counts.items(), (None, answers.unable)]
        who = group_words(answers.groups)
        for value, count in given:
            names = answers.names.get(value, ()) if shows_names else [None] * count
            for name in names:
                row = [reading.item.number, reading.item.text, who, value, _yes(value is None)]
                yield [*row, name] if shows_names else row


def _counted_as(results: Results) -> str:
    return _("Mean of the agreed values") if results.is_agreed else _("Mean of the raters’ medians")


def _name(results: Results) -> str:
    """Of the file; what is no plain letter is left out."""
    return slugify(f"{results.assessment.title} {results.result.computed_at:%Y-%m-%d}") or "round"


def _yes(is_so: bool) -> str | None:
    return _("yes") if is_so else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _points(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)
