// Assesses a picture from a small copy of it. Pure functions on {data, width, height} (ImageData).

/** Mean luminance (0…255) below which a face is hardly visible. */
const DARK_BELOW = 45;
/** Variance of the Laplacian, of a copy of SAMPLE pixels, below which no edge is sharp. */
const BLURRED_BELOW = 30;
/** The long side of the copy in pixels. */
export const SAMPLE = 480;

/** The first problem: 'turn', 'dark' or 'blurred'; null if there is none. */
export function assessQuality(image) {
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
