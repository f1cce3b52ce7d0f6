"""Addresses of the saving path."""

from django.urls import path

from journal import views

app_name = "journal"
urlpatterns = [
    path("save/", views.save, name="save"),
    path("session/", views.session, name="session"),
]
