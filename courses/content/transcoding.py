"""ffmpeg at work on files from outside: what a file is, and small renditions of it for slow lines.

The file is judged by its content. Only containers and codecs of ordinary videos are opened, so playlists and lists of
other files are none; no protocol but the local file is allowed, and every process is bounded in time, processor,
memory and output, yields to everything else and ends with the process that started it.
"""

import json
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.utils.translation import gettext as _

from courses.content.errors import ContentError

log = structlog.get_logger(__name__)

CONTAINERS = "mov,matroska,avi,flv,asf,mpegts,mpeg"
PICTURE_CODECS = frozenset(
    {"h264", "hevc", "mpeg4", "mpeg2video", "mpeg1video", "vp8", "vp9", "av1", "msmpeg4v2", "msmpeg4v3", "wmv1"}
    | {"wmv2", "wmv3", "vc1", "flv1", "h263", "mjpeg", "prores", "vp6f"}
)
SOUND_CODECS = frozenset(
    {
        "aac",
        "mp3",
        "mp2",
        "ac3",
        "eac3",
        "opus",
        "vorbis",
        "wmav1",
        "wmav2",
        "wmapro",
        "amr_nb",
        "amr_wb",
        "flac",
        "alac",
    }
    | {"alac", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_u8", "pcm_mulaw", "pcm_alaw", "adpcm_ms", "adpcm_ima_wav"}
)
LONGEST_SIDE = 4096
PROBE_SECONDS = 30
MEMORY_BYTES = 3 * 1024**3
OUTPUT_BYTES = 1024**3
# A rendition shorter than this share of what the file announces means that the file is cut off.
COMPLETE_SHARE = 0.95

# For slow lines and old phones: 480 lines, about 350 kbit/s with sound, a picture to jump to every two seconds.
_SIZE = (
    "scale=w='if(gt(iw,ih),min(854,iw),min(480,iw))':h='if(gt(iw,ih),min(480,ih),min(854,ih))'"
    ":force_original_aspect_ratio=decrease:force_divisible_by=2,format=yuv420p"
)
_PICTURE = [
    "-c:v", "libx264", "-profile:v", "baseline", "-level", "3.1", "-preset", "fast",
    "-crf", "26", "-maxrate", "300k", "-bufsize", "600k", "-g", "50",
]  # fmt: skip
_SOUND = ["-c:a", "aac", "-b:a", "48k", "-ac", "1", "-ar", "44100"]


@dataclass(frozen=True)
class Probe:
    """What a file is. ``seconds`` is 0 where the file does not say."""

    seconds: float
    width: int
    height: int
    picture_stream: int
    sound_stream: int | None


@dataclass(frozen=True)
class Rendition:
    """The files that were made; ``audio`` is ``None`` for a video without sound."""

    video: Path
    audio: Path | None
    poster: Path
    probe: Probe


def is_installed() -> bool:
    """Whether this machine can work on videos."""
    return shutil.which("ffmpeg") is not None and shutil.which("ffprobe") is not None


def require_tools() -> None:
    """Raise ``ContentError`` when ffmpeg is missing."""
    if not is_installed():
        raise ContentError(
            "ffmpeg_missing", _("服务器上没有安装视频处理程序（ffmpeg），暂时不能上传视频。请联系平台技术支持安装。")
        )


def video_probe(path: Path) -> Probe:
    """What the file is; raises ``ContentError`` for what is no video, or one we do not take."""
    require_tools()
    words = ["-show_entries", "format=duration:stream=index,codec_type,codec_name,width,height:stream_disposition"]
    command = [*_bounded(PROBE_SECONDS), "ffprobe", *_reading(), *words, "-of", "json", "-i", f"file:{path}"]
    try:
        done = subprocess.run(  # noqa: S603 - no shell; the path is ours, not the sender's
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PROBE_SECONDS, check=False
        )
        found: dict[str, Any] = json.loads(done.stdout or b"{}")
    except (subprocess.TimeoutExpired, ValueError):
        raise _no_video() from None
    if done.returncode:
        raise _no_video()
    return _judged(found)


def _no_video() -> ContentError:
    return ContentError(
        "not_a_video",
        _("这个文件不是能用的视频，或者已经损坏。请先在电脑上播放看看；能播放的，请另存为 MP4 格式后再上传。"),
    )


def _judged(found: dict[str, Any]) -> Probe:
    streams = found.get("streams", [])
    picture = next((s for s in streams if s.get("codec_type") == "video" and not _is_cover(s)), None)
    sound = next((s for s in streams if s.get("codec_type") == "audio"), None)
    if picture is None or not picture.get("width") or not picture.get("height"):
        raise _no_video()
    odd = picture.get("codec_name") not in PICTURE_CODECS or (sound and sound.get("codec_name") not in SOUND_CODECS)
    if odd:
        raise ContentError(
            "video_codec", _("这个视频的编码不常见，平台不能处理。请用剪辑软件导出为 MP4（H.264 + AAC）后再上传。")
        )
    if max(picture["width"], picture["height"]) > LONGEST_SIDE:
        raise ContentError(
            "video_dimensions",
            _("视频画面是 %(width)d×%(height)d，超过 4K。请导出为 1920×1080 或更小后再上传。")
            % {"width": picture["width"], "height": picture["height"]},
        )
    seconds = _seconds(found.get("format", {}).get("duration"))
    refuse_if_long(seconds)
    return Probe(seconds, picture["width"], picture["height"], picture["index"], sound["index"] if sound else None)


def _is_cover(stream: dict[str, Any]) -> bool:
    return bool(stream.get("disposition", {}).get("attached_pic"))


def _seconds(value: Any) -> float:
    try:
        return max(0.0, float(value))
    except (TypeError, ValueError):
        return 0.0


def refuse_if_long(seconds: float) -> None:
    """Raise ``ContentError`` for a video longer than a lesson may be."""
    if seconds > settings.VIDEO_LONGEST_SECONDS:
        raise ContentError(
            "video_long",
            _("视频长 %(minutes)d 分钟，最长可以 %(most)d 分钟。请分成几个视频上传。")
            % {"minutes": seconds // 60, "most": settings.VIDEO_LONGEST_SECONDS // 60},
        )


def video_transcode(source: Path, folder: Path, probe: Probe, beat: Callable[[float], None]) -> Rendition:
    """Make the renditions in a folder. ``beat`` hears about once a second how many seconds are done, and may raise
    to stop the work. Raises ``ContentError`` for a file that cannot be read to its end."""
    require_tools()
    video, audio, poster = folder / "video.mp4", folder / "audio.m4a", folder / "poster.jpg"
    sound = ["-map", f"0:{probe.sound_stream}", *_SOUND] if probe.sound_stream is not None else []
    _run(
        [
            *_reading(), "-i", f"file:{source}", "-map", f"0:{probe.picture_stream}", "-vf", _SIZE, *_PICTURE,
            "-fpsmax", "25", *sound, "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1",
            "-t", str(settings.VIDEO_LONGEST_SECONDS + 1), "-movflags", "+faststart", "-threads", "2", f"file:{video}",
        ],
        beat,
    )  # fmt: skip
    made = video_probe(video)
    if made.seconds < 0.1 or made.seconds < probe.seconds * COMPLETE_SHARE - 1:
        raise ContentError("video_cut_off", _("视频文件不完整，后面的内容读不出来。请重新导出或重新复制后再上传。"))
    has_sound = made.sound_stream is not None
    if has_sound:
        copied = ["-vn", "-c:a", "copy", "-movflags", "+faststart"]
        _run([*_reading(), "-i", f"file:{video}", *copied, f"file:{audio}"], beat)
    begin = f"{min(5.0, made.seconds / 10):.2f}"
    still = ["-an", "-vf", "thumbnail=25", "-frames:v", "1", "-q:v", "5"]
    _run([*_reading(), "-ss", begin, "-i", f"file:{video}", *still, f"file:{poster}"], beat)
    return Rendition(video, audio if has_sound else None, poster, made)


def _reading() -> list[str]:
    """What every opening of a file is bound to."""
    return ["-hide_banner", "-loglevel", "error", "-protocol_whitelist", "file", "-format_whitelist", CONTAINERS]


def _bounded(seconds: int) -> list[str]:
    """The programs of util-linux and coreutils that hold a process in its bounds, where they are there."""
    bounds: list[Sequence[str]] = [
        ["setpriv", "--pdeathsig", "KILL"],
        ["nice", "-n", "10"],
        ["prlimit", f"--as={MEMORY_BYTES}", f"--cpu={seconds * 2}", f"--fsize={OUTPUT_BYTES}", "--core=0"],
    ]
    return [word for words in bounds if shutil.which(words[0]) for word in words]


def _run(words: Sequence[str], beat: Callable[[float], None]) -> None:
    """Run ffmpeg to its end; whatever happens here, it does not outlive us."""
    limit: int = settings.VIDEO_WORK_SECONDS
    command = [*_bounded(limit), "ffmpeg", "-nostdin", "-y", "-progress", "pipe:1", "-stats_period", "1", *words]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - no shell; the paths are ours, not the sender's
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said, text=True
        )
        end = threading.Timer(limit, process.kill)
        end.start()
        try:
            assert process.stdout is not None
            for line in process.stdout:
                name, _sign, value = line.strip().partition("=")
                if name == "out_time_us" and value.isdigit():
                    beat(int(value) / 1_000_000)
            code = process.wait()
        finally:
            end.cancel()
            process.kill()
            process.wait()
        if code:
            said.seek(max(0, said.tell() - 400))
            log.warning("content.ffmpeg_failed", code=code, said=said.read(400).decode("utf-8", "replace"))
            raise _no_video()
