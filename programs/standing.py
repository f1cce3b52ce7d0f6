"""Who may do what with a program: one table of roles, and a person's standing that follows from it."""

from dataclasses import dataclass
from enum import StrEnum, auto

from django.core.exceptions import PermissionDenied
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from accounts.models import User
from programs.models import Program
from programs.models.programs import ROLES


class Can(StrEnum):
    """What can be allowed on a program."""

    READ_SETTLED = auto()  # the path, decisions and figures as donors see them
    READ = auto()  # answers, notes, evidence, remarks, history
    REMARK = auto()
    WRITE = auto()  # answers, notes, owners, evidence, reach figures
    SUBMIT = auto()
    WITHDRAW = auto()
    MANAGE = auto()  # team, ambition, portfolios
    VERIFY = auto()
    DECIDE = auto()
    RUN_ROUNDS = auto()  # assessment rounds: set up, reveal, close; never one's own ratings
    NAME_REVIEWER = auto()
    ARCHIVE = auto()


class Role(StrEnum):
    """How a person stands to one program; a person may have several."""

    LEAD = auto()
    EDITOR = auto()
    VIEWER = auto()
    HOME_FACILITATOR = auto()
    FACILITATOR = auto()
    REVIEWER = auto()
    DONOR = auto()
    ADMIN = auto()


_READING = frozenset({Can.READ_SETTLED, Can.READ})
_EDITING = _READING | {Can.REMARK, Can.WRITE, Can.SUBMIT}
_REVIEWING = _READING | {Can.REMARK, Can.VERIFY, Can.DECIDE, Can.RUN_ROUNDS}

ALLOWED: dict[Role, frozenset[Can]] = {
    Role.LEAD: _EDITING | {Can.WITHDRAW, Can.MANAGE, Can.RUN_ROUNDS, Can.ARCHIVE},
    Role.EDITOR: _EDITING,
    Role.VIEWER: _READING,
    Role.HOME_FACILITATOR: _REVIEWING,
    Role.REVIEWER: _REVIEWING,
    Role.FACILITATOR: _READING,
    Role.DONOR: frozenset({Can.READ_SETTLED}),
    Role.ADMIN: _READING | {Can.MANAGE, Can.NAME_REVIEWER, Can.ARCHIVE},
}
MEMBERS = frozenset({Role.LEAD, Role.EDITOR, Role.VIEWER})
NEVER_BY_MEMBERS = frozenset({Can.VERIFY, Can.DECIDE})
WHEN_ARCHIVED = frozenset({Can.READ_SETTLED, Can.READ, Can.ARCHIVE})


# In front of every page and every save of a program, so written by hand: the ORM composed it for
# longer than PostgreSQL takes to answer it.
# Columns are named: a plan kept by a connection must outlive a column that a newer version adds.
WITH_ROLES = f"""
SELECT {", ".join(f"program.{field.column}" for field in Program._meta.concrete_fields)}, ARRAY(
    SELECT role FROM ({ROLES}) standing WHERE standing.program_id = program.id AND standing.user_id = %(user)s
) AS roles
FROM programs_program program WHERE id = %(program)s
"""  # noqa: S608  all words are our own

READERS = ", ".join(f"'{role}'" for role in Role if Can.READ in ALLOWED[role])
# The numbers of the programs whose work {person} may read, archived or not.
READABLE = f"SELECT program_id FROM ({ROLES}) standing WHERE user_id = {{person}} AND role IN ({READERS})"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's roles towards one program, and what they allow now."""

    roles: frozenset[Role]
    can: frozenset[Can]

    @classmethod
    def of(cls, program: Program) -> "Standing":
        """From a program loaded with its `roles`."""
        roles = frozenset(map(Role, program.roles))
        return cls(roles, allowed(roles, is_archived=program.is_archived))

    @property
    def is_member(self) -> bool:
        return bool(self.roles & MEMBERS)

    @property
    def is_donor_only(self) -> bool:
        return self.can == {Can.READ_SETTLED}


def allowed(roles: frozenset[Role], *, is_archived: bool = False) -> frozenset[Can]:
    """What the roles allow together: members never decide on their own program, archives are read-only."""
    can = frozenset[Can]().union(*(ALLOWED[role] for role in roles))
    if roles & MEMBERS:
        can -= NEVER_BY_MEMBERS
    if is_archived:
        can = can & WHEN_ARCHIVED if roles - {Role.DONOR} else frozenset()
    return can


def program_for(user: User, program_id: int) -> tuple[Program, Standing]:
    """The program and the person's standing, in one query.

    Raises Program.DoesNotExist also when it is there but not theirs to know of.
    """
    for program in Program.objects.raw(WITH_ROLES, {"program": program_id, "user": user.pk}):
        standing = Standing.of(program)
        if standing.can:
            return program, standing
    raise Program.DoesNotExist


def readable_by(user: User) -> RawSQL:
    """The numbers of the programs whose work the person may read (`Can.READ`), to filter by: `program__in=…`."""
    return RawSQL(READABLE.format(person="%s"), [user.pk])  # noqa: S611  all words are our own


def require(user: User, program_id: int, needs: Can) -> Program:
    """The program, if the person may do this there now: the verbs of the domain ask it under their lock.

    Raises PermissionDenied with a sentence.
    """
    try:
        program, standing = program_for(user, program_id)
    except Program.DoesNotExist:
        raise PermissionDenied(_("You have no access to this program.")) from None
    if needs not in standing.can:
        raise PermissionDenied(refusal(program))
    return program


def refusal(program: Program) -> str:
    """Why something is not allowed, in words."""
    if program.is_archived:
        return _("This program is archived: it can be read, not changed.")
    return _("Your role in this program does not allow this.")
