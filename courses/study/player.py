"""What the player's script is told besides the answers to its beats: its words, and the speeds it may offer."""

from django.utils.translation import gettext as _

SPEEDS = (75, 100, 125, 150, 175, 200)


def speeds_up_to(fastest: int) -> list[tuple[int, str]]:
    """The speeds in percent that may be offered, as they are written on the buttons."""
    return [(speed, f"{speed / 100:g}") for speed in SPEEDS if speed <= fastest]


def player_words(*, is_article: bool) -> dict[str, str]:
    """Every sentence the script shows. Names in braces are filled in by the script."""
    return {
        "start": _("开始阅读") if is_article else _("开始学习"),
        "go_on": _("接着学"),
        "pause": _("暂停"),
        "running": _("正在计时"),
        "resting": _("没有计时"),
        "opening": _("正在准备……"),
        "hours": _("{hours} 小时 {minutes} 分钟"),
        "minutes": _("{minutes} 分 {seconds} 秒"),
        "seconds": _("{seconds} 秒"),
        "line_lost": _("网络断了。已经学的时间先记在手机里，网络恢复后自动补报，不用您做什么。"),
        "line_back": _("网络恢复了，断网时学的时间已经补报。"),
        "offline": _("现在连不上网，还不能开始计时。请检查网络，再点“再试一次”。"),
        "offline_answer": _("网络不好，您的回答没有送到。请再点一次答案。"),
        "retry": _("再试一次"),
        "again": _("重新开始计时"),
        "broken": _("出了点问题，这段时间没有计入。请刷新页面，再接着学。"),
        "elsewhere": _("您在另一台手机或另一节课上开始了学习，这里已停止计时。想在这里学，请点下面的按钮。"),
        "here": _("在这台手机上接着学"),
        "refused": _("有 {time} 没有计入：{reason}。{advice}"),
        "day_full": _("今天的学习时间已经到上限，再看不计时间。先休息，明天接着学。"),
        "watched": _("这节课看完了。通过测验，学时就认定了。"),
        "completed": _("这节课学完了，真棒！"),
        "skipped": _("跳过去的部分不计时间。想计时间，随时可以拉回来看。"),
        "answered": _("谢谢，接着学吧。"),
        "answered_late": _("谢谢。回答得晚了些，超时的那段没有计入，从现在起接着计时。"),
        "minutes_left": _("请在 {minutes} 分钟之内回答"),
        "last_minute": _("不到 1 分钟了，请快些回答"),
        "time_up": _("时间过了，现在没有在计时。回答以后接着计时。"),
        "video_failed": _("视频放不出来。请检查网络，再刷新页面；还不行的，请告诉培训学校。"),
    }
