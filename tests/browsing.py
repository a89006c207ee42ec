"""A real browser in tests: pages from the disk, nobody else to ask, and nothing to complain about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_core_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Dialog,
    Page,
    Route,
    expect,
    sync_playwright,
)
from tests.browsers import find_chromium

_FLAGS = (
    *("--no-sandbox", "--headless", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
_GRAVE = ("serious", "critical")
# A limit for what never comes, wide enough for a busy machine.
expect.set_options(timeout=30_000)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield the Chromium of this system.

    Raises:
        AssertionError: if there is none.
    """
    found = find_chromium()
    assert found, "these tests need Chromium: apt-get install chromium"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=list(_FLAGS))
        yield browser
        browser.close()


@dataclass
class Visit:
    """A reader of a site on the disk.

    Attributes:
        site: folder of the site.
        context: where the reader keeps what pages remember.
        page: what is open.
        complaints: errors, warnings, and requests to anywhere but the site.
    """

    site: Path
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Open a page of the site, as by a click elsewhere."""
        self.page.goto("about:blank")
        self.page.goto(f"{self.site.as_uri()}/{path}")
        return self.page

    def grave(self) -> list[str]:
        """Return what axe-core finds serious or critical on the page."""
        found: dict[str, Any] = Axe().run(self.page, options={"resultTypes": ["violations"]})
        return [
            f"{one['id']}: {node['html']}"
            for one in found["violations"]
            if one["impact"] in _GRAVE
            for node in one["nodes"]
        ]

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than the window."""
        width: int = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return width


@contextmanager
def visiting(
    browser: Browser,
    site: Path,
    *,
    locale: str = "en-US",
    scheme: Any = "light",
    width: int = 1280,
    scripts: bool = True,
) -> Iterator[Visit]:
    """Let somebody read a site; fail at the end if anything complained or asked for anything else."""
    context = browser.new_context(
        locale=locale,
        color_scheme=scheme,
        viewport={"width": width, "height": 900},
        java_script_enabled=scripts,
    )
    visit = Visit(site, context, context.new_page())
    inside = f"{site.as_uri()}/"

    def judge(route: Route) -> None:
        if route.request.url.startswith(inside):
            route.continue_()
        else:
            visit.complaints.append(f"asked for {route.request.url}")
            route.abort()

    def refuse(dialog: Dialog) -> None:
        visit.complaints.append(dialog.message)
        dialog.dismiss()

    context.route("**/*", judge)
    context.on("console", lambda said: visit.complaints.append(f"{said.type}: {said.text}"))
    context.on("weberror", lambda error: visit.complaints.append(str(error.error)))
    context.on("dialog", refuse)
    yield visit
    context.close()
    assert visit.complaints == []
