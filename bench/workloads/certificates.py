"""B4: a thousand signed certificate files with photo, QR code and Chinese text, on two processes.

Every sheet is another person, of 24 schools and seven courses, with one of forty portraits of 480 by 672 points, grain
and all. The clock runs from the first sheet handed out to the last file back, with both processes cold. Afterwards
every file is looked at: each is below 60 KB (60,000 bytes), and of every fiftieth the signature is judged by pyHanko.
"""

import multiprocessing
import random
import statistics
import time
from datetime import datetime
from io import BytesIO
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw, ImageFilter

from bench.measure import Result, cpu_seconds, peak_mib
from certifications.papers.keys import signing_key, trusted_certificates
from certifications.papers.making import paper_make
from certifications.papers.sheets import Sheet
from certifications.papers.signatures import signature_read

FILES = 1000
PROCESSES = 2
LARGEST = 60_000
BAR = "≥ 70/s on two cores, < 60 KB each"
SURNAMES = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧欧阳上官筼堃"
GIVEN = (
    "梅兰芳秀英丽娟敏静霞红玉桂花凤琴珍素云莲真环雪荣爱妹香月莺媛艳瑞凡佳嘉"
    "琼勤贞莉叶璧璐娅琦晶妍茜秋珊莎锦黛青倩婷姣婉娴瑾颖"
)
DISTRICTS = ("思明区", "湖里区", "集美区", "海沧区", "同安区", "翔安区")
HOUSES = ("巧手", "筼筜", "鹭岛家政", "禾祥")
COURSES = (
    ("家政服务员", "母婴护理员", "五级/初级工"),
    ("家政服务员", "家务服务员", "四级/中级工"),
    ("家政服务员", "家庭照护员", "三级/高级工"),
    ("养老护理员", "", "五级/初级工"),
    ("育婴员", "", "四级/中级工"),
    ("保育师", "", "五级/初级工"),
    ("婴幼儿发展引导员", "", "婴幼儿照护能力提升培训"),
)


def certificates() -> Result:
    portraits = [_portrait(seed) for seed in range(40)]
    sheets = [_sheet(number, portraits) for number in range(FILES)]
    fork = multiprocessing.get_context("fork")
    with fork.Pool(PROCESSES) as pool:
        children = [process.pid or 0 for process in pool._pool]  # type: ignore[attr-defined]
        before = sum(cpu_seconds(children).values())
        started = time.perf_counter()
        made = pool.map(_made, sheets, chunksize=25)
        elapsed = time.perf_counter() - started
        used = sum(cpu_seconds(children).values()) - before
        memory = peak_mib(children)
    sizes = sorted(len(content) for content, _seconds in made)
    times = sorted(seconds for _content, seconds in made)
    trusted = trusted_certificates()
    states = [signature_read(content, trusted) for content, _seconds in made[::50]]
    assert all(read.state == "valid" and read.covers_all for read in states)
    return Result(
        value=FILES / elapsed,
        unit=f"files/s (median {sizes[len(sizes) // 2] / 1000:.1f} KB, largest {sizes[-1] / 1000:.1f} KB)",
        n=FILES,
        median_ms=statistics.median(times) * 1000,
        p95_ms=times[int(len(times) * 0.95)] * 1000,
        cpu_s=used,
        peak_mib=memory,
        bar=BAR,
        met=FILES / elapsed >= 70 and sizes[-1] < LARGEST,
    )


def _made(sheet: Sheet) -> tuple[bytes, float]:
    started = time.perf_counter()
    content = paper_make(sheet, signer=signing_key())
    return content, time.perf_counter() - started


def _sheet(number: int, portraits: list[bytes]) -> Sheet:
    drawn = random.Random(number)
    code = f"PX3502{drawn.randrange(1, 14):02}00012026{number:06}7"
    occupation, work_type, level = COURSES[number % len(COURSES)]
    school = f"厦门市{drawn.choice(DISTRICTS)}{drawn.choice(HOUSES)}职业技能培训学校"
    values = {
        "name": drawn.choice(SURNAMES) + "".join(drawn.sample(GIVEN, drawn.choice((1, 2, 2, 2, 3)))),
        "document_type": "居民身份证",
        "document_number": f"350201{drawn.randrange(1966, 2004)}{drawn.randrange(1, 13):02}150021",
        "school": school,
        "occupation": occupation,
        "work_type": work_type or "--",
        "level": level,
        "class_number": f"XM-2026-{drawn.randrange(1, 900):04}",
        "training_dates": f"2026年{drawn.randrange(1, 6)}月3日至2026年7月{drawn.randrange(1, 31)}日",
        "hours_theory": f"{drawn.randrange(40, 90)}学时",
        "hours_practice": f"{drawn.randrange(60, 120)}学时",
        "result_theory": f"{drawn.randrange(60, 100)}分 合格",
        "result_practice": f"{drawn.randrange(60, 100)}分 合格",
        "issuer": school,
        "issued_on": f"2026年8月{drawn.randrange(1, 31)}日",
    }
    return Sheet(
        template="training-certificate/1",
        number=code,
        values=values,
        photo=portraits[number % len(portraits)],
        qr=f"https://qiaoshou.example/check/{code}/K7M2Q9/",
        data={"kind": "training_certificate", "number": code, "occupation": occupation, "level": level},
        issued_at=datetime(2026, 8, 31, 9, 30, number % 60, tzinfo=ZoneInfo("Asia/Shanghai")),
    )


def _portrait(seed: int) -> bytes:
    """A drawn face with the grain of a camera, which is what makes a portrait large."""
    drawn = random.Random(seed)
    picture = Image.new("RGB", (480, 672), "white")
    draw = ImageDraw.Draw(picture)
    cloth, skin = tuple(drawn.randrange(30, 140) for _ in range(3)), (215 + seed % 20, 175 + seed % 15, 148)
    draw.ellipse((50, 455, 430, 900), fill=cloth)
    draw.rectangle((205, 340, 275, 480), fill=skin)
    draw.ellipse((155, 120, 325, 375), fill=skin)
    draw.chord((143, 90, 337, 340), 180, 360, fill=(28, 24, 24))
    for left in (195, 265):
        draw.ellipse((left, 235, left + 18, 247), fill=(20, 20, 20))
    draw.arc((212, 270, 268, 325), 20, 160, fill=(150, 60, 60), width=4)
    picture = picture.filter(ImageFilter.GaussianBlur(1.2))
    grain = Image.frombytes("L", (480, 672), random.Random(seed + 1000).randbytes(480 * 672))
    picture = Image.blend(picture, Image.merge("RGB", [grain] * 3), 0.02)
    target = BytesIO()
    picture.save(target, "JPEG", quality=90)
    return target.getvalue()
