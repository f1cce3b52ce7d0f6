"""Addresses of the three front doors."""

from django.urls import include, path

from dashboards.views import donor, home, partners, portfolio, rounds

app_name = "dashboards"
portfolio_urls = [
    path("", portfolio.portfolio, name="portfolio"),
    path("programs.csv", portfolio.portfolio_csv, name="portfolio_csv"),
    path("queue/", portfolio.queue, name="queue"),
    path("rounds/", rounds.portfolio_rounds, name="portfolio_rounds"),
    path("partners/", partners.portfolio_partners, name="portfolio_partners"),
    path("partners/organisations/", partners.portfolio_organisations, name="portfolio_organisations"),
    path("ask/", portfolio.portfolio_ask, name="portfolio_ask"),
    path("donor/", donor.donor, name="donor"),
    path("donor/programs/", donor.donor_programs, name="donor_programs"),
    path("donor/programs/<int:program_id>/", donor.donor_program, name="donor_program"),
]
urlpatterns = [
    path("home/", home.home, name="home"),
    path("portfolios/<int:portfolio_id>/", include(portfolio_urls)),
]
