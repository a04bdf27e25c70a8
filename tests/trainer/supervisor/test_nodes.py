"""Two supervisors on one machine are two nodes: they meet on loopback, and begin and end every attempt together."""

import json
import signal
import socket
import threading
import time

import pytest

from trainer.errors import TrainingError
from trainer.supervisor.coordinator import Coordinator
from trainer.supervisor.nodes import Node, address
from trainer.supervisor.signals import Signals
from trainer.supervisor.verdict import Budget


def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def nodes(supervised, *plan: str, count: int = 2, **asked):
    """Their supervisors, and a function that starts one anew."""
    at = f"127.0.0.1:{port()}"

    def start(node: int):
        return supervised.start(*plan, nproc=1, nodes=count, node_rank=node, rendezvous=at, **asked)

    return [start(node) for node in range(count)], start


def test_a_crash_on_one_node_begins_a_new_attempt_on_all(supervised):
    both, _ = nodes(supervised, "0:1:7:crash", steps=40)
    errors = [process.communicate()[1] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert all("rank 1 ended with code 1; beginning attempt 1" in error for error in errors)
    assert all("RuntimeError: the memory is on fire" in error for error in errors)
    for attempt in range(2):
        seen = [json.loads((supervised.run / f"seen-{attempt}-{rank}.json").read_text()) for rank in range(2)]
        assert seen[0]["MASTER_PORT"] == seen[1]["MASTER_PORT"]
        assert [one["RANK"] + one["LOCAL_RANK"] + one["WORLD_SIZE"] for one in seen] == ["002", "102"]
    (fault,) = supervised.told("fault")
    assert (fault["rank"], fault["node"]) == (1, 0), "told once, by node 0"


def test_a_node_that_died_is_waited_for_and_its_ranks_are_gone(supervised):
    both, start = nodes(supervised, steps=200)
    supervised.until(lambda: supervised.step(0) > 5 and supervised.step(1) > 5)
    both[1].kill()
    supervised.until(lambda: supervised.told("fault"))
    assert supervised.told("fault")[0]["why"] == "node 1 is gone"
    again = start(1)
    both[0].communicate()
    again.communicate()
    assert (both[0].returncode, again.returncode) == (0, 0)


def test_node_0_may_die_and_come_back(supervised):
    both, start = nodes(supervised, steps=200)
    supervised.until(lambda: supervised.step(0) > 5 and supervised.step(1) > 5)
    both[0].kill()
    both[0].communicate()
    again = start(0)
    assert again.wait() == 0 and both[1].wait() == 0


def test_a_node_that_stays_away_is_named(supervised):
    process = supervised.start(
        nproc=1, nodes=2, node_rank=0, rendezvous=f"127.0.0.1:{port()}", faults={"node_wait": 0.5}
    )
    _, err = process.communicate()
    assert process.returncode == 3
    assert err == "node 1 did not come within 0.5 seconds (faults.node_wait)\n"


def test_without_a_node_the_others_go_on_where_the_mesh_allows_it(supervised):
    both, _ = nodes(supervised, steps=60, least=1, faults={"node_wait": 5.0})
    supervised.until(lambda: supervised.step(0) > 5 and supervised.step(1) > 5)
    both[1].kill()
    assert both[0].wait() == 0
    assert [event["world"] for event in supervised.told("attempt") if event["node"] == 0] == [2, 1]


def test_sigterm_to_one_node_drains_all(supervised):
    both, _ = nodes(supervised, steps=10_000)
    supervised.until(lambda: supervised.step(0) > 5 and supervised.step(1) > 5)
    both[1].send_signal(signal.SIGTERM)
    assert [process.wait() for process in both] == [75, 75]


def test_stragglers_are_found_among_the_ranks_of_all_nodes(supervised):
    both, _ = nodes(supervised, "*:1:0:slow", steps=10_000)
    supervised.until(lambda: supervised.told("straggler"))
    both[0].send_signal(signal.SIGTERM)
    assert [process.wait() for process in both] == [75, 75]
    assert [(named["rank"], named["ratio"]) for named in supervised.told("straggler")] == [(1, 5.0)]


def test_a_node_with_a_wrong_clock_is_sent_away_and_what_is_no_node_at_all_is_left_alone():
    at = ("127.0.0.1", port())
    coordinator = Coordinator(at, 2, 0, Budget(1), wait=60.0, slow=1.5)
    with socket.create_connection(at) as stranger, socket.create_connection(at) as node:
        stranger.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert stranger.recv(100) == b""
        joining = {"kind": "join", "node": 1, "host": "far", "nproc": 1, "speeds": [], "clock": time.time() - 3600}
        node.sendall(json.dumps(joining).encode() + b"\n")
        said = json.loads(node.makefile().readline())
    coordinator.close()
    assert said["code"] == 3 and said["why"].startswith("the clock of far is 3600 seconds off node 0's; set it")


def test_a_node_may_wait_long_for_node_0_and_for_the_others(monkeypatch):
    """It tells the time of when it is heard, and lives while it waits."""
    monkeypatch.setattr("trainer.supervisor.coordinator._CLOCK", 0.8)
    monkeypatch.setattr("trainer.supervisor.coordinator.SILENT", 0.8)
    monkeypatch.setattr("trainer.supervisor.nodes._BEAT", 0.1)
    monkeypatch.setattr("trainer.supervisor.nodes._RETRY", 0.1)
    dropped, drop = [], Coordinator._drop
    monkeypatch.setattr(Coordinator, "_drop", lambda self, member: dropped.append(member.node) or drop(self, member))
    at, joined = ("127.0.0.1", port()), {}
    with Signals() as signals:
        both = [Node(at, node, 60.0, signals) for node in range(2)]
        waits = [threading.Thread(target=lambda n=n: joined.update({n: both[n].join(1, [])})) for n in range(2)]
        waits[1].start()
        time.sleep(1.0)
        coordinator = Coordinator(at, 2, 0, Budget(1), wait=60.0, slow=1.5)
        time.sleep(1.5)
        before = [*dropped]
        waits[0].start()
        for waiting in waits:
            waiting.join(30)
        for node in both:
            node.close()
        coordinator.close()
    assert before == [] and [joined[n].first for n in range(2)] == [0, 1]


def test_a_slow_node_is_sent_away_and_the_others_wait_for_another():
    at = ("127.0.0.1", port())
    coordinator = Coordinator(at, 3, 0, Budget(1), wait=60.0, slow=1.5)
    connections = [socket.create_connection(at) for _ in range(4)]
    heard = [connection.makefile() for connection in connections]
    for connection, (node, speed) in zip(connections, [(0, 700.0), (1, 300.0), (2, 690.0), (1, 650.0)], strict=True):
        joining = {"kind": "join", "node": node, "host": "h", "nproc": 8, "speeds": [800.0, speed]}
        connection.sendall(json.dumps({**joining, "clock": time.time()}).encode() + b"\n")
        if node == 2:  # all three are there
            said = json.loads(heard[1].readline())
    assert (said["code"], said["why"]) == (3, "node 1 is slow: 300 TFLOP/s where the median node has 690")
    assert [json.loads(heard[at].readline())["first"] for at in (0, 3, 2)] == [0, 8, 16]
    for one in [*heard, *connections]:
        one.close()
    coordinator.close()


@pytest.mark.parametrize("given", [None, "node0", "node0:", ":29400", "node0:http", "node0:70000"])
def test_a_rendezvous_that_is_no_address_is_refused(given):
    with pytest.raises(TrainingError, match=r"is written host:port"):
        address(given)
    assert address("node0:29400") == ("node0", 29400)
    assert address("[::1]:29400") == ("::1", 29400)


@pytest.mark.parametrize("banner", [b"SSH-2.0-OpenSSH_9.9\r\n", b"[1]\n", b"\xff\xfe\n"])
def test_another_program_at_the_rendezvous_is_told(banner):
    with socket.create_server(("127.0.0.1", 0)) as server, Signals() as signals:
        node = Node(server.getsockname(), 1, 5.0, signals)
        threading.Thread(target=lambda: server.accept()[0].sendall(banner), daemon=True).start()
        with pytest.raises(TrainingError, match=r"--rendezvous 127.0.0.1:.* another program answers there; name"):
            node.join(1, [])
        node.close()
