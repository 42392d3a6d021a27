// The examinees that are selected for a bulk order or notice.

export class Selection {
  ids = new Set();
  #options;
  #last = null;

  /** @param options { t, items() as listed, changed(examinees) } */
  constructor(options) {
    this.#options = options;
    document.getElementById('select-all').addEventListener('change', ({ target }) => {
      for (const { id } of options.items()) {
        if (target.checked) this.ids.add(id);
        else this.ids.delete(id);
      }
      this.#notify(options.items());
    });
    document.getElementById('bulk-clear').addEventListener('click', () => this.keepOnly(() => false));
  }

  /** @param range selects all from the previous one to this one, as listed */
  toggle(examinee, range) {
    const items = this.#options.items();
    const from = items.indexOf(this.#last);
    const to = items.indexOf(examinee);
    if (range && from >= 0 && to >= 0) {
      const part = items.slice(Math.min(from, to), Math.max(from, to) + 1);
      part.forEach(({ id }) => this.ids.add(id));
      this.#notify(part);
      return;
    }
    if (!this.ids.delete(examinee.id)) this.ids.add(examinee.id);
    this.#last = examinee;
    this.#notify([examinee]);
  }

  keepOnly(isKept) {
    const before = this.ids.size;
    for (const id of this.ids) if (!isKept(id)) this.ids.delete(id);
    if (before !== this.ids.size) this.#notify(this.#options.items());
  }

  /** Updates the select-all box after a change of the list. */
  updateSelectAll() {
    const box = document.getElementById('select-all');
    if (this.ids.size === 0) {
      box.checked = box.indeterminate = false;
      return;
    }
    const items = this.#options.items();
    const chosen = items.reduce((count, { id }) => count + (this.ids.has(id) ? 1 : 0), 0);
    box.checked = items.length > 0 && chosen === items.length;
    box.indeterminate = chosen > 0 && chosen < items.length;
  }

  updateTexts() {
    document.getElementById('bulk').hidden = this.ids.size === 0;
    document.getElementById('bulk-count').textContent = this.#options.t('selected', { count: this.ids.size.toLocaleString('en') });
  }

  #notify(examinees) {
    this.#options.changed(examinees);
    this.updateSelectAll();
    this.updateTexts();
  }
}
