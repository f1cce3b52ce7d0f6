"""Addresses of readiness pages."""

from django.urls import path

from assessments import views

app_name = "assessments"
urlpatterns = [
    path("programs/<int:program_id>/readiness/", views.readiness, name="readiness"),
    path("programs/<int:program_id>/readiness/live/", views.live, name="live"),
]
