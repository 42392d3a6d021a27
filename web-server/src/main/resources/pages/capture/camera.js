import { Failure } from './failure.js';

const CODES = {
  NotAllowedError: 'CAMERA_DENIED',
  SecurityError: 'CAMERA_DENIED',
  NotFoundError: 'CAMERA_MISSING',
  OverconstrainedError: 'CAMERA_MISSING',
};
const RETRY_DELAY = 2000;

/**
 * The live camera. It restarts automatically after a phone call, a locked screen or another app.
 *
 * Events: 'live'; 'interrupted'; 'failed' with detail {failure}. CAMERA_BUSY is retried automatically. After any other
 * failure start() must be called again.
 */
export class Camera extends EventTarget {
  #video;
  #stream = null;
  #enabled = false;
  #interrupted = false;
  #startCount = 0;
  #timer = 0;
  #constraints = { facingMode: { ideal: 'environment' } };

  /** @param video shows the preview */
  constructor(video) {
    super();
    this.#video = video;
    document.addEventListener('visibilitychange', () => this.#restore());
  }

  /** Whether the page may request a camera. Browsers require HTTPS or localhost. */
  static get isSupported() {
    return Boolean(navigator.mediaDevices?.getUserMedia);
  }

  /** 'granted', 'denied' or 'prompt'; 'prompt' also if the browser does not report it. */
  static async permission() {
    try {
      return (await navigator.permissions.query({ name: 'camera' })).state;
    } catch {
      return 'prompt';
    }
  }

  get live() {
    return Boolean(this.#stream) && !this.#interrupted && this.#video.videoWidth > 0;
  }

  async start() {
    this.#enabled = true;
    const start = ++this.#startCount;
    this.#release();
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { width: { ideal: 1920 }, height: { ideal: 1080 }, ...this.#constraints },
      });
      if (start !== this.#startCount) {
        stop(stream);
        return;
      }
      this.#stream = stream;
      this.#watch(stream.getVideoTracks()[0], start);
      this.#video.srcObject = stream;
      await this.#video.play();
      if (start === this.#startCount) this.dispatchEvent(new Event('live'));
    } catch (error) {
      if (start === this.#startCount) this.#onError(error);
    }
  }

  stop() {
    this.#enabled = false;
    this.#startCount++;
    this.#release();
  }

  /** The number of cameras. Browsers report it only while a camera is on. */
  async count() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.filter((device) => device.kind === 'videoinput').length;
  }

  /** Switches to the other side of the phone, or to the next camera if the browser does not report sides. */
  async switch() {
    const { facingMode, deviceId } = this.#stream?.getVideoTracks()[0]?.getSettings() ?? {};
    if (facingMode) {
      this.#constraints = { facingMode: { ideal: facingMode === 'environment' ? 'user' : 'environment' } };
    } else {
      const devices = await navigator.mediaDevices.enumerateDevices();
      const cameras = devices.filter((device) => device.kind === 'videoinput');
      const next = cameras[(cameras.findIndex((camera) => camera.deviceId === deviceId) + 1) % cameras.length];
      this.#constraints = { deviceId: { exact: next.deviceId } };
    }
    await this.start();
  }

  #watch(track, start) {
    const interrupted = () => {
      if (start !== this.#startCount || !this.#enabled) return;
      this.#interrupted = true;
      this.dispatchEvent(new Event('interrupted'));
      this.#scheduleRestore();
    };
    track.addEventListener('ended', interrupted);
    track.addEventListener('mute', interrupted);
    track.addEventListener('unmute', () => start === this.#startCount && this.#restore());
  }

  /** After an interruption a track may report 'live' without a picture, so it is replaced. */
  #restore() {
    if (!this.#enabled || document.hidden) return;
    const track = this.#stream?.getVideoTracks()[0];
    if (this.#interrupted || track?.readyState === 'ended' || track?.muted) this.start();
    else if (this.#video.paused && this.#stream) this.#video.play().catch(() => this.#scheduleRestore());
  }

  #scheduleRestore() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#restore(), RETRY_DELAY);
  }

  #onError(error) {
    const code = CODES[error.name] ?? 'CAMERA_BUSY';
    this.#release();
    this.dispatchEvent(new CustomEvent('failed', { detail: { failure: new Failure(code) } }));
    if (code === 'CAMERA_BUSY') {
      this.#interrupted = true;
      this.#scheduleRestore();
    } else {
      this.#enabled = false;
    }
  }

  #release() {
    clearTimeout(this.#timer);
    this.#interrupted = false;
    if (this.#stream) stop(this.#stream);
    this.#stream = null;
    this.#video.srcObject = null;
  }
}

function stop(stream) {
  for (const track of stream.getTracks()) track.stop();
}
