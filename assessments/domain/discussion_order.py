"""In which order a revealed round is discussed: by disagreement, not by number."""

from collections import defaultdict

from assessments.domain.agreement import median_iqr, percent_within
from assessments.models import Assessment, Rating


def most_disputed_first(assessment: Assessment) -> list[int]:
    """Ids of all items: the widest range first, then the widest middle half, then the fewest near pairs.

    Items with fewer than two ratings come last, those nobody rated at the very end.
    """
    items = list(assessment.instrument.items.order_by("position").values_list("pk", flat=True))
    values: dict[int, list[int]] = defaultdict(list)
    rated = Rating.objects.filter(rater__assessment=assessment, rater__removed_at=None, value__isnull=False)
    for item_id, value in rated.values_list("item", "value"):
        values[item_id].append(value)
    return sorted(items, key=lambda item_id: _rank(values[item_id]))  # of equals, the first by number


def _rank(values: list[int]) -> tuple[float, ...]:
    if len(values) < 2:
        return (1, -len(values))
    return (0, min(values) - max(values), -median_iqr(values).iqr, percent_within(values, 1) or 0)
