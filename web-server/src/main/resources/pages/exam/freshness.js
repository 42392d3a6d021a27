// How old the page's data are: the time since the last message or heart-beat, and whether the connection is open.

const INTERVAL = 1_000;

export class Freshness {
  #t;
  #sync;
  #connected = false;
  #element = document.getElementById('freshness');

  constructor(t, sync) {
    this.#t = t;
    this.#sync = sync;
    sync.addEventListener('connection', ({ detail }) => {
      this.#connected = detail.status === 'connected';
      this.draw();
    });
    setInterval(() => this.draw(), INTERVAL);
  }

  draw() {
    const heard = this.#sync.lastMessageAt;
    const seconds = Math.max(0, Math.round((Date.now() - heard) / 1000));
    const age = seconds < 60 ? this.#t('secondsAgo', { seconds }) : this.#t('minutesAgo', { minutes: Math.floor(seconds / 60) });
    const text = heard ? this.#t(this.#connected ? 'fresh' : 'stale', { age }) : this.#t('connecting');
    if (this.#element.textContent !== text) this.#element.textContent = text;
    document.body.classList.toggle('stale', heard > 0 && !this.#connected);
  }
}
