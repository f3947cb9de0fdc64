from oneroof.experience.models.answers import Kind, SurveyAnswer
from oneroof.experience.models.reports import Every, Report, ReportLetter, ReportState
from oneroof.experience.models.returns import InputName, ReturnInput
from oneroof.experience.models.surveys import (
    ExperienceSettings,
    Invitation,
    InvitationState,
    Occasion,
    Refusal,
    Survey,
)
from oneroof.experience.models.targets import Measure, Target
from oneroof.experience.models.trials import IN_TURN, Trial, TrialUnit, Unit

__all__ = [
    "IN_TURN",
    "Every",
    "ExperienceSettings",
    "InputName",
    "Invitation",
    "InvitationState",
    "Kind",
    "Measure",
    "Occasion",
    "Refusal",
    "Report",
    "ReportLetter",
    "ReportState",
    "ReturnInput",
    "Survey",
    "SurveyAnswer",
    "Target",
    "Trial",
    "TrialUnit",
    "Unit",
]
