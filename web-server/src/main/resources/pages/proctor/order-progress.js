// Shows the progress of a proctor's orders: sent, in effect, or without a visible effect.

const STAYS = 5_000;

export class OrderProgress {
  #options;
  #shown = new Map();

  /** @param options { t, live(), retry(batch), cancel(batch) } */
  constructor(options) {
    this.#options = options;
  }

  show(batch) {
    let box = this.#shown.get(batch);
    if (!box) {
      box = document.createElement('div');
      box.className = 'batch';
      box.words = document.createElement('span');
      box.names = document.createElement('span');
      box.names.className = 'soft small';
      box.append(box.words, box.names);
      this.#shown.set(batch, box);
      document.getElementById('batches').append(box);
    }
    const { t, retry, cancel } = this.#options;
    const what = t(batch.kind);
    const { total, sent, done, failed, over } = batch;
    const values = { what, total, sent, done, id: batch.ids[0], count: failed.length };
    const text = !over
      ? sent < total ? this.#options.live() ? 'batchSending' : 'batchOffline' : 'batchWaits'
      : failed.length > 0 ? 'batchFailed' : total === 1 ? 'batchDoneOne' : 'batchDone';
    if (box.words.textContent !== t(text, values)) box.words.textContent = t(text, values);
    box.names.textContent = over && failed.length > 0 ? failed.slice(0, 5).join(', ') + (failed.length > 5 ? ' …' : '') : '';
    box.dataset.state = !over ? 'busy' : failed.length > 0 ? 'failed' : 'done';
    const buttons = [];
    if (over && failed.length > 0) {
      buttons.push([t('retryFailed'), () => this.#close(batch) ?? retry(batch)], [t('dismiss'), () => this.#close(batch)]);
    } else if (!over && sent < total && total > 1) {
      buttons.push([t('stopSending'), () => cancel(batch)]);
    }
    const labels = buttons.map(([label]) => label).join('\n');
    if (box.labels !== labels) {
      box.labels = labels;
      for (const button of box.querySelectorAll('button')) button.remove();
      for (const [label, action] of buttons) {
        const button = document.createElement('button');
        button.type = 'button';
        button.className = 'small';
        button.textContent = label;
        button.addEventListener('click', action);
        box.append(button);
      }
    }
    if (over && failed.length === 0) setTimeout(() => this.#close(batch), total === 0 ? 0 : STAYS);
  }

  refresh() {
    for (const batch of this.#shown.keys()) if (!batch.over) this.show(batch);
  }

  #close(batch) {
    this.#shown.get(batch)?.remove();
    this.#shown.delete(batch);
  }
}
