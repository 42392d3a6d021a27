// Converts pictures of the camera or of a file to a small JPEG.

import { Failure } from './failure.js';
import { drawScaled, qualityWarning } from '../quality.js';

const LONG_SIDE = 1920;
/** Well below the server's limit of 5 MiB. */
const MAX_BYTES = 2.5 * 1024 * 1024;
const QUALITIES = [0.88, 0.75, 0.6, 0.45];

/** Encodes a video frame or an image as a JPEG: {blob, warning}. */
export async function jpegOf(source, width, height) {
  for (let longSide = LONG_SIDE; longSide >= 480; longSide /= 2) {
    const canvas = drawScaled(document.createElement('canvas'), source, width, height, longSide);
    for (const quality of QUALITIES) {
      const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));
      if (blob?.type === 'image/jpeg' && blob.size <= MAX_BYTES) {
        return { blob, warning: qualityWarning(canvas, canvas.width, canvas.height) };
      }
    }
  }
  throw new Failure('PICTURE_UNREADABLE');
}

/** Converts a file of the phone's camera app (HEIC, PNG, any size), if this browser can read it. */
export async function jpegOfFile(file) {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
    if (!image.naturalWidth) throw new Error('no size');
    return await jpegOf(image, image.naturalWidth, image.naturalHeight);
  } catch {
    throw new Failure('PICTURE_UNREADABLE');
  } finally {
    URL.revokeObjectURL(image.src);
  }
}
