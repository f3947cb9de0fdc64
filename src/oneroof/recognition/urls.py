from django.urls import URLPattern, path

from oneroof.recognition.views import desk, mvp, people, places

app_name = "recognition"

DESK = "desk/recognition/"
ROUND = "desk/recognition/rounds/<int:round_id>/"
LISTED = "desk/recognition/directory/"
PLACE = "people/places/<int:listing_id>/"

urlpatterns: list[URLPattern] = [
    path("people/", people.people, name="people"),
    path("people/me/", people.me, name="me"),
    path("people/<int:member_id>/", people.person, name="person"),
    path("people/sitemap.xml", places.site_map, name="site_map"),
    path(PLACE, places.place, name="place"),
    path(f"{PLACE}claim/", places.claim, name="claim"),
    path(f"{PLACE}leaving/", places.leaving, name="leaving"),
    path(f"{PLACE}edit/", places.editing, name="place_edit"),
    path("people/asks/<int:ask_id>/passing/", people.passing, name="passing"),
    path("mvp/", mvp.honoured, name="mvp"),
    path("mvp/<int:award_id>/letter/", mvp.letter, name="letter"),
    path(DESK, mvp.rounds, name="rounds"),
    path(ROUND, mvp.one_round, name="round"),
    path(f"{ROUND}choice/", mvp.choice, name="choice"),
    path(f"{ROUND}announcement/", mvp.announcement, name="announcement"),
    path(f"{DESK}awards/<int:award_id>/removal/", mvp.choice_removal, name="choice_removal"),
    path(f"{DESK}fairness/", desk.fairness, name="fairness"),
    path(f"{DESK}fairness/taking-back/", desk.taking_back, name="taking_back"),
    path(f"{DESK}routing/", desk.routing, name="routing"),
    path(LISTED, desk.listings, name="listings"),
    path(f"{LISTED}claims/<int:claim_id>/decision/", desk.claim_decision, name="claim_decision"),
    path(f"{LISTED}new/", desk.listing_add, name="listing_add"),
    path(f"{LISTED}<int:listing_id>/", desk.listing, name="listing"),
    path(f"{LISTED}<int:listing_id>/removal/", desk.listing_removal, name="listing_removal"),
]
