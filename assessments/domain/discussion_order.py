"""In which order a revealed round is discussed: by disagreement, not by number."""

from collections import defaultdict

from assessments.domain.round_scores import dispute, spread_of
from assessments.models import Assessment, Rating


def most_disputed_first(assessment: Assessment) -> list[int]:
    """Ids of all items: the widest range first, then the widest middle half, then the fewest near pairs.

    Items with fewer than two ratings come last, those nobody rated at the very end.
    """
    items = list(assessment.instrument.items.order_by("position").values_list("pk", flat=True))
    values: dict[int, list[int]] = defaultdict(list)
    rated = Rating.objects.filter(rater__assessment=assessment, rater__removed_at=None)
    for item_id, value in rated.values_list("item", "value"):
        if value is not None:
            values[item_id].append(value)
    # of equals, the first by number
    return sorted(items, key=lambda item_id: dispute(spread_of(tuple(sorted(values[item_id])))))
