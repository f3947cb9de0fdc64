from oneroof.experience.models.answers import Kind, SurveyAnswer
from oneroof.experience.models.returns import InputName, ReturnInput
from oneroof.experience.models.surveys import (
    ExperienceSettings,
    Invitation,
    InvitationState,
    Occasion,
    Refusal,
    Survey,
)
from oneroof.experience.models.trials import IN_TURN, Trial, TrialUnit, Unit

__all__ = [
    "IN_TURN",
    "ExperienceSettings",
    "InputName",
    "Invitation",
    "InvitationState",
    "Kind",
    "Occasion",
    "Refusal",
    "ReturnInput",
    "Survey",
    "SurveyAnswer",
    "Trial",
    "TrialUnit",
    "Unit",
]
