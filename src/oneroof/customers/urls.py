from django.urls import path

from oneroof.customers import views

app_name = "customers"
urlpatterns = [
    path("desk/people/", views.people, name="people"),
    path("desk/people/<int:person_id>/", views.person, name="person"),
]
