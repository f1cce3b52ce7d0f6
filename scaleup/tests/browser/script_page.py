"""The page the scripts are tested on: its markup, and what a person does and sees there."""

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

PATIENCE = 20_000  # milliseconds; the machine may have other things to do
FORM = """
<auto-save user="{user}" kind="answer" object="123">
  <form method="post" action="/plain/">
    <input type="hidden" name="csrfmiddlewaretoken" value="{token}">
    <fieldset data-field="answer" data-version="0">
      <legend>Answer</legend>
      <input type="radio" name="answer" id="new" value="not_started" checked><label for="new">Not started</label>
      <input type="radio" name="answer" id="way" value="under_way"><label for="way">Under way</label>
      <input type="radio" name="answer" id="done" value="done"><label for="done">Done</label>
    </fieldset>
    <label for="note">Note</label><textarea id="note" name="note" data-version="{version}">
{note}</textarea>
    <label for="reason">Reason</label><input id="reason" name="reason" data-version="0">
    <label for="due_on">Due</label><input type="date" id="due_on" name="due_on" value="2027-03-31" data-version="0">
    <input type="hidden" name="base_note" value="{version}">
    <button>Save</button> <button name="then" value="next">Save, and on</button>
  </form>
</auto-save>
"""
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head><body>
<p><a href="/other/">Another page</a></p>
{body}
{words}
{scripts}
</body></html>
"""

expect.set_options(timeout=PATIENCE)


def type_note(page: "Page", text: str) -> None:
    page.fill("#note", text)
    page.locator("#note").blur()


def expect_state(page: "Page", state: str) -> None:
    expect(page.locator("save-status")).to_have_attribute("data-state", state)


def stop_the_clock(page: "Page") -> None:
    """From now on time passes only when the test lets it."""
    page.clock.pause_at(page.evaluate("Date.now()") / 1_000 + 60)


def fail_once(page: "Page", milliseconds: int) -> None:
    """Lets time pass until a try, and waits until its failure has been understood."""
    page.evaluate("window.turns ?? document.addEventListener('outbox', () => { window.turns += 1; })")
    page.evaluate("window.turns = 0")
    page.clock.run_for(milliseconds)
    page.wait_for_function("window.turns >= 2")


def waiting(page: "Page") -> list[str]:
    """What this device keeps."""
    return page.evaluate("""
      Object.values(localStorage).map(JSON.parse).sort((one, two) => one.order - two.order).map(({ value }) => value)
    """)
