from oneroof.experience.models.answers import Kind, SurveyAnswer
from oneroof.experience.models.surveys import (
    ExperienceSettings,
    Invitation,
    InvitationState,
    Occasion,
    Refusal,
    Survey,
)

__all__ = [
    "ExperienceSettings",
    "Invitation",
    "InvitationState",
    "Kind",
    "Occasion",
    "Refusal",
    "Survey",
    "SurveyAnswer",
]
