"""The QR code as vector: exact at any size, and small in the file."""

import qrcode
from qrcode.constants import ERROR_CORRECT_M

# Readers accept every mask; choosing the most even of the eight costs four times as much as the rest of the code.
MASK = 4
QUIET = 4  # modules of white around it


def qr_modules(text: str) -> list[list[bool]]:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, mask_pattern=MASK, border=0)
    code.add_data(text)
    code.make(fit=True)
    modules: list[list[bool]] = code.get_matrix()
    return modules


def qr_drawn(text: str, box: tuple[float, float, float, float]) -> str:
    """The drawing of the code in a square of the page, quiet zone and all."""
    modules = qr_modules(text)
    side = (box[2] - box[0]) / (len(modules) + 2 * QUIET)
    words = [f"q 1 g {box[0]:.2f} {box[1]:.2f} {box[2] - box[0]:.2f} {box[3] - box[1]:.2f} re f 0 g",
             f"{side:.5f} 0 0 {-side:.5f} {box[0] + QUIET * side:.4f} {box[3] - QUIET * side:.4f} cm"]  # fmt: skip
    for y, row in enumerate(modules):
        x = 0
        while x < len(row):
            begin = x
            while x < len(row) and row[x]:
                x += 1
            if x > begin:
                words.append(f"{begin} {y} {x - begin} 1 re")
            x += 1
    return "\n".join([*words, "f Q"])
