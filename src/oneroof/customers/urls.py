from django.urls import path

from oneroof.customers import joining_views, views

app_name = "customers"
urlpatterns = [
    path("desk/people/", views.people, name="people"),
    path("desk/people/<int:person_id>/", views.person, name="person"),
    path("desk/people/<int:person_id>/value/", views.value, name="value"),
    path("desk/people/<int:person_id>/archive/", views.archive, name="archive"),
    path("desk/people/<int:person_id>/erasure/", views.erasure, name="erasure"),
    path("desk/people/<int:person_id>/joining/", joining_views.joining, name="joining"),
    path("desk/people/links/<int:link_id>/acceptance/", joining_views.acceptance, name="link_acceptance"),
    path("desk/people/links/<int:link_id>/refusal/", joining_views.refusal, name="link_refusal"),
    path("desk/people/links/<int:link_id>/undoing/", joining_views.undoing, name="link_undoing"),
]
