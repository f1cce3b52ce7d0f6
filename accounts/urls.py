"""Addresses of the accounts. Of django-allauth only what the product uses, each behind a door of ours."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from accounts.views import entering, inviting, joining, organisations, own_account, own_address, portfolios, signing_in

organisation_urls = [
    path("", organisations.organisation, name="organisation"),
    path("name/", organisations.organisation_edit, name="organisation_edit"),
    path("access/", organisations.organisation_access, name="organisation_access"),
    path("people/<int:person_id>/admin/", organisations.person_admin, name="person_admin"),
    path("people/<int:person_id>/remove/", organisations.person_remove, name="person_remove"),
    path("portfolios/", portfolios.portfolios_list, name="portfolios_list"),
    path("portfolios/new/", portfolios.portfolio_add, name="portfolio_add"),
    path("portfolios/<int:portfolio_id>/", portfolios.portfolio, name="portfolio"),
    path("portfolios/<int:portfolio_id>/edit/", portfolios.portfolio_edit, name="portfolio_edit"),
    path(
        "portfolios/<int:portfolio_id>/watchers/<int:watcher_id>/remove/",
        portfolios.watcher_remove,
        name="watcher_remove",
    ),
]
own_urls: list[URLPattern | URLResolver] = [
    path("", entering.front, name="front"),
    path("demo/enter/<str:entrance>/", entering.demo_enter, name="demo_enter"),
    path("set-up/<str:token>/", entering.set_up, name="set_up"),
    path("account/", own_account.account, name="account"),
    path("account/email/", own_address.email_change, name="email_change"),
    path("account/email/keep/", own_address.email_keep, name="email_keep"),
    path("account/email/<int:person_id>/<str:token>/", own_address.email_confirm, name="email_confirm"),
    path("account/sessions/<int:session_id>/end/", own_account.session_end, name="session_end"),
    path("account/sessions/end-others/", own_account.session_end_others, name="session_end_others"),
    path("invitation/<int:invitation_id>/<str:token>/", joining.invitation, name="invitation"),
    path("invitations/new/<str:kind>/<int:object_id>/", inviting.invitation_add, name="invitation_add"),
    path("invitations/<int:invitation_id>/resend/", inviting.invitation_resend, name="invitation_resend"),
    path("invitations/<int:invitation_id>/withdraw/", inviting.invitation_revoke, name="invitation_revoke"),
    path("organisations/", organisations.organisations_list, name="organisations_list"),
    path("organisations/<int:organisation_id>/", include(organisation_urls)),
]
# Names as django-allauth asks for them.
signing_in_urls = [
    path("sign-in/", signing_in.login, name="account_login"),
    path("sign-out/", signing_in.logout, name="account_logout"),
    path("closed/", signing_in.account_inactive, name="account_inactive"),
    path("confirm/", signing_in.reauthenticate, name="account_reauthenticate"),
    path("password/", signing_in.password_change, name="account_change_password"),
    path("password/forgotten/", signing_in.password_reset, name="account_reset_password"),
    path("password/forgotten/sent/", signing_in.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[-\w]+)/$",
        signing_in.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("sessions/", own_account.sessions, name="usersessions_list"),
    path("two-step/", signing_in.mfa_index, name="mfa_index"),
    path("two-step/code/", signing_in.mfa_authenticate, name="mfa_authenticate"),
    path("two-step/confirm/", signing_in.mfa_reauthenticate, name="mfa_reauthenticate"),
    path("two-step/app/", signing_in.mfa_activate_totp, name="mfa_activate_totp"),
    path("two-step/app/off/", signing_in.mfa_deactivate_totp, name="mfa_deactivate_totp"),
    path("two-step/codes/", signing_in.mfa_view_recovery_codes, name="mfa_view_recovery_codes"),
    path("two-step/codes/new/", signing_in.mfa_generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("two-step/codes/download/", signing_in.mfa_download_recovery_codes, name="mfa_download_recovery_codes"),
]
urlpatterns = [
    path("", include((own_urls, "accounts"))),
    path("account/", include(signing_in_urls)),
]
