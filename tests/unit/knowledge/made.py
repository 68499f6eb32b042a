"""Files as Office, scanners, web shops and mischief make them."""

from __future__ import annotations

import base64
import io
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence

from openpyxl import Workbook

_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"'
    ' Target="{target}"/></Relationships>'
)
_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_STYLES = (
    f"<w:styles {_WORD}>"
    '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="2"><w:name w:val="标题 2"/></w:style></w:styles>'
)


def docx(*blocks: str, declared: str = "", more: Mapping[str, bytes] | None = None) -> bytes:
    """A Word document of paragraphs and tables, as `paragraph` and `table` write them."""
    document = (
        f'<?xml version="1.0"?>{declared}<w:document {_WORD}><w:body>{"".join(blocks)}</w:body></w:document>'
    )
    return zipped(
        {
            "[Content_Types].xml": _TYPES.encode(),
            "_rels/.rels": _RELATIONS.format(kind="officeDocument", target="word/document.xml").encode(),
            "word/_rels/document.xml.rels": _RELATIONS.format(kind="styles", target="styles.xml").encode(),
            "word/styles.xml": _STYLES.encode(),
            "word/document.xml": document.encode(),
            **(more or {}),
        }
    )


def paragraph(text: str, *, style: str = "", bold: bool = False) -> str:
    named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    looks = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f"<w:p>{named}<w:r>{looks}<w:t>{text}</w:t></w:r></w:p>"


def table(*rows: Sequence[str]) -> str:
    cells = ["".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows]
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def zipped(members: Mapping[str, bytes]) -> bytes:
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return saved.getvalue()


def rewritten(archive: bytes, old: bytes, new: bytes, *, more: Mapping[str, bytes] | None = None) -> bytes:
    """An archive with the one place where it says `old` saying `new`, and with further parts."""
    saved = io.BytesIO()
    changed = 0
    with zipfile.ZipFile(io.BytesIO(archive)) as before, zipfile.ZipFile(saved, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            changed += data.count(old)
            after.writestr(name, data.replace(old, new))
        for name, data in (more or {}).items():
            after.writestr(name, data)
    assert changed == 1
    return saved.getvalue()


def workbook(**sheets: Iterable[Sequence[object]]) -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    return book


def saved(book: Workbook) -> bytes:
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def pdf(*pages: Sequence[str], encrypted: bool = False) -> bytes:
    """Lines in a Chinese font that is not embedded, as WPS and invoices have it."""
    kids = " ".join(f"{6 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H"
        " /DescendantFonts [4 0 R] >>",
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 5 0 R"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>",
        "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [0 0 1000 1000]"
        " /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>",
    ]
    for number, lines in enumerate(pages):
        shown = " T* ".join(f"<{line.encode('utf-16-be').hex()}> Tj" for line in lines)
        content = f"BT /F1 12 Tf 16 TL 72 780 Td {shown} ET" if lines else "0 0 500 500 re f"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {7 + 2 * number} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    return _pdf_of(objects, encrypted)


def _pdf_of(objects: Sequence[str], encrypted: bool) -> bytes:
    data = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode()
    start = len(data)
    data += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    data += "".join(f"{place:010} 00000 n \n" for place in places).encode()
    lock = ""
    if encrypted:
        key = "<" + "ab" * 32 + ">"
        lock = f" /Encrypt << /Filter /Standard /V 1 /R 2 /O {key} /U {key} /P -4 >> /ID [<00> <00>]"
    data += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R{lock} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(data)


_OLD_WORKBOOK = (
    "c-rk)O=uHA6#iziX?{r4O-+SXD4}3$YcC?Amv&Xq7QxVp;15EZ+JMrMO3;G}TCF)rp&&vPFNI#bRK56v9`xoxsHh"
    "+ag+z~nAXM<sW_|NAi>c<&fGsNXE%WB>d*AH5-FY*+v#;l4`I!ez1^j|;_)v61s424vDk1O02KilAsa_qV;u`!@2"
    "nA^%Yy5ax`zoNuP>pv168EhaB!Q1qPT&lZW0`bf9kG{VNC_1~7fFFTWQn4YqpD|llH~@L_n7&N<!-i2vg{&mUL41"
    "~lkC`~v-qfNVP6#Lx{tWc2excO174~uzC0yLTtD_?Pp3xzPDis9!7OOpdeWJ6HZ__@oCa_f-`oVS=*`sU31eShy8"
    "zk0ue1j$*l$P+7>7H^37$g)?|jN51*Y02mna?mbfyaVzucUjrt0v;-cuGtbg(z6NInQ(vi(@DpIkf6EnE+)HJazN"
    "y<$$+a;`^64x^6s7-zgqtM<~}uWt?x^*IA<8RvDpwAyc00m8)<)q)yF*~2k1w}a(YmRI?zn^<pR8K=;xZtZK(%Ki"
    "!FTw`x5^|PJv)@du#w~(Iu-2b>a_sMA|eXgf)AwKusnL!J^eTJ#MIwsI5I>qf<3Qrub7J6k^VA=TFDiM^nj@{L-v"
    "^p#!%xa8f=}bKxq4}Z$Uoc;4zF@vj^JN9TWWIWqmt<H!{R2A}(JkxoP&sMM`iU?M3=9km3=9km4Aurhf61$_S4(d"
    ";)P5nL|LZJMDVpCT|1Az-jE=LkG2Mp@)mfacDt|V@FT87sRkrc|7b+Z~-m@6N5XUi6b^g+RPn6%!svFvWZVFY~f3"
    "cc4*SP;5!aT|B"
)
"""Two entries, as xlwt 1.3 wrote them: nothing that is still kept writes XLS."""


def old_workbook() -> bytes:
    return zlib.decompress(base64.b85decode(_OLD_WORKBOOK))
