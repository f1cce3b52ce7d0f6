"""Reading a page as people do: its words, its first sentences, its tables."""

import re
from html import unescape


def said(fragment: str) -> str:
    """The words of a piece of a page, in one line."""
    text = unescape(re.sub(r"<[^>]+>", " ", fragment)).replace("\u00a0", " ")
    return re.sub(r"\s+([.,;:])", r"\1", re.sub(r"\s+", " ", text)).strip()


def words(html: str) -> str:
    """The words of the main part."""
    return said(html[html.index("<main") : html.index("</main")])


def lede(html: str) -> str:
    """What stands below the heading of the page."""
    return said(html.split('<div class="lede">')[1].split("</div>")[0])


def table(html: str, heading: str) -> list[list[str]]:
    """The rows of the first table after a heading that turns into a list on a phone, without its head."""
    after = html[html.index(heading) :]
    body = after.split('<table class="cards-on-phone">')[1].split("</table>")[0].split("</thead>")[1]
    rows = re.findall(r"<tr>(.*?)</tr>", body, flags=re.DOTALL)
    return [[said(cell) for cell in re.findall(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", row, flags=re.DOTALL)] for row in rows]
