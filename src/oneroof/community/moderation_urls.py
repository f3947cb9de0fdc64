"""The addresses of order in the house."""

from django.urls import URLPattern, path

from oneroof.community.views import house_rules, moderation, sanctions

DESK = "desk/moderation/"
RULES = "desk/settings/community-rules/"

MODERATION: list[URLPattern] = [
    path("e/<int:entry_id>/report/", moderation.reporting, name="report"),
    path(DESK, moderation.queue, name="moderation"),
    path(f"{DESK}decided/", moderation.decided_list, name="moderation_decided"),
    path(f"{DESK}appeals/", sanctions.appeal_list, name="appeals"),
    path(f"{DESK}<int:entry_id>/", moderation.queue, name="moderation_of"),
    path(f"{DESK}<int:entry_id>/release/", moderation.releasing, name="release"),
    path(f"{DESK}<int:entry_id>/removal/", moderation.removing, name="remove"),
    path(f"{DESK}<int:entry_id>/hold/", moderation.holding, name="hold"),
    path(f"{DESK}members/<int:member_id>/", sanctions.of_member, name="sanctions"),
    path(f"{DESK}sanctions/<int:sanction_id>/lifting/", sanctions.lifting, name="lift"),
    path(f"{DESK}sanctions/<int:sanction_id>/appeal/", sanctions.appeal_decision, name="appeal_decision"),
    path("rules/", house_rules.rules, name="house_rules"),
    path("rules/standing/", sanctions.standing, name="my_standing"),
    path("rules/standing/<int:sanction_id>/appeal/", sanctions.appealing, name="appeal"),
    path(
        "rules/<slug:audience>/<int:version>/acceptance/", house_rules.acceptance, name="accept_house_rules"
    ),
    path(RULES, house_rules.writing, name="house_rules_writing"),
]
