"""The result of one round: ratings and agreed values to items, items to dimensions, dimensions to one figure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from assessments.domain import agreement
from assessments.domain.rating_scores import mean, share_of_range, weighted_mean
from assessments.domain.results import Ratio
from assessments.domain.round_facts import (
    FEWEST,
    RULES_VERSION,
    TEAM,
    Given,
    Questionnaire,
    RatedDimension,
    RatedItem,
    RatedRound,
)
from assessments.domain.round_results import (
    NO_SPREAD,
    DimensionScore,
    ItemScore,
    OverallScore,
    RoundScore,
    ShownGroup,
    Spread,
    Word,
)

# The interpercentile range says something from here on (7-point scales, 7 raters).
FEWEST_LEVELS: Final = 7
FEWEST_RATERS: Final = 7

NOBODY: Final[Given] = {}


def score_round(facts: RatedRound, *, with_alpha: bool = True) -> RoundScore:
    """Score one round.

    A dimension is the weighted mean of the values that count, each first turned round where a high value is bad;
    the overall value is the plain mean of the dimensions that have one, so that a long dimension weighs no more
    than a short one. Values are on the scale of the questionnaire, shares (value − low) / (high − low), 0 to 1.
    An item without a value changes no value; `n` tells how many count. The order of raters does not matter, and
    that of items and dimensions decides between equals alone. A third of the time goes into alpha:
    `with_alpha=False` leaves it out.
    Source: means as in the Program Sustainability Assessment Tool; weights, gap and merged groups are our own rules.
    """
    team, raters = _sides(facts)
    items: list[ItemScore] = []
    dimensions: list[DimensionScore] = []
    for dimension in facts.questionnaire.dimensions:
        scored = [_score_item(item, dimension.key, facts, team=team) for item in dimension.items]
        dimensions.append(_score_dimension(dimension, scored, facts.questionnaire))
        items += scored
    counted = [item for item in items if item.counted is not None]
    return RoundScore(
        basis=facts.basis,
        overall=_overall(dimensions, facts.questionnaire),
        dimensions=tuple(dimensions),
        items=tuple(items),
        bottlenecks=_lowest(dimensions),
        most_disputed=tuple(item.key for item in sorted(items, key=lambda item: dispute(item.spread))),
        weakest=tuple(item.key for item in sorted(counted, key=_by_weakness)),
        coverage=Ratio(sum(item.has_evidence for item in counted), len(counted)),
        open_count=sum(item.is_open for item in items),
        raters=len(raters),
        groups=shown_groups({rater: facts.role_groups[rater] for rater in raters}),
        alpha=_alpha(facts, raters) if with_alpha else None,
        rules_version=RULES_VERSION,
    )


def shown_groups(role_groups: Mapping[int, str]) -> tuple[ShownGroup, ...]:
    """Merge role groups, given by rater, until none that is shown has fewer than three raters.

    Groups under three become one of their own; if that is under three too, the smallest other group joins it (of
    equals, the first by name). Only when there are fewer than three raters in all is a group smaller. Merged ones
    stand last, the others by name.
    """
    sizes = Counter(role_groups.values())
    alone = sorted(name for name, n in sizes.items() if n >= FEWEST)
    merged = sorted(name for name, n in sizes.items() if n < FEWEST)
    if merged and alone and sum(sizes[name] for name in merged) < FEWEST:
        smallest = min(alone, key=lambda name: (sizes[name], name))
        alone.remove(smallest)
        merged = sorted([*merged, smallest])
    groups = [(name,) for name in alone] + ([tuple(merged)] if merged else [])
    return tuple(ShownGroup(names, sum(sizes[name] for name in names)) for names in groups)


def _sides(facts: RatedRound) -> tuple[frozenset[int] | None, frozenset[int]]:
    """The team's raters, None if either side is too small for a gap, and all raters who gave a value."""
    raters = frozenset(rater for given in facts.ratings.values() for rater, value in given.items() if value is not None)
    team = frozenset(rater for rater in raters if facts.role_groups[rater] == TEAM)
    return (team if min(len(team), len(raters) - len(team)) >= FEWEST else None), raters


# One item


def _score_item(item: RatedItem, dimension: str, facts: RatedRound, *, team: frozenset[int] | None) -> ItemScore:
    scale, given = facts.questionnaire, facts.ratings.get(item.key, NOBODY)
    ordered = tuple(sorted([value for value in given.values() if value is not None]))
    spread = spread_of(ordered)
    agreed = facts.agreed.get(item.key)
    counted = agreed if facts.basis == "agreed" else spread.median
    return ItemScore(
        key=item.key,
        dimension=dimension,
        spread=spread,
        unable=len(given) - len(ordered),
        counted=counted,
        share=_share(_upright(counted, item, scale), scale),
        is_open=agreed is None,
        is_critical=item.is_critical,
        has_evidence=item.key in facts.with_evidence,
        gap=_gap(given, team, is_reversed=item.is_reversed) if team else None,
        ipras=_ipras(ordered, scale),
    )


def _upright(value: float | None, item: RatedItem, scale: Questionnaire) -> float | None:
    """The value as it counts: turned round where a high one is bad."""
    return scale.low + scale.high - value if item.is_reversed and value is not None else value


def _share(value: float | None, scale: Questionnaire) -> float | None:
    return None if value is None else share_of_range(value, low=scale.low, high=scale.high)


@lru_cache(maxsize=4096)  # a handful of raters on a handful of levels: the same few hundred come back
def spread_of(ordered: tuple[int, ...]) -> Spread:
    """How the ratings of one item lie, given in rising order; quantiles by linear interpolation."""
    if not ordered:
        return NO_SPREAD
    middle, between = agreement.median_iqr(ordered), ordered[-1] - ordered[0]
    return Spread(
        n=len(ordered),
        median=middle.median,
        low=ordered[0],
        high=ordered[-1],
        iqr=middle.iqr,
        range=between,
        within_one=agreement.percent_within(ordered, 1),
        word=_word(between) if len(ordered) > 1 else None,
    )


def _word(between: int) -> Word:
    return "split" if between > 1 else "near" if between else "agree"


def _gap(given: Given, team: frozenset[int], *, is_reversed: bool) -> float | None:
    inside = [value for rater, value in given.items() if value is not None and rater in team]
    outside = [value for rater, value in given.items() if value is not None and rater not in team]
    if min(len(inside), len(outside)) < FEWEST:
        return None
    mine, theirs = (agreement.quantile(side, 0.5) for side in (inside, outside))
    return theirs - mine if is_reversed else mine - theirs


def _ipras(ordered: Sequence[int], scale: Questionnaire) -> agreement.Ipras | None:
    if len(scale.values) < FEWEST_LEVELS or len(ordered) < FEWEST_RATERS:
        return None
    return agreement.ipras(ordered, scale.low, scale.high)


# Several items


def _score_dimension(dimension: RatedDimension, items: Sequence[ItemScore], scale: Questionnaire) -> DimensionScore:
    weights = [item.weight for item in dimension.items]
    scored = zip(dimension.items, items, strict=True)
    found = weighted_mean([_upright(score.counted, item, scale) for item, score in scored], weights)
    return DimensionScore(
        key=dimension.key,
        value=found.value,
        share=_share(found.value, scale),
        n=found.n,
        of=found.of,
        lowest=_lowest(items),
        gap=weighted_mean([item.gap for item in items], weights).value,
    )


def _overall(dimensions: Sequence[DimensionScore], scale: Questionnaire) -> OverallScore:
    value = mean([dimension.value for dimension in dimensions]).value
    return OverallScore(
        value=value,
        share=_share(value, scale),
        n=sum(dimension.n for dimension in dimensions),
        of=sum(dimension.of for dimension in dimensions),
        gap=mean([dimension.gap for dimension in dimensions]).value,
    )


def _lowest(scored: Sequence[DimensionScore] | Sequence[ItemScore]) -> tuple[str, ...]:
    """The keys of all that have the lowest share. Equal shares are equal to the last bit."""
    least = min((each.share for each in scored if each.share is not None), default=None)
    return tuple(each.key for each in scored if each.share == least) if least is not None else ()


def dispute(spread: Spread) -> tuple[float, ...]:
    """Sort key: the widest range first, then the widest middle half, then the fewest pairs within one level.

    Items with one rating come after all others, those without any at the very end.
    """
    if spread.n < 2:
        return (1, -spread.n)
    return (0, -(spread.range or 0), -(spread.iqr or 0), spread.within_one or 0)


def _by_weakness(item: ItemScore) -> tuple[float, bool]:
    return item.share or 0, not item.is_critical


def _alpha(facts: RatedRound, raters: Iterable[int]) -> float | None:
    """Krippendorff's alpha, ordinal, of raters × items, each value as it counts."""
    scale = facts.questionnaire
    units = [
        [_upright(value, item, scale) for value in map(facts.ratings.get(item.key, NOBODY).get, raters)]
        for dimension in scale.dimensions
        for item in dimension.items
    ]
    return agreement.krippendorff_alpha(list(zip(*units, strict=True)), "ordinal")
