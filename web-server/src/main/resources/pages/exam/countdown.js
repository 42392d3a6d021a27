// Counts down to the server's deadline, by the server's clock.

const ANNOUNCEMENTS = [[30, 'thirtySecondsLeft'], [60, 'oneMinuteLeft']];

export class Countdown {
  #t;
  #serverNow;
  #deadline = null;
  #box = document.getElementById('countdown');
  #left = document.getElementById('left');
  #note = document.getElementById('left-note');
  #announced = null;

  constructor(t, serverNow) {
    this.#t = t;
    this.#serverNow = serverNow;
    setInterval(() => this.draw(), 250);
  }

  /** @param deadline ISO-8601, or null if no wait is active */
  set deadline(deadline) {
    this.#deadline = deadline ? Date.parse(deadline) : null;
    this.draw();
  }

  draw() {
    this.#box.hidden = this.#deadline === null;
    if (this.#deadline === null) return;
    // The server's clock is known to some tenths of a second: five minutes begin with 5:00, not with 5:01.
    const seconds = Math.max(0, Math.round((this.#deadline - this.#serverNow()) / 1000));
    const text = format(seconds);
    if (this.#left.textContent !== text) this.#left.textContent = text;
    this.#box.classList.toggle('soon', seconds <= 60);
    const [, note = null] = ANNOUNCEMENTS.find(([limit]) => seconds > 0 && seconds <= limit) ?? [];
    if (note !== this.#announced) {
      this.#announced = note;
      this.#note.textContent = note ? this.#t(note) : '';
    }
  }
}

function format(seconds) {
  const twoDigits = (number) => String(number).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours ? `${hours}:${twoDigits(minutes)}:${twoDigits(seconds % 60)}` : `${minutes}:${twoDigits(seconds % 60)}`;
}
