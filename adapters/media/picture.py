"""A stranger's picture, made into one of ours: its size looked at first, then small, and written anew.

What comes out is plain JPEG without the place and the camera that a telephone notes in it, and without
whatever else a file can hold behind a picture.
"""

from __future__ import annotations

import io
from typing import Final

from bot.errors import Refused

MAX_SIDE: Final = 1024
"""Of what the model gets: more costs it tokens, and seldom shows it more."""
MAX_PIXELS: Final = 40_000_000
"""Of what is opened, by its header, before anything is unpacked: about 160 MB of memory, one at a time."""
_FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP", "BMP")
_WHITE: Final = (255, 255, 255)


def redrawn(data: bytes) -> bytes:
    """The picture as JPEG, 1024 pixels a side at most. Raises Refused. Takes its time: use a thread."""
    from PIL import Image, ImageOps  # a tenth of a second to load, and most shops need it never

    Image.MAX_IMAGE_PIXELS = None  # its own limit only warns up to twice as many; ours stands below
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise Refused(f"the picture has more than {MAX_PIXELS} pixels")
            picture.thumbnail((MAX_SIDE, MAX_SIDE))
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
        flat = Image.new("RGB", upright.size, _WHITE)
        flat.paste(upright, mask=upright)
        out = io.BytesIO()
        flat.save(out, "JPEG", quality=85)
    except Refused:
        raise
    except Exception as error:  # its parsers raise whatever they meet: in any case it is a broken picture
        raise Refused(f"the picture can't be opened ({type(error).__name__})") from error
    return out.getvalue()
