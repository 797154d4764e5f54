"""Chromium from the system, driven by Playwright."""

import shutil
from contextlib import contextmanager

ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
INSTALL = "Chromium is not installed; sudo apt-get install chromium"


def executable():
    """Path of the browser, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def browser():
    """A running headless browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable(), args=list(ARGS))
        try:
            yield chromium
        finally:
            chromium.close()
