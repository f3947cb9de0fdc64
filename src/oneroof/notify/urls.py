from django.urls import path

from oneroof.notify.views import home_screen, notices, outlets

app_name = "notify"
urlpatterns = [
    path("desk/notices/", notices.notices, name="notices"),
    path("desk/notices/reading/", notices.reading, name="reading"),
    path("desk/notices/reading/all/", notices.reading_all, name="reading_all"),
    path("desk/notices/<int:notice_id>/opening/", notices.opening, name="opening"),
    path("desk/settings/notices/", notices.preferences, name="preferences"),
    path("desk/settings/notices/browsers/", outlets.browsers, name="browsers"),
    path("desk/settings/rooms/", outlets.rooms, name="rooms"),
    path("desk/settings/rooms/new/<slug:carrier>/", outlets.room_add, name="room_add"),
    path("desk/settings/rooms/<int:outlet_id>/", outlets.room, name="room"),
    path("desk/settings/rooms/<int:outlet_id>/test/", outlets.test, name="room_test"),
    path("desk/settings/rooms/<int:outlet_id>/removal/", outlets.removal, name="room_removal"),
    path("notices/unsubscribe/<str:token>/", notices.unsubscribe, name="unsubscribe"),
    path("notices-worker.js", outlets.worker, name="worker"),
    path("desk.webmanifest", home_screen.manifest, name="manifest"),
]
