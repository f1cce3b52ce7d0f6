"""Addresses of everything about the money of one program."""

from django.urls import URLPattern

app_name = "funding"
urlpatterns: list[URLPattern] = []
