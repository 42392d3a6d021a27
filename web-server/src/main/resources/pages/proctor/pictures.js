// Pictures. A request has the token and is made only for display, because the server audits every view. Thumbnails are
// made here and cached. The caller of a full picture revokes it.

const AT_ONCE = 3;
const GAP = 120;
const SETTLE = 250;
const KEPT = 300;
const WIDTH = 160;
const TIMEOUT = 20_000;
const RETRY = 3_000;

async function read(api, examinee, signal) {
  const answer = await api(examinee.imageUrl, { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]) });
  if (!answer.ok) {
    const error = new Error(String(answer.status));
    error.wait = 1000 * Number(answer.headers.get('Retry-After') ?? 0);
    error.gone = answer.status === 404;
    throw error;
  }
  return answer.blob();
}

/** The full picture as a blob: URL. The caller revokes it. */
export async function fullPicture(api, examinee, signal) {
  return URL.createObjectURL(await read(api, examinee, signal));
}

/** Thumbnails of the visible examinees. */
export class Thumbnails {
  #api;
  #onReady;
  #inView = new Map();
  #busy = new Map();
  #kept = new Map();
  #notBefore = 0;
  #timer = 0;
  #settled = 0;

  /** @param onReady(examinee) called once get() has a result */
  constructor(api, onReady) {
    this.#api = api;
    this.#onReady = onReady;
  }

  /** A blob: URL, 'none', or undefined if not known yet. */
  get(examinee) {
    const found = this.#kept.get(examinee.picture);
    if (found) {
      this.#kept.delete(examinee.picture);
      this.#kept.set(examinee.picture, found);
    }
    return found;
  }

  /** Sets the visible examinees and aborts requests for others. @param scrolled delays requests until scrolling ends */
  want(examinees, scrolled) {
    this.#inView = new Map([...examinees].filter(({ picture }) => picture).map((examinee) => [examinee.picture, examinee]));
    for (const picture of this.#busy.keys()) if (!this.#inView.has(picture)) this.#abort(picture);
    if (scrolled) this.#settled = performance.now() + SETTLE;
    this.#schedule(0);
  }

  clear() {
    this.#inView.clear();
    [...this.#busy.keys()].forEach((picture) => this.#abort(picture));
    this.#kept.forEach((url) => URL.revokeObjectURL(url));
    this.#kept.clear();
  }

  #abort(picture) {
    this.#busy.get(picture).abort();
    this.#busy.delete(picture);
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
    const wait = Math.max(this.#settled, this.#notBefore) - performance.now();
    if (wait > 0) {
      this.#schedule(wait);
      return;
    }
    if (this.#busy.size >= AT_ONCE) return;
    const next = [...this.#inView.values()].find(({ picture }) => !this.#kept.has(picture) && !this.#busy.has(picture));
    if (!next) return;
    this.#load(next, next.picture);
    this.#schedule(GAP);
  }

  /** Retries while the picture is visible, unless it is missing or unreadable. */
  async #load(examinee, picture) {
    const abort = new AbortController();
    this.#busy.set(picture, abort);
    try {
      const url = await small(await read(this.#api, examinee, abort.signal));
      if (abort.signal.aborted) URL.revokeObjectURL(url);
      else this.#keep(picture, url);
    } catch (error) {
      if (abort.signal.aborted) return;
      if (error.gone || error.name === 'InvalidStateError') this.#keep(picture, 'none');
      else this.#notBefore = performance.now() + (error.wait || RETRY);
    }
    if (abort.signal.aborted) return;
    this.#busy.delete(picture);
    if (this.#kept.has(picture)) this.#onReady(examinee);
    this.#schedule(GAP);
  }

  #keep(picture, url) {
    this.#kept.set(picture, url);
    for (const [oldest, held] of this.#kept) {
      if (this.#kept.size <= KEPT) break;
      this.#kept.delete(oldest);
      URL.revokeObjectURL(held);
    }
  }
}

async function small(blob) {
  const bitmap = await createImageBitmap(blob, { resizeWidth: WIDTH, resizeQuality: 'medium' });
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext('2d').drawImage(bitmap, 0, 0);
  bitmap.close();
  return URL.createObjectURL(await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.8 }));
}
