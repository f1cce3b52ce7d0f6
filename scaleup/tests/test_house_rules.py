"""Rules of the house that a machine can hold. Each has a text that breaks it, so that it cannot sleep."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "journal", "programs", "partners", "funding", "assessments", "dashboards", "reminders", "scaleup")
DRAWERS = {"common", "helpers", "managers", "misc", "services", "tools", "util", "utils"}

LONGEST_MODULE, LONGEST_CLASS, LONGEST_FUNCTION, LONGEST_VIEW = 500, 250, 50, 25
LONGEST_TEMPLATE, LONGEST_CSS, LONGEST_JS, MOST_MODELS = 200, 500, 250, 15

Rule = Callable[[str], Iterator[str]]


def python_files(*, tests: bool) -> list[Path]:
    found = [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
    return sorted(path for path in found if tests or "tests" not in path.parts)


def files(folder: str, pattern: str) -> list[Path]:
    return sorted((ROOT / folder).rglob(pattern))


def is_view(path: Path) -> bool:
    return path.name == "views.py" or "views" in path.relative_to(ROOT).parts


def length(node: ast.stmt) -> int:
    return (node.end_lineno or 0) - node.lineno + 1


def at_most(lines: int) -> Rule:
    def rule(text: str) -> Iterator[str]:
        if (count := len(text.splitlines())) > lines:
            yield f"{count} lines, more than {lines}"

    return rule


def small_parts(text: str) -> Iterator[str]:
    limits = {ast.FunctionDef: LONGEST_FUNCTION, ast.AsyncFunctionDef: LONGEST_FUNCTION, ast.ClassDef: LONGEST_CLASS}
    for node in ast.walk(ast.parse(text)):
        limit = limits.get(type(node))
        if limit and length(node) > limit:
            yield f"line {node.lineno}: {node.name} has {length(node)} lines, more than {limit}"


def small_views(text: str) -> Iterator[str]:
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and length(node) > LONGEST_VIEW:
            yield f"line {node.lineno}: {node.name} has {length(node)} lines, more than {LONGEST_VIEW}"


def no_queries_past_the_door(text: str) -> Iterator[str]:
    """A view asks for what somebody may see, never for everything."""
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Attribute(value=ast.Attribute(attr="objects"), attr="all" | "get" | "filter" as method):
                yield f"line {node.lineno}: objects.{method}"


def begins_with_its_purpose(text: str) -> Iterator[str]:
    if text.strip() and not ast.get_docstring(ast.parse(text)):
        yield "no docstring that says what lives here"


def nothing_inline(text: str) -> Iterator[str]:
    """The content security policy refuses inline style and script."""
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(r"<style\b|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=[\"']|javascript:", line):
            yield f"line {number}: {line.strip()}"


def no_sides(text: str) -> Iterator[str]:
    """Pages are read from right to left as well: start and end, not left and right."""
    physical = (
        r"(?<![\w-])(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)\b|(?:left|right)\s*:)"
    )
    value = r"(?:text-align|float|clear)\s*:\s*(?:left|right)\b"
    bare = re.sub(r"/\*.*?\*/", lambda comment: "\n" * comment[0].count("\n"), text, flags=re.DOTALL)
    for number, line in enumerate(bare.splitlines(), 1):
        if re.search(f"{physical}|{value}", line):
            yield f"line {number}: {line.strip()}"


def breaches(rule: Rule, paths: list[Path]) -> list[str]:
    return [f"{path.relative_to(ROOT)}: {found}" for path in paths for found in rule(path.read_text())]


PYTHON, TESTED = python_files(tests=False), python_files(tests=True)
VIEWS = [path for path in PYTHON if is_view(path)]
HTML = files("templates", "*.html")
PAGES = [path for path in HTML if path.parent.name != "mail"]  # a mail brings its few styles along, and has no policy
CSS, JS = files("static", "*.css"), files("static", "*.js")


@pytest.mark.parametrize(
    ("rule", "paths", "bad"),
    [
        pytest.param(at_most(LONGEST_MODULE), TESTED, "x = 1\n" * 501, id="modules stay short"),
        pytest.param(at_most(LONGEST_TEMPLATE), HTML, "<p>\n" * 201, id="templates stay short"),
        pytest.param(at_most(LONGEST_CSS), CSS, "a{}\n" * 501, id="style sheets stay short"),
        pytest.param(at_most(LONGEST_JS), JS, "f();\n" * 251, id="scripts stay short"),
        pytest.param(small_parts, TESTED, "def f():\n" + "    g()\n" * 50, id="functions and classes stay short"),
        pytest.param(small_views, VIEWS, "def page(request):\n" + "    g()\n" * 25, id="views fit on a screen"),
        pytest.param(no_queries_past_the_door, VIEWS, "Program.objects.filter(pk=1)", id="views ask the door"),
        pytest.param(begins_with_its_purpose, TESTED, "x = 1", id="modules say what lives there"),
        pytest.param(nothing_inline, PAGES, '<p style="color: red">', id="nothing inline"),
        pytest.param(no_sides, CSS, "p { margin-left: 1rem }", id="start and end, not left and right"),
    ],
)
def test_house_rule(rule: Rule, paths: list[Path], bad: str) -> None:
    assert list(rule(bad)) != []
    assert breaches(rule, paths) == []


@pytest.mark.parametrize(
    ("rule", "text", "count"),
    [
        (nothing_inline, '<script type="module" src="/static/js/page.js"></script>', 0),
        (nothing_inline, "<script>alert(1)</script>", 1),
        (nothing_inline, '<a onclick="f()">', 1),
        (nothing_inline, '<p class="style" data-on="x">', 0),
        (no_sides, "p { inset-inline-start: 0; text-align: start; margin-inline-end: 1px }", 0),
        (no_sides, "p { left: 0 }\nq { text-align: right }\n/* left: 0 */", 2),
        (no_queries_past_the_door, "Program.objects.visible_to(user).filter(pk=1)", 0),
        (no_queries_past_the_door, "Program.objects.get(pk=1); User.objects.all()", 2),
    ],
)
def test_the_rules_see_what_they_should(rule: Rule, text: str, count: int) -> None:
    assert len(list(rule(text))) == count


def test_no_drawers() -> None:
    names = {path.relative_to(ROOT): {path.stem, path.parent.name} & DRAWERS for path in TESTED}
    assert {path: drawer for path, drawer in names.items() if drawer} == {}


def test_few_models_an_app() -> None:
    from django.apps import apps

    crowded = {app: len(list(apps.get_app_config(app).get_models())) for app in APPS}
    assert {app: count for app, count in crowded.items() if count > MOST_MODELS} == {}


def test_no_folder_of_one_machine() -> None:
    texts = [*TESTED, *HTML, *CSS, *JS, *files("docs", "*.md"), *ROOT.glob("*.*")]
    folders = re.compile(r"/(?:home|root|Users)/\w+/")
    found = [str(path.relative_to(ROOT)) for path in texts if path.is_file() and folders.search(path.read_text())]
    assert found == []
