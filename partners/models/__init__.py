"""The tables of partner roles, by subject."""

from partners.models.agreements import Agreement, AgreementFile, Annex, CoordinationBody
from partners.models.capacity import HIGHEST, SIDES, CapacityCheck, SupportNeed
from partners.models.partners import FocalPerson, Level, Partner, PartnerKind, Partnership
from partners.models.roles import CAPACITY_NEEDED, AcceptedComplaint, Function, Letter, Responsibility
from partners.models.summaries import RoleSummary

__all__ = [
    "CAPACITY_NEEDED",
    "HIGHEST",
    "SIDES",
    "AcceptedComplaint",
    "Agreement",
    "AgreementFile",
    "Annex",
    "CapacityCheck",
    "CoordinationBody",
    "FocalPerson",
    "Function",
    "Letter",
    "Level",
    "Partner",
    "PartnerKind",
    "Partnership",
    "Responsibility",
    "RoleSummary",
    "SupportNeed",
]
