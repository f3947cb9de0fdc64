"""The addresses of talks, of following people, and of counsel."""

from django.urls import URLPattern, path

from oneroof.community.views import counsel, talks

ONE = "m/<int:member_id>/"

TALKS: list[URLPattern] = [
    path("talks/", talks.talk_list, name="talks"),
    path("talks/<int:talk_id>/", talks.talk, name="talk"),
    path("talks/<int:talk_id>/reading/", talks.reading, name="talk_reading"),
    path("talks/messages/<int:message_id>/report/", talks.message_report, name="message_report"),
    path(f"{ONE}message/", talks.writing, name="message"),
    path(f"{ONE}follow/", talks.following, name="follow_member"),
    path(f"{ONE}follow/removal/", talks.unfollowing, name="unfollow_member"),
    path(f"{ONE}block/", talks.blocking, name="block"),
    path(f"{ONE}block/removal/", talks.unblocking, name="unblock"),
    path("desk/moderation/messages/", talks.reported, name="reported_messages"),
    path("desk/moderation/messages/<int:report_id>/", talks.message_decision, name="message_decision"),
    path("desk/counsel/", counsel.counsel_list, name="counsels"),
    path("desk/counsel/new/<int:entry_id>/", counsel.asking, name="counsel_add"),
    path("desk/counsel/<int:counsel_id>/", counsel.counsel, name="counsel"),
]
