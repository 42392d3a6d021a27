// A virtual list: only the visible rows are in the page. As an ARIA grid it reports the number of rows and the focused
// one, and the keyboard reaches each row.

const OVERSCAN = 6;

export class Rows {
  #scroller;
  #body;
  #options;
  #items = [];
  #places = new Map();
  #shown = new Map();
  #free = [];
  #rowHeight = 0;
  #top = 0;
  #viewHeight = 0;
  #active = null;
  #renderScheduled = false;

  /**
   * @param scroller the element that scrolls; it holds the header row and `body`
   * @param body takes the rows
   * @param options { make() a row's element, fill(row, item), tick(row, item), open(item), toggle(item, range) }
   */
  constructor(scroller, body, options) {
    this.#scroller = scroller;
    this.#body = body;
    this.#options = options;
    scroller.addEventListener('scroll', () => {
      // Read before the page changes: a later read would force a layout.
      this.#top = scroller.scrollTop;
      this.#scheduleRender();
    }, { passive: true });
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
    this.#items = items;
    this.#places = new Map();
    for (let i = 0; i < items.length; i++) this.#places.set(items[i], i);
    this.#scroller.setAttribute('aria-rowcount', String(items.length + 1));
    this.#body.style.height = `${items.length * this.#rowHeight}px`;
    // The browser scrolls if the list has become too short.
    if (this.#top > items.length * this.#rowHeight - this.#viewHeight) this.#top = this.#scroller.scrollTop;
    const place = anchor && this.#places.get(anchor.item);
    if (place !== undefined && place !== null) this.#scroll(place * this.#rowHeight + anchor.offset);
    this.render();
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
    probe.remove();
    if (height > 0 && height !== this.#rowHeight) {
      const top = this.#rowHeight ? this.#top / this.#rowHeight : 0;
      this.#rowHeight = height;
      this.#body.style.height = `${this.#items.length * height}px`;
      this.#scroll(top * height);
      for (const row of this.#shown.values()) row.style.transform = '';
    }
    this.render();
  }

  /** Scrolls to an item and focuses it. Returns false if it is not listed. */
  reveal(item) {
    const place = this.#places.get(item);
    if (place === undefined) return false;
    this.#active = item;
    this.#scrollTo(place);
    this.render();
    this.#shown.get(item)?.focus({ preventScroll: true });
    return true;
  }

  render() {
    if (!this.#rowHeight) return;
    const visible = this.#visibleRange();
    const last = Math.min(this.#items.length, visible.last + OVERSCAN);
    const rendered = new Set(this.#items.slice(Math.max(0, visible.first - OVERSCAN), last));
    if (this.#active && !this.#places.has(this.#active)) this.#active = null;
    // The focused row stays in the page, also out of view.
    if (this.#active && this.#body.contains(document.activeElement)) rendered.add(this.#active);
    for (const [item, row] of this.#shown) {
      if (rendered.has(item)) continue;
      this.#shown.delete(item);
      row.remove();
      this.#free.push(row);
    }
    let next = this.#body.firstElementChild;
    for (const item of [...rendered].sort((a, b) => this.#places.get(a) - this.#places.get(b))) {
      let row = this.#shown.get(item);
      if (!row) {
        row = this.#free.pop() ?? this.#options.make();
        this.#shown.set(item, row);
        this.#options.fill(row, item);
      }
      next = this.#insertInOrder(row, next);
      this.#position(row, item);
    }
    this.#free.length = Math.min(this.#free.length, 20);
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

  #position(row, item) {
    const place = this.#places.get(item);
    const transform = `translateY(${place * this.#rowHeight}px)`;
    if (row.style.transform !== transform) row.style.transform = transform;
    const index = String(place + 2);
    if (row.getAttribute('aria-rowindex') !== index) row.setAttribute('aria-rowindex', index);
    row.tabIndex = item === (this.#active ?? this.#items[0]) ? 0 : -1;
  }

  #scheduleRender() {
    if (this.#renderScheduled) return;
    this.#renderScheduled = true;
    requestAnimationFrame(() => {
      this.#renderScheduled = false;
      this.render();
      this.#options.scrolled?.();
    });
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
    const room = this.#viewHeight - this.#body.offsetTop;
    if (top < this.#top) this.#scroll(top);
    else if (top + this.#rowHeight > this.#top + room) this.#scroll(top + this.#rowHeight - room);
  }

  #scroll(top) {
    this.#scroller.scrollTop = top;
    this.#top = this.#scroller.scrollTop;
  }

  #itemOf(element) {
    const row = element.closest('[role=row]');
    for (const [item, shown] of this.#shown) if (shown === row) return item;
    return null;
  }

  itemAt(element) {
    return this.#itemOf(element);
  }

  #onFocus(event) {
    const item = this.#itemOf(event.target);
    if (item && item !== this.#active) {
      this.#active = item;
      for (const [other, row] of this.#shown) row.tabIndex = other === item ? 0 : -1;
    }
  }

  #onKey(event) {
    const item = this.#itemOf(event.target);
    if (!item || event.ctrlKey || event.metaKey || event.altKey) return;
    const place = this.#places.get(item);
    const page = Math.max(1, Math.floor(this.#scroller.clientHeight / this.#rowHeight) - 1);
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
