"""A screenshot becomes an array of colours, with the browser's own decoder."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any

import numpy as np
from numpy.typing import NDArray

_DECODE = """async (png) => {
  const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], {type: "image/png"}));
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const {data} = context.getImageData(0, 0, image.width, image.height);
  let text = "";
  for (let k = 0; k < data.length; k += 8192) text += String.fromCharCode(...data.subarray(k, k + 8192));
  return [image.height, image.width, btoa(text)];
}"""


def pixels(browser: Any, png: bytes) -> NDArray[np.int64]:
    """Red, green and blue of a PNG, an array of shape (height, width, 3)."""
    context = browser.new_context()
    page = context.new_page()
    height, width, data = page.evaluate(_DECODE, b64encode(png).decode("ascii"))
    context.close()
    colours = np.frombuffer(b64decode(data), dtype=np.uint8).reshape(height, width, 4)
    return colours[..., :3].astype(np.int64)
