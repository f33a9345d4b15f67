"""`make clean`: stop the private services, and remove var/ (the private database, uploads, keys, logs) and .venv."""

from __future__ import annotations

import shutil
import sys

from console import command, say
from services import destroy
from setup import ROOT


def main() -> int:
    doomed = [folder for folder in (ROOT / "var", ROOT / ".venv") if folder.exists()]
    if not doomed:
        say("没有可清除的内容", "Nothing to remove")
        return 0
    names = " ".join(str(folder) for folder in doomed)
    say(
        f"将停止本地服务，并删除 {names}（含本地数据库、上传文件、密钥和日志）",
        f"Stopping the private services and removing {names} (the private database, uploads, keys and logs)",
    )
    if sys.stdin.isatty() and input("输入 yes 继续 / Type yes to go on: ").strip() != "yes":
        say("未删除任何内容", "Nothing was removed")
        return 1
    destroy()
    for folder in doomed:
        shutil.rmtree(folder)
    say("已清除", "Removed")
    return 0


if __name__ == "__main__":
    sys.exit(command(main))
