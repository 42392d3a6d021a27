// Assesses a picture from a small copy of it.

/** Mean luminance (0…255) below which a face is hardly visible. */
const DARK_BELOW = 45;
/** Variance of the Laplacian, of a copy of SAMPLE pixels, below which no edge is sharp. */
const BLURRED_BELOW = 30;
/** The long side of the copy in pixels. */
const SAMPLE = 480;

const sample = document.createElement('canvas');

/** The first problem of what a video, a canvas or an image shows: 'turn', 'dark' or 'blurred'; null if there is none. */
export function qualityWarning(source, width, height) {
  if (!width || !height) return null;
  drawScaled(sample, source, width, height, SAMPLE);
  const context = sample.getContext('2d', { willReadFrequently: true });
  return assess(context.getImageData(0, 0, sample.width, sample.height));
}

/** Draws it at most this large, and returns the canvas. */
export function drawScaled(canvas, source, width, height, longSide) {
  const scale = Math.min(1, longSide / Math.max(width, height));
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: canvas === sample });
  context.imageSmoothingQuality = 'high';
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function assess(image) {
  if (image.height > image.width) return 'turn';
  const grey = luminance(image);
  if (mean(grey) < DARK_BELOW) return 'dark';
  return sharpness(grey, image.width, image.height) < BLURRED_BELOW ? 'blurred' : null;
}

/** The luminance of each pixel (Rec. 601). */
function luminance({ data, width, height }) {
  const grey = new Float32Array(width * height);
  for (let i = 0, p = 0; i < grey.length; i++, p += 4) {
    grey[i] = 0.299 * data[p] + 0.587 * data[p + 1] + 0.114 * data[p + 2];
  }
  return grey;
}

function mean(values) {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length ? sum / values.length : 0;
}

/** The variance of the Laplacian. It is large where neighbouring pixels differ; blur reduces it. */
function sharpness(grey, width, height) {
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      const laplacian = grey[i - 1] + grey[i + 1] + grey[i - width] + grey[i + width] - 4 * grey[i];
      sum += laplacian;
      squares += laplacian * laplacian;
      count++;
    }
  }
  return count ? squares / count - (sum / count) ** 2 : 0;
}
