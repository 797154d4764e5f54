import logging

from data.alerts.outside import Outside, _attempt, message
from tests.support.alerts import alert, receiver, rule
from tests.support.waiting import until


def sent_by(outside, *alerts):
    outside.start()
    for each in alerts:
        outside.send(each)
    return outside


def test_it_is_off_until_an_address_is_set_up():
    outside = sent_by(Outside(()), alert())
    assert not outside.is_on
    assert outside.sent() == ()
    outside.stop()


def test_an_alert_comes_to_the_service_with_its_words_as_they_are():
    with receiver() as service:
        made = alert(rule(name="<b>bold</b> =1+1 {x} :smile:"), text="*is* above\\n &amp; 5")
        outside = sent_by(Outside([service.url]), made)
        try:
            until(outside.sent)
        finally:
            outside.stop()
    (got,) = service.got
    assert got["title"] == "[SIMULATED] Tapescope: <b>bold</b> =1+1 {x} :smile:"
    assert got["message"] == "[SIMULATED] *is* above\\n &amp; 5"
    assert outside.sent()[0].problem == ""
    assert outside.sent()[0].alert_id == made.id


def test_a_service_that_fails_is_tried_again_and_then_given_up():
    with receiver(refuse=2) as service:
        outside = sent_by(Outside([service.url], waits_s=(0.01, 0.01)), alert())
        try:
            until(outside.sent)
        finally:
            outside.stop()
        assert (service.asked, len(service.got)) == (3, 1)
    with receiver(refuse=99) as service:
        outside = sent_by(Outside([service.url], waits_s=(0.01,)), alert(), alert(number=2))
        try:
            until(lambda: len(outside.sent()) == 2)
        finally:
            outside.stop()
        assert service.asked == 4
    assert "did not take it" in outside.sent()[0].problem


def test_one_service_that_fails_does_not_keep_the_other_from_it():
    with receiver(refuse=99) as bad, receiver() as good:
        outside = sent_by(Outside([bad.url, good.url], waits_s=(0.01,)), alert())
        try:
            until(lambda: len(outside.sent()) == 2)
        finally:
            outside.stop()
        assert len(good.got) == 1


def test_an_address_that_cannot_be_read_is_said_without_repeating_it(caplog):
    logging.getLogger("apprise").setLevel(logging.NOTSET)
    outside = sent_by(Outside(["nonsense://secret-key", "also"]))
    try:
        until(lambda: len(outside.sent()) == 2)
    finally:
        outside.stop()
    assert {each.problem for each in outside.sent()} == {"apprise cannot read this address"}
    assert "secret" not in str(outside.sent())
    assert "secret" not in caplog.text


def test_the_log_does_not_repeat_the_address_of_a_service_that_breaks(caplog):
    class Broken:
        def notify(self, **_):
            msg = "https://host/secret-key cannot be reached"
            raise OSError(msg)

    assert _attempt(alert(), Broken()) == "OSError; the log of the server says where"
    assert "in notify" in caplog.text
    assert "secret" not in caplog.text


def test_of_the_live_market_nothing_is_put_before_the_words():
    title, body = message(alert(source="live", text="it is so"))
    assert (title, body) == ("Tapescope: mine", "it is so")


def test_ending_it_does_not_wait_for_a_service_that_fails():
    outside = sent_by(Outside(["json://127.0.0.1:9/x"], waits_s=(60.0,)), alert())
    until(outside._queue.empty)
    outside.stop()
    assert not outside._thread.is_alive()
