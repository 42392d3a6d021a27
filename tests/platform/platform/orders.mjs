// Gives each order once (docs/integration.md#orders).

export class Orders {
  #mobileSync;
  #orders = new Map();

  constructor(mobileSync) {
    this.#mobileSync = mobileSync;
  }

  /**
   * Gives an order of a proctor. The proctor's page has chosen the id, which becomes the idempotency key: a second click, or a
   * repetition after a lost response, is the same order.
   *
   * @param proctor who gives it. mobile-sync knows only that it was this server
   * @param order {order, reason, deadline?}
   * @returns when the order was given, and the message that carries it
   * @throws Problem
   */
  async give(id, proctor, examinee, order) {
    // A real platform stores the order before it sends it. After a crash it sends those without a result again.
    if (!this.#orders.has(id)) this.#orders.set(id, { proctor, examinee, ...order, results: [] });
    const given = await this.#mobileSync.order(examinee, id, order);
    this.#orders.get(id).results.push(given);
    return given;
  }

  /** All orders by their ids; `results` has the responses. */
  list() {
    return Object.fromEntries(this.#orders);
  }
}
