// Whether a picture is worth sending, told from a small copy of it. Pure functions on {data, width, height} (ImageData).

/** Mean luminance (0…255) below which a face can hardly be made out. */
export const DARK_BELOW = 45;
/** Variance of the Laplacian, of a copy that is SAMPLE wide, below which no edge is sharp. */
export const BLURRED_BELOW = 30;
/** The long side of the copy in pixels. */
export const SAMPLE = 480;

/** 'turn', 'dark', 'blurred' or null: the first thing to do something about. */
export function assessQuality(image) {
  if (image.height > image.width) return 'turn';
  const grey = luminance(image);
  if (mean(grey) < DARK_BELOW) return 'dark';
  return sharpness(grey, image.width, image.height) < BLURRED_BELOW ? 'blurred' : null;
}

/** Of each pixel, by Rec. 601. */
export function luminance({ data, width, height }) {
  const grey = new Float32Array(width * height);
  for (let i = 0, p = 0; i < grey.length; i++, p += 4) {
    grey[i] = 0.299 * data[p] + 0.587 * data[p + 1] + 0.114 * data[p + 2];
  }
  return grey;
}

export function mean(values) {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length ? sum / values.length : 0;
}

/** The variance of the Laplacian: large where neighbouring pixels differ, which is what blur takes away. */
export function sharpness(grey, width, height) {
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
