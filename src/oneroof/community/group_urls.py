"""The addresses of groups."""

from django.urls import URLPattern, path

from oneroof.community.views import groups, joining

ROOM = "g/<str:slug>/"
CLAIMS = "desk/settings/claims/"

GROUPS: list[URLPattern] = [
    path("g/", groups.group_list, name="groups"),
    path("g/new/", groups.group_add, name="group_add"),
    path("g/invitations/<str:token>/", joining.invitation, name="invitation"),
    path(ROOM, groups.group, name="group"),
    path(f"{ROOM}change/", groups.group_change, name="group_change"),
    path(f"{ROOM}follow/", groups.group_follow, name="group_follow"),
    path(f"{ROOM}follow/removal/", groups.group_unfollow, name="group_unfollow"),
    path(f"{ROOM}joining/", joining.joining, name="joining"),
    path(f"{ROOM}leaving/", joining.leaving, name="leaving"),
    path(f"{ROOM}people/", joining.people, name="group_people"),
    path(f"{ROOM}people/<int:membership_id>/", joining.membership, name="membership"),
    path(f"{ROOM}invitations/", joining.inviting, name="inviting"),
    path(
        f"{ROOM}invitations/<int:invitation_id>/removal/",
        joining.invitation_removal,
        name="invitation_removal",
    ),
    path(CLAIMS, joining.claims, name="claims"),
    path(f"{CLAIMS}<int:rule_id>/removal/", joining.claim_removal, name="claim_removal"),
]
