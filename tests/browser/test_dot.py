"""The dot and the words on the status line, by what a frame says of its channels."""

import pytest

from tests.browser.chart import Chart

pytestmark = pytest.mark.browser

_SAID = """async ([state, words, age_ms]) => {
  const { Panel } = await import('/assets/front/panel.js');
  const { Readout } = await import('/assets/front/readout.js');
  const host = document.createElement('div');
  const panel = new Panel(host, 'a-test');
  clearInterval(panel.timer);
  const readout = new Readout(host);
  panel.freshness = (...found) => readout.freshness(...found);
  panel.feed.state = 'open';
  panel.feed.ack = () => {};
  const recv_ns = String((Date.now() - age_ms) * 1e6);
  panel.take({ kind: 'chart', seq: 1, age_ms, recv_ns, state, state_words: words });
  return [readout.dot.className.split(' ')[1], readout.words.textContent];
}"""


@pytest.mark.parametrize(
    ("state", "words", "age_ms", "dot"),
    [
        ("ok", "", 10, "ts-on"),
        ("late", "OKX is stale.", 10, "ts-late"),
        ("off", "OKX is rejected.", 10, "ts-off"),
        ("off", "OKX is rejected.", 60_000, "ts-off"),
        ("late", "OKX is stale.", 60_000, "ts-late"),
    ],
)
def test_the_dot_has_the_worst_state_and_the_words_say_why(page, server, state, words, age_ms, dot):
    Chart(page).open(server.url)
    assert page.evaluate(_SAID, [state, words, age_ms]) == [dot, words]
