// Shows the progress of batches of orders or notices: sent, applied (notices: confirmed), or not confirmed.

const HIDE_DELAY = 5_000;

export class BatchProgress {
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
      box.text = document.createElement('span');
      box.ids = document.createElement('span');
      box.ids.className = 'soft small';
      box.append(box.text, box.ids);
      this.#shown.set(batch, box);
      document.getElementById('batches').append(box);
    }
    const { t, retry, cancel } = this.#options;
    const orderName = t(batch.kind);
    const name = (key) => (batch.kind === 'NOTICE' ? key.replace('batch', 'notice') : key);
    const { total, sent, done, unconfirmed, finished } = batch;
    const values = { what: orderName, total, sent, done, id: batch.ids[0], count: unconfirmed.length };
    const text = !finished
      ? sent < total ? this.#options.live() ? 'batchSending' : 'batchOffline' : 'batchPending'
      : unconfirmed.length > 0 ? 'batchUnconfirmed' : total === 1 ? 'batchDoneOne' : 'batchDone';
    if (box.text.textContent !== t(name(text), values)) box.text.textContent = t(name(text), values);
    box.ids.textContent = finished && unconfirmed.length > 0 ? unconfirmed.slice(0, 5).join(', ') + (unconfirmed.length > 5 ? ' …' : '') : '';
    box.dataset.state = !finished ? 'busy' : unconfirmed.length > 0 ? 'unconfirmed' : 'done';
    const buttons = [];
    if (finished && unconfirmed.length > 0) {
      buttons.push([t('retryFailed'), () => this.#close(batch) ?? retry(batch)], [t('dismiss'), () => this.#close(batch)]);
    } else if (!finished && sent < total && total > 1) {
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
    if (finished && unconfirmed.length === 0) setTimeout(() => this.#close(batch), total === 0 ? 0 : HIDE_DELAY);
  }

  refresh() {
    for (const batch of this.#shown.keys()) if (!batch.finished) this.show(batch);
  }

  #close(batch) {
    this.#shown.get(batch)?.remove();
    this.#shown.delete(batch);
  }
}
