import json
import tomllib

import pytest

from tests.browser.chart import Chart
from tests.support.app import EXPLORER, running
from tests.support.waiting import until

pytestmark = pytest.mark.browser

DARK_GREEN, LIGHT_GREEN, DARK_BLUE, LIGHT_BLUE = "#22c55e", "#117a37", "#4aa3ff", "#0b5cad"
RISING = (
    "root => root.querySelector('.js-plotly-plot')?.data"
    ".find(trace => trace.type === 'candlestick')?.increasing.fillcolor"
)
REPAINTS = 200


@pytest.fixture(scope="module")
def own_home(tmp_path_factory):
    return tmp_path_factory.mktemp("look")


@pytest.fixture(scope="module")
def server(own_home):
    with running(EXPLORER, own_home) as server:
        yield server


@pytest.fixture
def settings(page, server):
    page.emulate_media(color_scheme="dark")
    page.goto(f"{server.url}/settings")
    page.get_by_test_id("theme-choice").wait_for()
    return page


def kept(own_home):
    file = own_home / "settings.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def looks(page):
    return page.evaluate("() => ({...document.documentElement.dataset})")


def wait_look(page, **wanted):
    until(
        lambda: page.wait_for_timeout(50) or wanted.items() <= looks(page).items(),
        within_s=30,
        what=wanted,
    )


def wait_kept(own_home, page, thresholds):
    until(
        lambda: page.wait_for_timeout(50) or kept(own_home).get("thresholds", {}) == thresholds,
        within_s=30,
        what=f"{thresholds} in settings.toml",
    )


def wait_rising(chart, colour):
    until(
        lambda: chart.page.wait_for_timeout(50) or chart.root.evaluate(RISING) == colour,
        within_s=30,
        what=f"candles that rise in {colour}",
    )


def field(page, label):
    return page.get_by_role("textbox", name=label)


def wait_value(page, label, text):
    until(
        lambda: page.wait_for_timeout(50) or field(page, label).input_value() == text,
        within_s=30,
        what=f"{label} {text}",
    )


def write(page, label, text):
    field(page, label).fill(text)
    field(page, label).press("Enter")


def test_a_theme_is_chosen_without_a_reload_and_holds_on_every_page(settings, server):
    page = settings
    wait_look(page, tsTheme="dark")
    page.evaluate("() => { window.__same_page = true; }")
    page.get_by_test_id("theme-choice").get_by_text("Light").click()
    wait_look(page, tsTheme="light")
    assert page.evaluate("() => window.__same_page")
    assert page.evaluate(
        "() => getComputedStyle(document.querySelector('.stApp')).colorScheme"
    ) == ("light")
    assert page.get_by_test_id("theme-choice").locator('[aria-checked="true"]').inner_text() == (
        "☀ Light"
    )
    page.goto(f"{server.url}/health")
    page.wait_for_selector('[data-testid="first-figure"]')
    wait_look(page, tsTheme="light")


def test_two_tabs_in_different_themes_share_frames_and_are_both_right(chromium, server):
    charts = {}
    for scheme in ("dark", "light"):
        page = chromium.new_context(color_scheme=scheme).new_page()
        charts[scheme] = Chart(page).open(server.url)
    wait_rising(charts["dark"], DARK_GREEN)
    wait_rising(charts["light"], LIGHT_GREEN)
    # What is shown turns with the theme, without waiting for news.
    charts["light"].page.emulate_media(color_scheme="dark")
    wait_rising(charts["light"], DARK_GREEN)
    for chart in charts.values():
        chart.page.context.close()


def test_the_palette_is_chosen_for_every_tab_and_kept(settings, chromium, server, own_home):
    other = chromium.new_context(color_scheme="light").new_page()
    chart = Chart(other).open(server.url)
    wait_rising(chart, LIGHT_GREEN)
    settings.get_by_text("Blue buys, orange sells").click()
    wait_look(settings, tsPalette="colour-blind")
    wait_rising(chart, LIGHT_BLUE)
    assert kept(own_home)["palette"] == "colour-blind"
    other.emulate_media(color_scheme="dark")
    wait_rising(chart, DARK_BLUE)
    settings.get_by_text("Green buys, red sells").click()
    wait_rising(chart, DARK_GREEN)
    assert kept(own_home)["palette"] == "classic"
    other.context.close()


def test_a_threshold_is_kept_and_shown_as_the_others_are(settings, own_home):
    write(settings, "EXTREME beyond", "0.05")
    write(settings, "DANGER ZONE above", "2,500,000")
    wait_kept(own_home, settings, {"extreme_funding_frac": 0.0005, "danger_quote": 2_500_000.0})
    settings.reload()
    wait_value(settings, "DANGER ZONE above", "2,500,000")
    settings.get_by_text("All as at the first start").click()
    wait_kept(own_home, settings, {})
    wait_value(settings, "EXTREME beyond", "0.04")


@pytest.mark.timeout(240)
def test_a_threshold_arrives_in_a_board_that_another_tab_shows(settings, page, server):
    board = page.context.new_page()
    board.goto(f"{server.url}/context")
    board.get_by_text("More than 15.00 BTC, Binance spot").wait_for()
    write(settings, "more than", "20")
    board.get_by_text("More than 20.00 BTC, Binance spot").wait_for()
    settings.get_by_text("All as at the first start").click()
    board.get_by_text("More than 15.00 BTC, Binance spot").wait_for()
    board.close()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("-1", "DANGER ZONE above: -1 cannot be, it goes from 1 to 1,000,000,000,000 USD"),
        ("nan", "DANGER ZONE above: nan cannot be"),
        ("<b>x</b>", "DANGER ZONE above: '<b>x</b>' is not a number"),
        ("=1+1", "DANGER ZONE above: '=1+1' is not a number"),
    ],
)
def test_what_cannot_be_is_refused_by_name_and_changes_nothing(settings, own_home, text, said):
    before = kept(own_home)
    write(settings, "DANGER ZONE above", text)
    settings.get_by_text(said).wait_for()
    settings.get_by_text("In force: 1,000,000 USD.").wait_for()
    assert kept(own_home) == before


def test_a_threshold_on_the_wrong_side_of_another_is_refused_by_name(settings):
    write(settings, "⚠ from", "100")
    settings.get_by_text("whale_quote (500000) must not be above mega_quote (100)").wait_for()


def texts_of(value):
    if isinstance(value, str):
        return [value]
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for each in inside for text in texts_of(each)]


def test_a_frame_is_translated_within_a_millisecond(page, server):
    frames = []

    def keep(frame):
        frames.append(frame)

    page.on("websocket", lambda socket: socket.on("framereceived", keep))
    page.emulate_media(color_scheme="light")
    wait_rising(Chart(page).open(server.url), LIGHT_GREEN)
    frame = max((each for each in frames if each[:4] == b"TSF1"), key=len)
    length = int.from_bytes(frame[4:8], "little")
    texts = texts_of(json.loads(frame[8 : 8 + length]))
    assert "#22c55e" in texts
    took_ms = page.evaluate(
        """async ([texts, times]) => {
            const { painted } = await import("/assets/front/paint.js");
            const began = performance.now();
            for (let i = 0; i < times; i++) texts.forEach(painted);
            return (performance.now() - began) / times;
        }""",
        [texts, REPAINTS],
    )
    print(f"{len(texts)} texts of a frame are translated in {1000 * took_ms:.0f} µs")
    assert took_ms < 1
