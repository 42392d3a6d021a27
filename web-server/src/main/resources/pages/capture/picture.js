// Converts pictures of the camera or of a file to a small JPEG, and assesses their quality.

import { Failure } from './failure.js';
import { SAMPLE, assessQuality } from './quality.js';

const LONG_SIDE = 1920;
/** Well below the server's limit of 5 MiB. */
const MAX_BYTES = 2.5 * 1024 * 1024;
const QUALITIES = [0.88, 0.75, 0.6, 0.45];

const sample = document.createElement('canvas');

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

/** The warning for what a video, a canvas or an image shows, or null; see quality.js. */
export function qualityWarning(source, width, height) {
  if (!width || !height) return null;
  drawScaled(sample, source, width, height, SAMPLE);
  const context = sample.getContext('2d', { willReadFrequently: true });
  return assessQuality(context.getImageData(0, 0, sample.width, sample.height));
}

function drawScaled(canvas, source, width, height, longSide) {
  const scale = Math.min(1, longSide / Math.max(width, height));
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: canvas === sample });
  context.imageSmoothingQuality = 'high';
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}
