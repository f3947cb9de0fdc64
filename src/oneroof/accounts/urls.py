from django.urls import path

from oneroof.accounts.views import audit, departments, language, link, people, profile, rules

urlpatterns = [
    path("sign-in/<str:secret>/", link.sign_in_by_link, name="sign_in_by_link"),
    path("language/", language.language, name="language"),
    path("desk/settings/", profile.settings_start, name="settings"),
    path("desk/settings/profile/", profile.profile, name="profile"),
    path("desk/settings/tokens/new/", profile.token_add, name="token_add"),
    path(
        "desk/settings/tokens/<int:token_id>/revocation/", profile.token_revocation, name="token_revocation"
    ),
    path("desk/settings/rules/", rules.rules_page, name="rules"),
    path("desk/settings/rules/new/", rules.rules_new_version, name="rules_new_version"),
    path("desk/settings/rules/<int:version>/", rules.rules_version, name="rules_version"),
    path("desk/settings/rules/<int:version>/acceptance/", rules.rules_acceptance, name="rules_acceptance"),
    path("desk/settings/people/", people.people_list, name="people"),
    path("desk/settings/people/new/", people.person_add, name="person_add"),
    path("desk/settings/people/<int:user_id>/", people.person_change, name="person_change"),
    path("desk/settings/people/<int:user_id>/link/", people.person_link, name="person_link"),
    path(
        "desk/settings/departments/<int:department_id>/removal/",
        departments.department_removal,
        name="department_removal",
    ),
    path("desk/settings/departments/", departments.departments_page, name="departments"),
    path(
        "desk/settings/departments/<int:department_id>/",
        departments.department_change,
        name="department_change",
    ),
    path("desk/settings/audit/", audit.audit_list, name="audit"),
    path("desk/settings/audit/file/", audit.audit_export, name="audit_export"),
]
