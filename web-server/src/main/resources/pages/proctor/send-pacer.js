// Spaces what the board sends, so that all senders together keep to the rate that socket-server accepts.

/** 40 messages per second (ms). */
const INTERVAL = 25;

export class SendPacer {
  #actions = [];
  #timer = 0;

  /** Runs the action when its turn has come, after those that were requested before. */
  request(action) {
    this.#actions.push(action);
    this.#run();
  }

  #run() {
    if (this.#timer || this.#actions.length === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      this.#actions.shift()();
      this.#run();
    }, INTERVAL);
  }
}
