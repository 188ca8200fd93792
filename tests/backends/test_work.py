"""The books of a queue: what is pending, what was waited for, what was copied."""

from __future__ import annotations

from minitorch_edu.backends.work import Queue


def test_work_stays_pending_until_the_host_waits():
    queue = Queue()
    queue.launch("kernel", "add", 12)
    assert not queue.idle(0)
    queue.wait()
    assert queue.idle(0)
    assert (queue.launches, queue.waits) == (1, 1)


def test_copies_are_counted_in_bytes_by_direction_and_are_no_launches():
    queue = Queue()
    queue.launch("host to device", "copy", 12)
    queue.launch("device to host", "copy", 4)
    queue.launch("device to host", "copy", 8)
    assert queue.copied == {"host to device": 12, "device to host": 12, "device to device": 0}
    assert queue.launches == 0


def test_waiting_for_one_stream_leaves_the_others_pending():
    queue = Queue()
    side = queue.new_stream()
    queue.launch("kernel", "add", 4)
    queue.launch("kernel", "mul", 4, stream=side)
    queue.wait(side)
    assert queue.idle(side) and not queue.idle(0)


def test_waiting_up_to_a_number_leaves_what_came_later():
    queue = Queue()
    first = queue.launch("kernel", "add", 4)
    queue.launch("kernel", "mul", 4)
    queue.wait(0, until=first.number)
    assert queue.idle(0, first.number) and not queue.idle(0)


def test_who_waits_for_a_stream_waits_for_the_events_that_it_waits_for():
    queue = Queue()
    side = queue.new_stream()
    first = queue.launch("kernel", "load", 4, stream=side)
    later = queue.launch("kernel", "load the next", 4, stream=side)
    queue.wait_for_event(0, queue, first.number, side)
    queue.launch("kernel", "compute", 4)
    queue.wait(0)
    assert queue.idle(side, first.number) and not queue.idle(side, later.number)


def test_asking_again_and_again_is_answered_at_last():
    queue = Queue()
    for name in ("add", "mul"):
        queue.launch("kernel", name, 4)
    assert [queue.poll(0) for _ in range(4)] == [False, False, True, True]


def test_the_history_is_in_order_and_begins_again_when_it_is_reset():
    queue = Queue()
    queue.launch("kernel", "add", 4)
    queue.wait(why="synchronize")
    assert [(work.kind, work.name) for work in queue.history] == [
        ("kernel", "add"),
        ("host waits", "synchronize"),
    ]
    assert [work.number for work in queue.history] == [1, 2]
    queue.reset()
    assert (list(queue.history), queue.launches, queue.waits, set(queue.copied.values())) == ([], 0, 0, {0})


def test_a_queue_that_nobody_waits_for_does_not_grow_forever():
    queue = Queue()
    for _ in range(2 * queue.KEPT):
        queue.launch("kernel", "add", 4)
    assert len(queue.pending[0]) <= queue.KEPT and len(queue.history) == queue.KEPT
    assert queue.launches == 2 * queue.KEPT
