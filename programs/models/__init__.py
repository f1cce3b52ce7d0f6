"""The tables of programs, by subject."""

from programs.models.gates import Condition, GateReview
from programs.models.guides import Guide, GuideItem, GuideStep, Phase
from programs.models.plans import (
    OPEN_STATES,
    PASSED_STATES,
    Answer,
    Evidence,
    ItemAnswer,
    PendingFile,
    Remark,
    StepPlan,
    StepState,
)
from programs.models.programs import Attention, Direction, Listing, Membership, Program, ReachFigure, Sector
from programs.models.summaries import Band, ProgramSummary

__all__ = [
    "OPEN_STATES",
    "PASSED_STATES",
    "Answer",
    "Attention",
    "Band",
    "Condition",
    "Direction",
    "Evidence",
    "GateReview",
    "Guide",
    "GuideItem",
    "GuideStep",
    "ItemAnswer",
    "Listing",
    "Membership",
    "PendingFile",
    "Phase",
    "Program",
    "ProgramSummary",
    "ReachFigure",
    "Remark",
    "Sector",
    "StepPlan",
    "StepState",
]
