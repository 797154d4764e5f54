from threading import Thread

from data.sources.chores import Chore, Chores


def nothing():
    pass


def test_due_chores_come_by_priority_then_in_order():
    chores = Chores()
    for name, priority in (("c", 2), ("a", 1), ("b", 1)):
        chores.put(Chore(nothing, priority, name))
    assert [chores.take().name for _ in range(3)] == ["a", "b", "c"]


def test_a_chore_waits_for_its_time_while_less_important_ones_are_done():
    chores = Chores()
    chores.put(Chore(nothing, 0, "later"), after_s=0.05)
    chores.put(Chore(nothing, 9, "now"))
    assert [chores.take().name for _ in range(2)] == ["now", "later"]


def test_a_chore_of_the_same_name_replaces_the_one_that_waits():
    chores = Chores()
    chores.put(Chore(nothing, 1, "top up"), after_s=60)
    chores.put(Chore(nothing, 2, "top up"))
    chores.put(Chore(nothing, 3, "end"))
    assert [chores.take().priority for _ in range(2)] == [2, 3]


def test_closing_ends_the_wait():
    chores = Chores()
    taken = []
    waiter = Thread(target=lambda: taken.append(chores.take()))
    waiter.start()
    chores.close()
    waiter.join(5)
    assert taken == [None]
