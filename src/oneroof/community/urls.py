from django.urls import URLPattern, path

from oneroof.community.views import entries, feeds, history, home, members, merging, old_addresses, questions

app_name = "community"

ONE = "e/<int:entry_id>/"

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("found/", home.answers_first, name="found"),
    path("found/outcome/", home.helped, name="helped"),
    path("drafts/<str:place>/", home.draft, name="draft"),
    path("drafts/<str:place>/removal/", home.draft_removal, name="draft_removal"),
    path("preview/", home.preview, name="preview"),
    path("feed", feeds.newest, name="feed"),
    path("t/<str:tag>/feed", feeds.of_tag, name="tag_feed"),
    path("g/<str:slug>/feed", feeds.of_group, name="group_feed"),
    path("q/<int:question_id>/feed", feeds.of_question, name="question_feed"),
    path("sitemap.xml", feeds.site_map, name="site_map"),
    path("sitemap-<int:number>.xml", feeds.site_map_part, name="site_map_part"),
    path("robots.txt", feeds.robots, name="robots"),
    path("q/", questions.question_list, name="questions"),
    path("q/ask/", questions.asking, name="ask"),
    path("q/<int:question_id>/answers/", questions.answers, name="answers"),
    path("q/<int:question_id>", questions.question, name="question_bare"),
    path("q/<int:question_id>/<str:slug>", questions.question, name="question"),
    path("t/<str:tag>", questions.question_list, name="tag"),
    path("m/<int:member_id>", members.member, name="member"),
    path("e/<int:entry_id>", questions.short_link, name="short_link"),
    path(f"{ONE}comments/", entries.comments, name="comments"),
    path(f"{ONE}edit/", entries.editing, name="edit"),
    path(f"{ONE}history/", history.history, name="history"),
    path(f"{ONE}acceptance/", entries.acceptance, name="accept"),
    path(f"{ONE}acceptance/removal/", entries.unacceptance, name="unaccept"),
    path(f"{ONE}votes/<slug:what>/", entries.votes, name="vote"),
    path(f"{ONE}votes/<slug:what>/removal/", entries.vote_removal, name="vote_removal"),
    path(f"{ONE}follow/", entries.following, name="follow"),
    path(f"{ONE}follow/removal/", entries.unfollowing, name="unfollow"),
    path(f"{ONE}standing/", entries.standing, name="standing"),
    path(f"{ONE}merging/", merging.merging, name="merge"),
    path(f"{ONE}deletion/", entries.deletion, name="delete"),
    path(f"{ONE}restoration/", entries.restoration, name="restore"),
    path("questions/<int:number>", old_addresses.old_address, {"before": "/questions/"}),
    path("questions/<int:number>/<path:rest>", old_addresses.old_address, {"before": "/questions/"}),
    path("a/<int:number>", old_addresses.old_address, {"before": "/a/"}),
    path("a/<int:number>/<path:rest>", old_addresses.old_address, {"before": "/a/"}),
]
