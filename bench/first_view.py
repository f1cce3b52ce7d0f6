"""How soon a page is seen on a poor link: Chromium throttled to slow 3G on a slow processor."""

from statistics import median
from typing import Any

from bench.filling import DONOR, FACILITATOR, signed_in
from bench.pages import CURRENT_STEP, LEADS
from bench.site import Site
from scaleup.testing.browser import QUIET, find_chromium

SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
CPU_SLOWER = 4
TIMES = 3
WATCH = """
window.seen = {lcp: 0, cls: 0, blocked: 0};
new PerformanceObserver(list => { for (const e of list.getEntries()) seen.lcp = e.startTime; })
    .observe({type: 'largest-contentful-paint', buffered: true});
new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput) seen.cls += e.value; })
    .observe({type: 'layout-shift', buffered: true});
new PerformanceObserver(list => { for (const e of list.getEntries()) seen.blocked += Math.max(0, e.duration - 50); })
    .observe({type: 'longtask', buffered: true});
"""
FIRST_PAINT = """() => new Promise(tell => new PerformanceObserver(list => {
    for (const e of list.getEntriesByName('first-contentful-paint')) tell(e.startTime);
}).observe({type: 'paint', buffered: true}))"""


def measure(site: Site) -> dict[str, Any] | None:
    """First and repeated view of three pages, medians; None without Chromium."""
    chromium = find_chromium()
    if chromium is None:
        return None
    from playwright.sync_api import sync_playwright

    pages = {
        "portfolio": ("/portfolios/1/", FACILITATOR),
        "donor dashboard": ("/portfolios/1/donor/", DONOR),
        "step": (f"/programs/{LEADS[0]}/steps/{CURRENT_STEP}/", LEADS[0]),
    }
    cookies = {name: signed_in(user)["Cookie"] for name, (_, user) in pages.items()}
    with site.product() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*QUIET, "--no-sandbox"])
        root = f"http://127.0.0.1:{server.port}"
        return {
            name: _median([_visit(browser, root, path, cookies[name]) for _ in range(TIMES)])
            for name, (path, _) in pages.items()
        }


def _visit(browser: Any, root: str, path: str, cookie: str) -> dict[str, float]:
    """A page in a browser that has never been here, and once more."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    pairs = (pair.split("=", 1) for pair in cookie.split("; "))
    context.add_cookies([{"name": name, "value": value, "url": root} for name, value in pairs])
    first = _look(context, root + path)
    again = _look(context, root + path)
    context.close()
    return first | {"again_fcp": again["fcp"]}


def _look(context: Any, address: str) -> dict[str, float]:
    page = context.new_page()
    devtools, received, kinds = context.new_cdp_session(page), {}, {}
    devtools.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    devtools.on(
        "Network.loadingFinished", lambda event: received.update({event["requestId"]: event["encodedDataLength"]})
    )
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW_3G)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWER})
    page.add_init_script(WATCH)
    page.goto(address, wait_until="networkidle")
    fcp = page.evaluate(FIRST_PAINT)  # on a busy machine the network may be idle before it
    told = page.evaluate("window.seen")
    told |= {"fcp": fcp, "lcp": max(fcp, told["lcp"])}
    page.close()
    needed = sum(size for request, size in received.items() if kinds.get(request) in ("Document", "Stylesheet"))
    return told | {"html_and_css_bytes": needed, "all_bytes": sum(received.values())}


def _median(visits: list[dict[str, float]]) -> dict[str, float]:
    return {name: round(median(visit[name] for visit in visits), 3) for name in visits[0]}
