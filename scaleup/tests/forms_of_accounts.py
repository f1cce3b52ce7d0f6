"""Forms of signing in, of people, organisations and portfolios."""

from conftest import PASSWORD
from scaleup.tests import scenes
from scaleup.tests.bad_values import LEFT_OUT, button, choice, code, email, hidden, line, nonce, password, tick
from scaleup.tests.form import Form
from scaleup.tests.scenes import NEW_PASSWORD

NEW_TWICE = {"password1": password(NEW_PASSWORD), "password2": password(NEW_PASSWORD)}
PORTFOLIO = {"name": line("Coast"), "purpose": line("For the coast.", required=False)}
FORMS = [
    # accounts
    Form(
        "accounts:account",
        "lead",
        {"name": line("Mara Ito"), "language": choice("en"), "time_zone": choice("Asia/Tokyo")},
    ),
    Form("accounts:organisation_edit", "admin", {"name": line("Bright Path")}),
    Form(
        "accounts:portfolio_add",
        "admin",
        {"name": line("Coast"), "purpose": line("For the coast.", required=False), "nonce": nonce()},
    ),
    Form(
        "accounts:portfolio_edit", "admin", {"name": line("Coast"), "purpose": line("For the coast.", required=False)}
    ),
    Form("accounts:person_admin", "admin", {"is_admin": button("1")}, page="accounts:organisation"),
    Form("accounts:person_remove", "admin"),
    Form("accounts:watcher_remove", "admin"),
    *(
        Form(
            "accounts:invitation_add",
            actor,
            {
                "email": email("someone@example.org"),
                "name": line("Some One", required=False),
                "role": choice(role),
                "by_mail": tick("on"),
            },
            ready=scenes.inviting(kind),
            variant=kind,
            again="journal_change",
        )
        for kind, actor, role in (
            ("organisation", "admin", "member"),
            ("portfolio", "admin", "donor"),
            ("program", "lead", "viewer"),
        )
    ),
    Form("accounts:invitation_resend", "lead", page="programs:team", again="journal_change"),
    Form("accounts:invitation_revoke", "lead", page="programs:team"),
    Form(
        "accounts:session_end",
        "lead",
        ready=scenes.also_signed_in_elsewhere,
        page="usersessions_list",
        changes_nothing=True,
    ),
    Form(
        "accounts:session_end_others",
        "lead",
        ready=scenes.also_signed_in_elsewhere,
        page="usersessions_list",
        changes_nothing=True,
    ),
    Form("accounts:demo_enter", "anonymous", ready=scenes.demo, page="accounts:front"),
    Form(
        "accounts:set_up",
        "anonymous",
        {
            "organisation": line("Bright Path"),
            "name": line("Mara Ito"),
            "email": email("mara@example.org"),
            "password1": password(NEW_PASSWORD),
            "password2": password(NEW_PASSWORD),
        },
        ready=scenes.first_run_begun,
    ),
    Form(
        "accounts:invitation",
        "anonymous",
        {
            "email": hidden(LEFT_OUT),
            "name": line("Mara Ito"),
            "password1": password(NEW_PASSWORD),
            "password2": password(NEW_PASSWORD),
        },
        ready=scenes.newcomer,
    ),
    # signing in
    Form(
        "account_login",
        "anonymous",
        {"login": email(lambda scene: scene.world.people["lead"].email), "password": password(PASSWORD)},
    ),
    Form("accounts:email_change", "lead", {"email": email("moved@example.org")}, ready=scenes.just_confirmed),
    Form("accounts:email_keep", "lead", ready=scenes.moving, page="accounts:account"),
    Form("accounts:email_confirm", "lead", ready=scenes.moving),
    Form("account_logout", "lead", changes_nothing=True),
    Form("account_reset_password", "anonymous", {"email": email("lead@example.org")}),
    Form(
        "account_reset_password_from_key",
        "anonymous",
        {"password1": password(NEW_PASSWORD), "password2": password(NEW_PASSWORD)},
        ready=scenes.forgetful,
    ),
    Form("account_reauthenticate", "lead", {"password": password(PASSWORD)}, changes_nothing=True),
    Form(
        "account_change_password",
        "lead",
        {"oldpassword": password(PASSWORD), "password1": password(NEW_PASSWORD), "password2": password(NEW_PASSWORD)},
    ),
    Form("mfa_reauthenticate", "lead", {"code": code(scenes.code_now)}, ready=scenes.two_steps),
    Form("mfa_authenticate", "anonymous", {"code": code(scenes.code_now)}, ready=scenes.after_the_password),
    Form("mfa_activate_totp", "lead", {"code": code(scenes.code_now)}, ready=scenes.activating),
    Form("mfa_deactivate_totp", "lead", ready=scenes.two_steps_and_signed_in),
    Form("mfa_generate_recovery_codes", "lead", ready=scenes.two_steps_and_signed_in, again="mfa_authenticator"),
]
