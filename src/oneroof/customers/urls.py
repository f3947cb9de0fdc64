from django.urls import path

from oneroof.customers.views import joining, people, reaching

app_name = "customers"
urlpatterns = [
    path("desk/people/", people.people, name="people"),
    path("desk/people/<int:person_id>/", people.person, name="person"),
    path("desk/people/<int:person_id>/value/", people.value, name="value"),
    path("desk/people/<int:person_id>/archive/", people.archive, name="archive"),
    path("desk/people/<int:person_id>/erasure/", people.erasure, name="erasure"),
    path("desk/people/<int:person_id>/reach/", reaching.reach, name="reach"),
    path("desk/people/<int:person_id>/joining/", joining.joining, name="joining"),
    path("desk/people/links/<int:link_id>/acceptance/", joining.acceptance, name="link_acceptance"),
    path("desk/people/links/<int:link_id>/refusal/", joining.refusal, name="link_refusal"),
    path("desk/people/links/<int:link_id>/undoing/", joining.undoing, name="link_undoing"),
]
