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

__all__ = [
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
]
