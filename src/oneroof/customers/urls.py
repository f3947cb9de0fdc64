from django.urls import path

from oneroof.customers.views import (
    candidates,
    consenting,
    joining,
    origin,
    people,
    reaching,
    retaining,
    segments,
)

app_name = "customers"
urlpatterns = [
    path("desk/people/", people.people, name="people"),
    path("desk/people/<int:person_id>/", people.person, name="person"),
    path("desk/people/<int:person_id>/value/", people.value, name="value"),
    path("desk/people/<int:person_id>/archive/", people.archive, name="archive"),
    path("desk/people/<int:person_id>/erasure/", people.erasure, name="erasure"),
    path("desk/people/candidates/", candidates.candidates, name="candidates"),
    path("desk/people/candidates/<int:link_id>/", candidates.decision, name="decision"),
    path("desk/people/segments/", segments.segments, name="segments"),
    path("desk/people/segments/save/", segments.segment_save, name="segment_save"),
    path("desk/people/segments/export/", segments.segment_export, name="segment_export"),
    path("desk/people/segments/<int:segment_id>/removal/", segments.segment_removal, name="segment_removal"),
    path("r/<str:code>/", origin.follow, name="follow"),
    path("desk/people/origin/", origin.origin, name="origin"),
    path("desk/people/origin/codes/", origin.code_add, name="code_add"),
    path("desk/people/origin/codes/<int:code_id>/", origin.code_switch, name="code_switch"),
    path("desk/people/<int:person_id>/origin/", origin.touch, name="touch"),
    path("desk/people/<int:person_id>/consent/", consenting.consent, name="consent"),
    path("desk/settings/retention/", retaining.rules, name="retention"),
    path("desk/settings/retention/<str:kind>/", retaining.rule, name="retention_rule"),
    path("desk/people/erasures/<int:erasure_id>/", people.erasure_state, name="erasure_state"),
    path("desk/people/<int:person_id>/reach/", reaching.reach, name="reach"),
    path("desk/people/<int:person_id>/joining/", joining.joining, name="joining"),
    path("desk/people/links/<int:link_id>/acceptance/", joining.acceptance, name="link_acceptance"),
    path("desk/people/links/<int:link_id>/refusal/", joining.refusal, name="link_refusal"),
    path("desk/people/links/<int:link_id>/undoing/", joining.undoing, name="link_undoing"),
]
