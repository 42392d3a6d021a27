// Whether rows keep their order: while a pointer or the focus is among them, and briefly after scrolling.

const AFTER_MOVE = 8_000;
const AFTER_KEY = 20_000;
const AFTER_SCROLL = 1_200;

export class SortHold {
  #until = 0;
  #ignore = 0;
  #inside = false;

  /** @param rows contains the rows @param scroller scrolls them */
  constructor(rows, scroller) {
    const hold = (ms) => (this.#until = Math.max(this.#until, performance.now() + ms));
    rows.addEventListener('pointermove', (event) => {
      if (event.pointerType === 'touch') return;
      this.#inside = true;
      hold(AFTER_MOVE);
    }, { passive: true });
    rows.addEventListener('pointerleave', () => {
      this.#inside = false;
      this.#until = Math.min(this.#until, performance.now() + AFTER_SCROLL);
    });
    rows.addEventListener('keydown', () => hold(AFTER_KEY));
    rows.addEventListener('focusin', ({ target }) => hold(target.matches(':focus-visible') ? AFTER_KEY : AFTER_SCROLL));
    rows.addEventListener('focusout', (event) => {
      if (!this.#inside && !rows.contains(event.relatedTarget)) this.#until = 0;
    });
    scroller.addEventListener('scroll', () => performance.now() > this.#ignore && hold(AFTER_SCROLL), { passive: true });
  }

  get isActive() {
    return performance.now() < this.#until;
  }

  /** Ends the hold until the next interaction. */
  release() {
    this.#until = 0;
  }

  /** Ignores the next scroll events, which the page itself causes. */
  ignoreProgrammaticScroll() {
    this.#ignore = performance.now() + 100;
  }
}
