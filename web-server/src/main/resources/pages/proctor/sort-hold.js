// Whether rows keep their order: for some seconds after the pointer moved over them, a key was pressed in them, or they scrolled.

const AFTER_MOVE = 8_000;
const AFTER_KEY = 20_000;
const AFTER_SCROLL = 1_200;

export class SortHold {
  #until = 0;
  #inside = false;

  /** @param rows contains the rows */
  constructor(rows) {
    rows.addEventListener('pointermove', (event) => {
      if (event.pointerType === 'touch') return;
      this.#inside = true;
      this.#hold(AFTER_MOVE);
    }, { passive: true });
    rows.addEventListener('pointerleave', () => {
      this.#inside = false;
      this.#until = Math.min(this.#until, performance.now() + AFTER_SCROLL);
    });
    rows.addEventListener('keydown', () => this.#hold(AFTER_KEY));
    rows.addEventListener('focusin', ({ target }) => this.#hold(target.matches(':focus-visible') ? AFTER_KEY : AFTER_SCROLL));
    rows.addEventListener('focusout', (event) => {
      if (!this.#inside && !rows.contains(event.relatedTarget)) this.#until = 0;
    });
  }

  get isActive() {
    return performance.now() < this.#until;
  }

  /** Must be called whenever the user has scrolled the rows. */
  onScroll() {
    this.#hold(AFTER_SCROLL);
  }

  /** Ends the hold until the next interaction. */
  release() {
    this.#until = 0;
  }

  #hold(ms) {
    this.#until = Math.max(this.#until, performance.now() + ms);
  }
}
