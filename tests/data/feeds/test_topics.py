from core.domain.events import Control, ControlKind
from data.feeds.topics import MAX_PATIENCE, RETRY_REFUSED_S, Refusal, Standing, TopicTracker


def ack(number="", topics=()):
    return Control(ControlKind.ACK, request_id=str(number), topics=tuple(topics))


def refused(number="", topics=(), reason="no"):
    return Control(ControlKind.REFUSED, str(number), tuple(topics), reason)


def tracker(*topics, per_request=10, requests_per_s=1000.0):
    made = TopicTracker(per_request=per_request, requests_per_s=requests_per_s)
    made.want(topics)
    return made


def requests(made, now_s=0.0):
    """Everything it wants to say from ``now_s`` on."""
    said = []
    while (request := made.next_request(now_s)) is not None:
        said.append((request.subscribe, request.topics))
        now_s += 1
    return said


def standings(made, now_s=0.0):
    return {quiet.topic: quiet.standing for quiet in made.quiet(now_s)}


def test_topics_are_asked_for_in_requests_of_the_size_that_the_venue_takes():
    assert requests(tracker("a", "b", "c", per_request=2)) == [
        (True, ("a", "b")),
        (True, ("c",)),
    ]


def test_requests_keep_the_venues_pace():
    made = tracker("a", "b", per_request=1, requests_per_s=2.0)
    assert made.next_request(0.0).topics == ("a",)
    assert made.next_request(0.49) is None
    assert made.next_request(0.5).topics == ("b",)


def test_an_answer_by_number_settles_the_whole_request_and_only_it():
    made = tracker("a", "b", "c", per_request=2)
    requests(made)
    made.answered(ack(1), 1.0)
    assert standings(made) == {"a": Standing.ACKED, "b": Standing.ACKED, "c": Standing.SENT}


def test_an_answer_that_names_topics_settles_those():
    made = tracker("a", "b")
    requests(made)
    made.answered(ack(topics=["b"]), 1.0)
    assert standings(made) == {"a": Standing.SENT, "b": Standing.ACKED}


def test_an_acknowledgement_without_a_number_is_of_the_oldest_request():
    made = tracker("a", "b", per_request=1)
    requests(made)
    made.answered(ack(), 1.0)
    assert standings(made) == {"a": Standing.ACKED, "b": Standing.SENT}


def test_a_refusal_of_several_topics_is_not_believed_of_each():
    made = tracker("good", "bad")
    requests(made)
    assert made.answered(refused(1), 1.0) == []
    assert requests(made, 2.0) == [(True, ("good",)), (True, ("bad",))]
    made.answered(ack(2), 4.0)
    assert made.answered(refused(3, reason="60018: it doesn't exist"), 4.0) == [
        Refusal("bad", "60018: it doesn't exist")
    ]
    assert standings(made) == {"good": Standing.ACKED}


def test_a_refusal_that_names_its_topic_leaves_the_others_alone():
    made = tracker("good", "bad")
    requests(made)
    assert made.answered(refused(1, topics=["bad"]), 1.0) == [Refusal("bad", "no")]
    assert standings(made) == {"good": Standing.SENT}
    assert requests(made, 2.0) == []


def test_a_refused_topic_is_asked_for_again_much_later():
    made = tracker("bad")
    requests(made)
    made.answered(refused(1), 1.0)
    assert requests(made, RETRY_REFUSED_S) == []
    assert requests(made, RETRY_REFUSED_S + 1) == [(True, ("bad",))]


def test_data_before_the_acknowledgement_is_data():
    made = tracker("a")
    requests(made)
    assert made.received("a", 1.0)
    assert not made.received("a", 2.0)
    assert standings(made) == {"a": Standing.LIVE}
    made.answered(ack(1), 3.0)
    assert standings(made) == {"a": Standing.LIVE}


def test_a_topic_that_is_not_wanted_any_more_is_unsubscribed():
    made = tracker("a", "b")
    requests(made)
    made.want(["b", "c"])
    assert requests(made, 5.0) == [(False, ("a",)), (True, ("c",))]
    assert not made.received("a", 6.0)


def test_a_topic_that_never_was_asked_for_needs_no_unsubscription():
    made = tracker("a")
    made.want([])
    assert requests(made) == []


def test_asking_again_unsubscribes_first_and_is_more_patient():
    made = tracker("a")
    requests(made)
    made.received("a", 1.0)
    made.bear("a")
    made.again("a")
    assert requests(made, 2.0) == [(False, ("a",)), (True, ("a",))]
    (quiet,) = made.quiet(5.0)
    assert (quiet.standing, quiet.patience) == (Standing.SENT, 2)


def test_a_topic_is_subscribed_again_without_a_pause_that_is_made_up_for_afterwards():
    made = tracker("a", "b", requests_per_s=2.0)
    requests(made)
    for topic in ("a", "b"):
        made.received(topic, 10.0)
        made.again(topic)
    sent = {}
    for tick in range(100, 140):
        request = made.next_request(tick / 10)
        if request is not None:
            sent[tick / 10] = (request.subscribe, request.topics)
    assert sent == {
        10.0: (False, ("a", "b")),
        10.1: (True, ("a",)),
        11.1: (True, ("b",)),
    }


def test_what_is_only_unsubscribed_keeps_the_venues_pace():
    made = tracker("a", "b", "c", per_request=1, requests_per_s=2.0)
    requests(made)
    made.want([])
    assert made.next_request(10.0) is not None
    assert made.next_request(10.1) is None
    assert made.next_request(10.5) is not None


def test_data_of_the_subscription_that_ends_is_none_of_the_one_to_come():
    made = tracker("a")
    requests(made)
    made.received("a", 1.0)
    made.again("a")
    assert not made.received("a", 1.5)
    assert requests(made, 2.0) == [(False, ("a",)), (True, ("a",))]


def test_the_first_data_after_a_subscription_may_be_a_snapshot_and_ends_no_patience():
    made = tracker("a")
    requests(made)
    made.bear("a", most=64)
    made.bear("a", most=64)
    made.received("a", 1.0)
    assert [each.patience for each in made.quiet(2.0)] == [4]
    made.received("a", 3.0)
    assert [each.patience for each in made.quiet(4.0)] == [1]


def test_patience_may_outlive_a_connection():
    patience = {}
    first = TopicTracker(per_request=1, requests_per_s=9.0, patience=patience)
    first.bear("a")
    second = TopicTracker(per_request=1, requests_per_s=9.0, patience=patience)
    second.want(["a"])
    requests(second)
    assert [each.patience for each in second.quiet(1.0)] == [2]


def test_no_more_requests_are_made_in_any_hour_than_okx_takes():
    made = tracker("a")
    sent = []
    for now_s in range(7200):
        made.again("a")
        if made.next_request(float(now_s)) is not None:
            sent.append(now_s)
    assert len([at for at in sent if at < 3600]) <= 480
    assert 300 <= len([at for at in sent if at >= 3600]) <= 480


def test_the_answer_to_an_unsubscription_is_not_taken_for_one_to_the_subscription():
    made = tracker("a")
    requests(made)
    made.received("a", 1.0)
    made.again("a")
    requests(made, 2.0)
    made.answered(ack(2), 4.0)
    assert standings(made) == {"a": Standing.SENT}


def test_patience_grows_with_every_excuse_and_ends_with_data():
    made = tracker("a")
    requests(made)
    made.received("a", 1.0)
    for _ in range(9):
        made.excuse("a", 10.0)
    (quiet,) = made.quiet(12.0)
    assert (quiet.patience, quiet.silent_s) == (MAX_PATIENCE, 2.0)
    made.received("a", 13.0)
    (quiet,) = made.quiet(13.0)
    assert quiet.patience == 1


def test_a_connection_is_settled_when_every_topic_delivers_is_refused_or_long_acked():
    made = tracker("live", "bad", "quiet", per_request=1)
    requests(made)
    assert not made.settled(3.0, after_s=3.0)
    made.received("live", 3.0)
    made.answered(refused(2), 3.0)
    made.answered(ack(3), 3.0)
    assert not made.settled(5.9, after_s=3.0)
    assert made.settled(6.0, after_s=3.0)


def test_a_connection_delivers_while_any_topic_does():
    made = tracker("a", "b")
    requests(made)
    made.received("a", 1.0)
    assert made.delivering(5.9, within_s=5.0)
    assert not made.delivering(6.0, within_s=5.0)
