"""The load of B8: sixteen clients, each with one request under way, every request about another certificate.

A module of its own, so that the process that makes it imports nothing of what it measures.
"""

import multiprocessing
import selectors
import socket
import time
from collections import deque
from typing import Any

# A request, and what its answer must hold.
Asked = tuple[bytes, bytes]


def in_a_process(port: int, asked: list[Asked], *, clients: int, seconds: float) -> tuple[list[float], float]:
    """The time of each answer and of all, from a process that shares no lock with anything measured."""
    context = multiprocessing.get_context("spawn")
    queue: multiprocessing.Queue[Any] = context.Queue()
    load = context.Process(target=_load, args=(port, asked, clients, seconds, queue))
    load.start()
    measured: tuple[list[float], float] = queue.get(timeout=seconds + 120)
    load.join()
    return measured


def _load(port: int, asked: list[Asked], clients: int, seconds: float, queue: "multiprocessing.Queue[Any]") -> None:
    queue.put(under_load(port, asked, clients, seconds))


def under_load(port: int, asked: list[Asked], clients: int, seconds: float) -> tuple[list[float], float]:
    waiting, times = deque(asked), []
    choice = selectors.DefaultSelector()
    begun: dict[socket.socket, tuple[float, bytes]] = {}

    def send(line: socket.socket) -> None:
        request, expected = waiting.popleft()
        begun[line] = time.perf_counter(), expected
        line.sendall(request)

    for _client in range(clients):
        line = socket.create_connection(("127.0.0.1", port))
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        choice.register(line, selectors.EVENT_READ)
        send(line)
    started = time.perf_counter()
    end = started + seconds
    while begun:
        for key, _events in choice.select(30):
            line = key.fileobj
            assert isinstance(line, socket.socket)
            answer = _whole(line)
            now = time.perf_counter()
            since, expected = begun.pop(line)
            assert answer.startswith(b"HTTP/1.1 200"), answer[:300]
            assert expected in answer, (expected, answer[-3000:])
            times.append(now - since)
            if now < end and waiting:
                send(line)
    return times, time.perf_counter() - started


def _whole(line: socket.socket) -> bytes:
    """One answer with its body, as long as its head says."""
    answer = line.recv(262_144)
    while b"\r\n\r\n" not in answer:
        answer += line.recv(262_144)
    head, _blank, body = answer.partition(b"\r\n\r\n")
    length = next(int(row[15:]) for row in head.lower().split(b"\r\n") if row.startswith(b"content-length:"))
    while len(body) < length:
        body += line.recv(262_144)
    return head + b"\r\n\r\n" + body
