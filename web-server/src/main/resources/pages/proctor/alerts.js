// Alerts of recent failures: a list, and an optional sound.

const MAX_ALERTS = 100;
const MIN_BEEP_INTERVAL = 1_500;

/** Event `change`, when the list or `unseen` changes. */
export class Alerts extends EventTarget {
  list = [];
  unseen = 0;
  #count = 0;

  /** @param code an error's code, such as SYNC_TIMEOUT */
  add(id, status, code, at) {
    this.list.unshift({ number: ++this.#count, id, status, code, at });
    this.list.length = Math.min(this.list.length, MAX_ALERTS);
    this.unseen++;
    this.dispatchEvent(new Event('change'));
  }

  markSeen() {
    this.unseen = 0;
    this.dispatchEvent(new Event('change'));
  }

  clear() {
    this.list = [];
    this.markSeen();
  }
}

/** Two short tones. Browsers allow sound only after a user gesture. */
export class Beeper {
  on = false;
  #context = null;
  #last = 0;
  #waiting = false;

  constructor() {
    const unlock = () => this.on && this.#context?.resume();
    addEventListener('pointerdown', unlock);
    addEventListener('keydown', unlock);
  }

  /** Whether the browser allows sound now. */
  get ready() {
    return this.#context?.state === 'running';
  }

  switch(on) {
    this.on = on;
    if (on) this.#context ??= new AudioContext();
  }

  /** Plays once, as soon as the browser allows it. */
  async beep(force = false) {
    if (!this.on || this.#waiting || (!force && performance.now() - this.#last < MIN_BEEP_INTERVAL)) return;
    this.#waiting = true;
    await this.#context.resume();
    this.#waiting = false;
    this.#last = performance.now();
    this.#tone(880, 0);
    this.#tone(660, 0.16);
  }

  #tone(frequency, delay) {
    const start = this.#context.currentTime + delay;
    const oscillator = new OscillatorNode(this.#context, { frequency });
    const gain = new GainNode(this.#context, { gain: 0 });
    gain.gain.setTargetAtTime(0.2, start, 0.01);
    gain.gain.setTargetAtTime(0, start + 0.11, 0.02);
    oscillator.connect(gain).connect(this.#context.destination);
    oscillator.start(start);
    oscillator.stop(start + 0.3);
  }
}
