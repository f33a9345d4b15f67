"""The load of B1. A module of its own, so that the process that makes it imports nothing of what it measures."""

import multiprocessing
import selectors
import socket
import time
from collections import deque
from typing import Any

CLIENTS = 32


def in_a_process(port: int, requests: list[bytes], seconds: float) -> tuple[list[float], float]:
    """The load from a process of its own, so that it does not share a lock with anything measured."""
    context = multiprocessing.get_context("spawn")
    queue: multiprocessing.Queue[Any] = context.Queue()
    load = context.Process(target=_load, args=(port, requests, seconds, queue))
    load.start()
    measured: tuple[list[float], float] = queue.get(timeout=seconds + 120)
    load.join()
    return measured


def _load(port: int, requests: list[bytes], seconds: float, queue: "multiprocessing.Queue[Any]") -> None:
    queue.put(under_load(port, requests, seconds))


def under_load(port: int, requests: list[bytes], seconds: float) -> tuple[list[float], float]:
    """Thirty-two clients, each with one request under way on its own line: the time of each answer, and of all."""
    waiting, times = deque(requests), []
    choice = selectors.DefaultSelector()
    begun: dict[socket.socket, float] = {}

    def send(line: socket.socket) -> None:
        begun[line] = time.perf_counter()
        line.sendall(waiting.popleft())

    for _ in range(CLIENTS):
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
            answer = line.recv(65_536)
            while b"\r\n\r\n" not in answer or not answer.endswith(b"}"):
                answer += line.recv(65_536)
            now = time.perf_counter()
            assert answer.startswith(b"HTTP/1.1 200"), answer
            assert b'"accepted_ms":30000,' in answer, answer
            times.append(now - begun.pop(line))
            if now < end and waiting:
                send(line)
    elapsed = time.perf_counter() - started
    return times, elapsed
