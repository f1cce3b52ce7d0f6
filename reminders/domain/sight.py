"""What somebody may still see of what they were told: roles end, and words were told under a role."""

from django.db.models import Q, QuerySet

from accounts.models import Affiliation, User, Watcher
from assessments.models import Rater
from programs.models import Listing, Membership, Program
from reminders.models import Notice

TO_RATERS = ("round_rate", "news_round_opened")  # their number is that of the rater, who may be on no team


def readable(user: User) -> QuerySet[Program]:
    """Programs whose work they may read (`Can.READ`): those they know of, without those they know as donors alone."""
    helped = Listing.objects.agreed().watched_by(user, Watcher.Role.FACILITATOR)
    admin = Affiliation.objects.filter(user=user, is_admin=True)
    homes = Listing.objects.agreed().filter(is_home=True)
    return Program.objects.filter(
        Q(pk__in=Membership.objects.filter(user=user).values("program"))
        | Q(pk__in=helped.values("program"))
        | Q(organisation__in=admin.values("organisation"))
        | Q(reviewer=user) & ~Q(pk__in=homes.values("program"))
    )


def notices(user: User) -> QuerySet[Notice]:
    """Their notices in the inbox, also those put away, as far as they may still see what is said there."""
    rating = Rater.objects.standing().filter(user=user)
    return Notice.objects.filter(
        Q(program=None) | Q(program__in=readable(user)) | Q(kind__in=TO_RATERS, subject_id__in=rating.values("pk")),
        user=user,
        is_in_inbox=True,
    )
