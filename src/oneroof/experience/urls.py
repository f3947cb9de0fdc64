from django.urls import URLPattern, path

from oneroof.experience.views import (
    answering,
    proof,
    reports,
    response,
    returns,
    satisfaction,
    surveys,
    targets,
    teams,
    trials,
)

app_name = "experience"

AT = "desk/experience/"

urlpatterns: list[URLPattern] = [
    path(AT, response.response, name="response"),
    path(f"{AT}response/rows/", response.rows, name="response_rows"),
    path(f"{AT}satisfaction/", satisfaction.satisfaction, name="satisfaction"),
    path(f"{AT}satisfaction/answers/", satisfaction.answers, name="answers"),
    path(f"{AT}surveys/", surveys.survey_list, name="surveys"),
    path(f"{AT}surveys/add/", surveys.survey_add, name="survey_add"),
    path(f"{AT}surveys/rest/", surveys.rest, name="survey_rest"),
    path(f"{AT}surveys/<int:survey_id>/", surveys.survey_change, name="survey_change"),
    path(f"{AT}surveys/asking/", surveys.ask, name="survey_ask"),
    path(f"{AT}surveys/link/", surveys.link, name="survey_link"),
    path(f"{AT}return/", returns.returns, name="return"),
    path(f"{AT}return/sought/", returns.sought, name="sought"),
    path(f"{AT}return/inputs/<slug:name>/", returns.input_change, name="input_change"),
    path(f"{AT}years/", proof.years, name="years"),
    path(f"{AT}recovery/", proof.recovered, name="recovery"),
    path(f"{AT}trials/", trials.trial_list, name="trials"),
    path(f"{AT}trials/add/", trials.trial_add, name="trial_add"),
    path(f"{AT}trials/<int:trial_id>/", trials.trial, name="trial"),
    path(f"{AT}trials/<int:trial_id>/withdrawal/", trials.withdrawal, name="trial_withdraw"),
    path(f"{AT}trials/units/<int:unit_id>/start/", trials.start, name="trial_start"),
    path(f"{AT}reports/", reports.report_list, name="reports"),
    path(f"{AT}reports/add/", reports.report_add, name="report_add"),
    path(f"{AT}reports/<int:report_id>/", reports.report, name="report"),
    path(f"{AT}reports/<int:report_id>/pdf/", reports.report_pdf, name="report_pdf"),
    path(f"{AT}reports/<int:report_id>/change/", reports.report_change, name="report_change"),
    path(f"{AT}reports/<int:report_id>/sending/", reports.sending, name="report_send"),
    path(f"{AT}reports/<int:report_id>/removal/", reports.removal, name="report_remove"),
    path(f"{AT}teams/", teams.teams, name="teams"),
    path(f"{AT}teams/<int:department_id>/", teams.team, name="team"),
    path(f"{AT}teams/people/<int:user_id>/", teams.person, name="person"),
    path(f"{AT}teams/targets/", targets.target_list, name="targets"),
    path(f"{AT}teams/targets/add/", targets.target_add, name="target_add"),
    path(f"{AT}teams/targets/<int:target_id>/", targets.target, name="target"),
    path(f"{AT}teams/targets/<int:target_id>/withdrawal/", targets.withdrawal, name="target_withdraw"),
    path("s/<str:token>/", answering.survey, name="survey"),
    path("s/<str:token>/done/", answering.survey_done, name="survey_done"),
    path("s/<str:token>/stop/", answering.stop, name="survey_stop"),
]
