"""Draws the icons of the home screen from the logo: ``.venv/bin/python tools/draw_icons.py``.

An iPhone takes no SVG and shows no transparency: the logo stands on the ground of the page, within the middle 80 %
that no system's shape of icons cuts away (w3.org/TR/appmanifest, icon masks).
"""

import subprocess
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
LOGO = ROOT / "src/oneroof/core/static/oneroof/icons/logo.svg"
GOES_TO = ROOT / "src/oneroof/core/static/oneroof/icons"
GROUND = "#ffffff"
DRAWN = {
    "home-180.png": (180, 0.7),
    "home-192.png": (192, 0.7),
    "home-512.png": (512, 0.7),
    "masked-512.png": (512, 0.54),
}


def main() -> None:
    found = subprocess.run([ROOT / "tools/find-chromium"], capture_output=True, text=True, check=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found.stdout.strip(), args=["--no-sandbox"])
        page = browser.new_page()
        for name, (size, share) in DRAWN.items():
            page.set_viewport_size({"width": size, "height": size})
            page.set_content(_page(size, share))
            page.screenshot(path=GOES_TO / name)
        browser.close()


def _page(size: int, share: float) -> str:
    side = round(size * share)
    logo = LOGO.read_text().replace("<svg ", f'<svg width="{side}" height="{side}" ', 1)
    return f'<body style="margin:0;height:100vh;display:grid;place-items:center;background:{GROUND}">{logo}</body>'


if __name__ == "__main__":
    main()
