"""The tables of assessments: readiness snapshots, instruments, and rounds with their raters and ratings."""

from assessments.models.instruments import Instrument, InstrumentDimension, InstrumentItem
from assessments.models.readiness import ReadinessSnapshot
from assessments.models.rounds import (
    REVEALED_STATES,
    UNABLE,
    Assessment,
    Consensus,
    Rater,
    Rating,
    RatingChange,
    RoleGroup,
    RoundAction,
    RoundResult,
    Statement,
    Subject,
)

__all__ = [
    "REVEALED_STATES",
    "UNABLE",
    "Assessment",
    "Consensus",
    "Instrument",
    "InstrumentDimension",
    "InstrumentItem",
    "Rater",
    "Rating",
    "RatingChange",
    "ReadinessSnapshot",
    "RoleGroup",
    "RoundAction",
    "RoundResult",
    "Statement",
    "Subject",
]
