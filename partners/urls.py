"""Addresses of everything about who does what in one program."""

from django.urls import URLPattern

app_name = "partners"
urlpatterns: list[URLPattern] = []
