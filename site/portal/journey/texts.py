"""What the rehearsal's course says: enough to read for as long as it counts."""

from courses.content.media_states import QuestionKind
from courses.content.question_services import QuestionDraft

SENTENCES = (
    "上门前先打电话，说清楚几点到，路上有事早一点告诉雇主。",
    "进门换鞋、洗手、戴口罩，先问宝宝睡了没有，说话放轻。",
    "雇主家的东西用完放回原处，打碎了东西当天就说，不要瞒。",
    "工资多少、休息几天、做哪些事，都写进合同再开始做。",
    "上班路上和上班时受了伤，先看病，再告诉公司，留好单据。",
    "雇主家里的事不对别人讲，照片不发朋友圈，这是本分。",
    "抱宝宝时一只手托住头和颈，一只手托住屁股，贴着自己的身体。",
    "洗澡水先放凉水再放热水，用手肘内侧试一试，不烫才放宝宝进去。",
    "产妇的饭清淡、温热、少量多次，忌口的事先问医生和本人。",
    "看见宝宝发烧、不吃奶、脸色发黄，马上告诉家长，不自己拿药。",
)
# question, options, the right one
QUESTIONS = (
    ("进雇主家门，第一件事做什么？", ("洗手", "看电视", "抱宝宝"), 0),
    ("打碎了雇主家的碗，怎么办？", ("悄悄扔掉", "当天告诉雇主", "等雇主发现"), 1),
    ("工资和休息日，写在哪里？", ("口头说好就行", "不用说", "写进合同"), 2),
    ("宝宝的洗澡水，用哪里试温？", ("手肘内侧", "嘴唇", "手背拍一下"), 0),
    ("宝宝发烧了，先做什么？", ("自己拿药", "马上告诉家长", "等到明天"), 1),
    ("雇主家的照片可以发朋友圈吗？", ("可以", "打码就可以", "不可以"), 2),
)


def reading(minutes: int) -> str:
    """Paragraphs that take so many minutes at 60 characters a minute, the slowest that is believed."""
    paragraphs: list[str] = []
    while sum(map(len, paragraphs)) < minutes * 60:
        first = len(paragraphs) % len(SENTENCES)
        paragraphs.append("".join(SENTENCES[(first + step * 3) % len(SENTENCES)] for step in range(4)))
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def questions() -> list[QuestionDraft]:
    """The questions of the bank."""
    return [QuestionDraft(QuestionKind.SINGLE, text, options, (right,)) for text, options, right in QUESTIONS]
