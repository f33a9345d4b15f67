"""`make run`: everything the portal needs, then the portal itself.

    with-python run.py [PORT]       (or PORT in the environment; 8000 when neither is given)

Standard library only, up to the moment when the virtual environment exists and its Python takes over.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
import time
from pathlib import Path

from console import Stop, command, sentence_for
from services import acquire, release
from setup import PYTHON, setup

HERE = Path(__file__).resolve().parent


def main() -> int:
    begun = time.time()
    port = chosen_port()
    check_port(port)
    setup("run")
    lock = acquire()
    try:
        os.set_inheritable(lock, True)  # noqa: FBT003 - the function takes it so
        os.execv(PYTHON, [str(PYTHON), str(HERE / "supervise.py"), str(port), str(lock), str(begun)])
    except OSError:
        release(lock)
        raise


def chosen_port() -> int:
    text = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("PORT") or "8000"
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise Stop(f"端口 {text} 无效，应为 1 到 65535 的数字。", f"{text} is no port: give a number from 1 to 65535.")


def check_port(port: int) -> None:
    """Say at once, before a minute of set-up, that the address cannot be used."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Stop(
                    f"端口 {port} 已被占用。请换一个端口：make run PORT={port + 1 if port < 65535 else 8000}",
                    f"Port {port} is in use. Choose another: make run PORT={port + 1 if port < 65535 else 8000}",
                ) from None
            if error.errno == errno.EACCES:
                raise Stop(
                    f"没有权限使用端口 {port}。请选 1024 以上的端口。",
                    f"Port {port} needs more rights than you have. Choose one above 1024.",
                ) from None
            raise sentence_for(error) from None


if __name__ == "__main__":
    sys.exit(command(main))
