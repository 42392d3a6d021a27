// Pictures. A request has the token and is made only for display, because the server audits every view. Thumbnails are
// made here and cached. The caller of a full picture revokes it.

import { retryAfterMillis } from '../retry-after.js';

const MAX_REQUESTS = 3;
const REQUEST_INTERVAL = 120;
const SCROLL_DELAY = 250;
const MAX_THUMBNAILS = 300;
const WIDTH = 160;
const TIMEOUT = 20_000;
const RETRY_DELAY = 3_000;

/** Plans may share the imageUrl, so the request names the version if there is one. */
async function download(api, { imageUrl, imageVersion }, signal) {
  const query = imageVersion === undefined ? '' : `?version=${encodeURIComponent(imageVersion)}`;
  const response = await api(imageUrl + query, { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]) });
  if (!response.ok) {
    const error = new Error(String(response.status));
    error.retryAfter = retryAfterMillis(response.headers);
    error.missing = response.status === 404;
    throw error;
  }
  return response.blob();
}

/**
 * The full picture as a blob: URL. The caller revokes it. Throws an error with `missing` if it no longer exists.
 *
 * @param picture { imageUrl, imageVersion }: an examinee, or the history's entry of an earlier picture
 */
export async function fullPicture(api, picture, signal) {
  return URL.createObjectURL(await download(api, picture, signal));
}

/** Thumbnails of the visible examinees. */
export class Thumbnails {
  #api;
  #onReady;
  #width;
  #visible = new Map();
  #busy = new Map();
  #cache = new Map();
  #notBefore = 0;
  #timer = 0;
  #scrollEnd = 0;

  /** @param onReady(examinee) called once get() has a result @param width in pixels */
  constructor(api, onReady, width = WIDTH) {
    this.#api = api;
    this.#width = width;
    this.#onReady = onReady;
  }

  /** A blob: URL, 'none', or undefined if not known yet. */
  get(examinee) {
    const found = this.#cache.get(examinee.pictureKey);
    if (found) {
      this.#cache.delete(examinee.pictureKey);
      this.#cache.set(examinee.pictureKey, found);
    }
    return found;
  }

  /** Sets the visible examinees and aborts requests for others. @param scrolled delays requests until scrolling ends */
  setVisible(examinees, scrolled) {
    this.#visible = new Map([...examinees].filter(({ pictureKey }) => pictureKey).map((examinee) => [examinee.pictureKey, examinee]));
    for (const pictureKey of this.#busy.keys()) if (!this.#visible.has(pictureKey)) this.#abort(pictureKey);
    if (scrolled) this.#scrollEnd = performance.now() + SCROLL_DELAY;
    this.#schedule(0);
  }

  clear() {
    this.#visible.clear();
    [...this.#busy.keys()].forEach((pictureKey) => this.#abort(pictureKey));
    this.#cache.forEach((url) => URL.revokeObjectURL(url));
    this.#cache.clear();
  }

  #abort(pictureKey) {
    this.#busy.get(pictureKey).abort();
    this.#busy.delete(pictureKey);
  }

  #schedule(delay) {
    if (!this.#timer) {
      this.#timer = setTimeout(() => {
        this.#timer = 0;
        this.#next();
      }, delay);
    }
  }

  #next() {
    const wait = Math.max(this.#scrollEnd, this.#notBefore) - performance.now();
    if (wait > 0) {
      this.#schedule(wait);
      return;
    }
    if (this.#busy.size >= MAX_REQUESTS) return;
    const next = [...this.#visible.values()].find(({ pictureKey }) => !this.#cache.has(pictureKey) && !this.#busy.has(pictureKey));
    if (!next) return;
    this.#load(next, next.pictureKey);
    this.#schedule(REQUEST_INTERVAL);
  }

  /** Retries while the picture is visible, unless it is missing or unreadable. */
  async #load(examinee, pictureKey) {
    const abort = new AbortController();
    this.#busy.set(pictureKey, abort);
    try {
      const url = await createThumbnail(await download(this.#api, examinee, abort.signal), this.#width);
      if (abort.signal.aborted) URL.revokeObjectURL(url);
      else this.#store(pictureKey, url);
    } catch (error) {
      if (abort.signal.aborted) return;
      if (error.missing || error.name === 'InvalidStateError') this.#store(pictureKey, 'none');
      else this.#notBefore = performance.now() + (error.retryAfter || RETRY_DELAY);
    }
    if (abort.signal.aborted) return;
    this.#busy.delete(pictureKey);
    if (this.#cache.has(pictureKey)) this.#onReady(examinee);
    this.#schedule(REQUEST_INTERVAL);
  }

  #store(pictureKey, url) {
    this.#cache.set(pictureKey, url);
    for (const [oldest, oldUrl] of this.#cache) {
      if (this.#cache.size <= MAX_THUMBNAILS) break;
      this.#cache.delete(oldest);
      URL.revokeObjectURL(oldUrl);
    }
  }
}

async function createThumbnail(blob, width) {
  const bitmap = await createImageBitmap(blob, { resizeWidth: width, resizeQuality: 'medium' });
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext('2d').drawImage(bitmap, 0, 0);
  bitmap.close();
  return URL.createObjectURL(await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.8 }));
}
