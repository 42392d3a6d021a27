// A virtual list: only the visible rows are in the page. As an ARIA grid it reports the number of rows and the focused
// one, and the keyboard reaches each row.

import { setAttribute } from './dom-updates.js';

/** Rows beyond the visible ones, on each side. */
const OVERSCAN = 8;
/** Scrolling draws rows once fewer than this number remain on a side. Drawing a few at a time costs fewer layouts. */
const MIN_OVERSCAN = 2;

export class Rows {
  #scroller;
  #body;
  #options;
  #items = [];
  #shown = new Map();
  #free = [];
  #rowHeight = 0;
  #top = 0;
  #viewHeight = 0;
  #headHeight = 0;
  // The rendered part of the list: from first to before last.
  #range = { first: 0, last: 0 };
  #active = null;
  #renderScheduled = false;

  /**
   * @param scroller the element that scrolls; it holds the header row and `body`
   * @param body takes the rows
   * @param options { make() a row's element, fill(row, item), tick(row, item), open(item), toggle(item, range), scrolled(),
   *     scrolledByUser() }
   */
  constructor(scroller, body, options) {
    this.#scroller = scroller;
    this.#body = body;
    this.#options = options;
    scroller.addEventListener('scroll', () => this.#onScroll(), { passive: true });
    body.addEventListener('keydown', (event) => this.#onKey(event));
    body.addEventListener('focusin', (event) => this.#onFocus(event));
    new ResizeObserver(() => this.measure()).observe(scroller);
  }

  get items() {
    return this.#items;
  }

  /** The items whose rows are in the page. */
  get shown() {
    return this.#shown.keys();
  }

  isShown(item) {
    return this.#shown.has(item);
  }

  /** Replaces the list and keeps the first unchanged visible row in place. @param changed items that may move */
  show(items, changed) {
    const anchor = this.#anchor(changed);
    const place = anchor ? items.indexOf(anchor.item) : -1;
    this.#items = items;
    setAttribute(this.#scroller, 'aria-rowcount', String(items.length + 1));
    this.#setBodyHeight();
    const wanted = place < 0 ? this.#top : place * this.#rowHeight + anchor.offset;
    const top = Math.max(0, Math.min(wanted, this.#maxTop()));
    const moved = top !== this.#top;
    this.#top = top;
    this.render();
    // Last, because the browser computes the layout before it scrolls.
    if (moved) this.#scroller.scrollTop = top;
  }

  /** Fills the rows of these items again. */
  refresh(items) {
    for (const item of items) {
      const row = this.#shown.get(item);
      if (row) this.#options.fill(row, item);
    }
  }

  refreshAll() {
    this.refresh(this.#shown.keys());
  }

  tick() {
    for (const [item, row] of this.#shown) this.#options.tick(row, item);
  }

  /** Must be called after any change of the row height. */
  measure() {
    const probe = this.#options.make();
    probe.style.visibility = 'hidden';
    this.#body.append(probe);
    const height = probe.offsetHeight;
    this.#viewHeight = this.#scroller.clientHeight;
    this.#headHeight = this.#body.offsetTop;
    probe.remove();
    if (height > 0 && height !== this.#rowHeight) {
      const top = this.#rowHeight ? this.#top / this.#rowHeight : 0;
      this.#rowHeight = height;
      this.#setBodyHeight();
      this.#scroll(top * height);
      for (const row of this.#shown.values()) row.style.transform = '';
    }
    this.render();
  }

  /** Scrolls to an item and focuses it. Returns false if it is not listed. */
  reveal(item) {
    const place = this.#items.indexOf(item);
    if (place < 0) return false;
    this.#active = item;
    this.#scrollTo(place);
    this.render();
    this.#shown.get(item)?.focus({ preventScroll: true });
    return true;
  }

  render() {
    if (!this.#rowHeight) return;
    const places = this.#placesToRender();
    for (const [item, row] of this.#shown) {
      if (places.has(item)) continue;
      this.#shown.delete(item);
      row.remove();
      this.#free.push(row);
    }
    let next = this.#body.firstElementChild;
    for (const [item, place] of places) {
      let row = this.#shown.get(item);
      if (!row) {
        row = this.#free.pop() ?? this.#options.make();
        this.#shown.set(item, row);
        this.#options.fill(row, item);
      }
      next = this.#insertInOrder(row, next);
      this.#position(row, item, place);
    }
    this.#free.length = Math.min(this.#free.length, 20);
  }

  /** The items whose rows belong in the page, with their places, in display order. */
  #placesToRender() {
    const visible = this.#visibleRange();
    const first = Math.max(0, visible.first - OVERSCAN);
    const last = Math.min(this.#items.length, visible.last + OVERSCAN);
    this.#range = { first, last };
    const places = new Map();
    const active = this.#active ? this.#items.indexOf(this.#active) : -1;
    if (active < 0) this.#active = null;
    // The focused row stays in the page, also out of view.
    const keepsActive = active >= 0 && (active < first || active >= last) && this.#body.contains(document.activeElement);
    if (keepsActive && active < first) places.set(this.#active, active);
    for (let i = first; i < last; i++) places.set(this.#items[i], i);
    if (keepsActive && active >= last) places.set(this.#active, active);
    return places;
  }

  /** Screen readers follow the order of the elements. A focused row is not moved, because it would lose the focus. */
  #insertInOrder(row, next) {
    if (row !== next && row.contains(document.activeElement)) {
      while (next !== row) {
        const other = next;
        next = next.nextElementSibling;
        this.#body.append(other);
      }
    }
    if (row === next) return next.nextElementSibling;
    this.#body.insertBefore(row, next);
    return next;
  }

  #position(row, item, place) {
    const transform = `translateY(${place * this.#rowHeight}px)`;
    if (row.style.transform !== transform) row.style.transform = transform;
    setAttribute(row, 'aria-rowindex', String(place + 2));
    setAttribute(row, 'tabindex', item === (this.#active ?? this.#items[0]) ? '0' : '-1');
  }

  #onScroll() {
    // Read before the page changes: a later read would force a layout.
    const top = this.#scroller.scrollTop;
    // Browsers round what #scroll() sets.
    if (Math.abs(top - this.#top) >= 1) this.#options.scrolledByUser();
    this.#top = top;
    if (this.#renderScheduled) return;
    this.#renderScheduled = true;
    requestAnimationFrame(() => {
      this.#renderScheduled = false;
      if (this.#needsRows()) this.render();
      this.#options.scrolled();
    });
  }

  #needsRows() {
    if (!this.#rowHeight) return false;
    const { first, last } = this.#visibleRange();
    return Math.max(0, first - MIN_OVERSCAN) < this.#range.first || Math.min(this.#items.length, last + MIN_OVERSCAN) > this.#range.last;
  }

  #setBodyHeight() {
    const height = `${this.#items.length * this.#rowHeight}px`;
    if (this.#body.style.height !== height) this.#body.style.height = height;
  }

  #maxTop() {
    return this.#headHeight + this.#items.length * this.#rowHeight - this.#viewHeight;
  }

  #visibleRange() {
    const first = Math.floor(this.#top / this.#rowHeight);
    return { first, last: first + Math.ceil(this.#viewHeight / this.#rowHeight) };
  }

  #anchor(changed) {
    if (!this.#rowHeight || this.#top < this.#rowHeight / 2) return null;
    const { first, last } = this.#visibleRange();
    for (let i = first; i <= last && i < this.#items.length; i++) {
      if (changed?.has(this.#items[i])) continue;
      return { item: this.#items[i], offset: this.#top - i * this.#rowHeight };
    }
    return null;
  }

  #scrollTo(place) {
    const top = place * this.#rowHeight;
    const room = this.#viewHeight - this.#headHeight;
    if (top < this.#top) this.#scroll(top);
    else if (top + this.#rowHeight > this.#top + room) this.#scroll(top + this.#rowHeight - room);
  }

  #scroll(top) {
    this.#scroller.scrollTop = top;
    this.#top = this.#scroller.scrollTop;
  }

  /** The item whose row contains the element, or null. */
  itemAt(element) {
    const row = element.closest('[role=row]');
    for (const [item, shown] of this.#shown) if (shown === row) return item;
    return null;
  }

  #onFocus(event) {
    const item = this.itemAt(event.target);
    if (item && item !== this.#active) {
      this.#active = item;
      for (const [other, row] of this.#shown) setAttribute(row, 'tabindex', other === item ? '0' : '-1');
    }
  }

  #onKey(event) {
    const item = this.itemAt(event.target);
    if (!item || event.ctrlKey || event.metaKey || event.altKey) return;
    const place = this.#items.indexOf(item);
    const page = Math.max(1, Math.floor(this.#viewHeight / this.#rowHeight) - 1);
    const target = { ArrowDown: place + 1, ArrowUp: place - 1, PageDown: place + page, PageUp: place - page, Home: 0, End: Infinity }[event.key];
    if (target !== undefined) {
      const next = this.#items[Math.max(0, Math.min(this.#items.length - 1, target))];
      if (event.shiftKey) this.#options.toggle(next, true);
      this.reveal(next);
    } else if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
      this.#moveFocusInRow(this.#shown.get(item), event.key === 'ArrowRight' ? 1 : -1);
    } else if (event.target === this.#shown.get(item) && event.key === 'Enter') {
      this.#options.open(item);
    } else if (event.target === this.#shown.get(item) && event.key === ' ') {
      this.#options.toggle(item, event.shiftKey);
    } else {
      return;
    }
    event.preventDefault();
  }

  /** Moves the focus between a row and its controls. */
  #moveFocusInRow(row, step) {
    const stops = [row, ...row.querySelectorAll('input, button:not([hidden])')];
    const at = stops.indexOf(document.activeElement);
    stops[Math.max(0, Math.min(stops.length - 1, at + step))].focus();
  }
}
