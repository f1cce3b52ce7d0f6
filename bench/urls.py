"""The product's addresses, and those only a measurement asks for."""

from django.urls import include, path

from bench import views

urlpatterns = [
    path("bench/answer/", views.answer),
    path("bench/page/", views.page),
    path("bench/careless-save/", views.careless_save),
    path("", include("scaleup.urls")),
]
