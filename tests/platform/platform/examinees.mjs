// What the platform knows of each examinee. A real platform stores this in its database.

export class Examinees {
  #expected = new Map();
  #states = new Map();

  expect(roster) {
    this.#expected = new Map(roster.map(({ examineeId, name }) => [examineeId, name]));
  }

  isExpected(examinee) {
    return this.#expected.has(examinee);
  }

  nameOf(examinee) {
    return this.#expected.get(examinee);
  }

  /**
   * Takes a state from a webhook or from a record, which may arrive late, twice or in another order: the greatest revision is the
   * state.
   */
  update(examinee, { revision, status }) {
    if (revision > (this.#states.get(examinee)?.revision ?? -1)) this.#states.set(examinee, { revision, status });
  }

  /** The state of everyone who is expected; ABSENT without a record. */
  list() {
    return Object.fromEntries([...this.#expected.keys()].map((examinee) => [examinee, this.state(examinee)]));
  }

  state(examinee) {
    return this.#states.get(examinee) ?? { status: 'ABSENT' };
  }
}
