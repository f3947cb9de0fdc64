from django.urls import URLPattern, path

from oneroof.experience.views import response, satisfaction

app_name = "experience"

AT = "desk/experience/"

urlpatterns: list[URLPattern] = [
    path(AT, response.response, name="response"),
    path(f"{AT}response/rows/", response.rows, name="response_rows"),
    path(f"{AT}satisfaction/", satisfaction.satisfaction, name="satisfaction"),
    path(f"{AT}satisfaction/answers/", satisfaction.answers, name="answers"),
]
