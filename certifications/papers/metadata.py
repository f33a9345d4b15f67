"""What a file says about itself: XMP, and the old form of the same, which must agree with it."""

from datetime import datetime
from xml.sax.saxutils import escape

from certifications.papers.writing import date_string, text_string

PRODUCER = "Qiaoshou"

XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:identifier>{number}</dc:identifier>
<dc:source>{template}</dc:source>
<xmp:CreateDate>{date}</xmp:CreateDate><xmp:ModifyDate>{date}</xmp:ModifyDate>
<pdf:Producer>{producer}</pdf:Producer>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


def xmp(*, title: str, author: str, number: str, template: str, at: datetime) -> bytes:
    words = {"title": title, "author": author, "number": number, "template": template, "producer": PRODUCER}
    return XMP.format(
        date=at.isoformat(timespec="seconds"), **{key: escape(word) for key, word in words.items()}
    ).encode()


def information(*, title: str, author: str, at: datetime) -> str:
    date = date_string(at)
    return (
        f"<< /Title {text_string(title)} /Author {text_string(author)} /Producer {text_string(PRODUCER)} "
        f"/CreationDate {date} /ModDate {date} >>"
    )
