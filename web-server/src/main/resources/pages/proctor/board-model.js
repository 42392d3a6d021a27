// A plan's examinees: the newest known record of each, the counts per status, and the order. It does not depend on the
// page or the server.

/** In the order of the board's buttons. ABSENT: on the roster, but without a record. */
export const STATUSES = ['FAILED', 'TIMEOUT', 'WAITING', 'PAIRED', 'ABSENT', 'COMPLETED'];

/** Failures come first. Waiting examinees, with or without a phone, are sorted by the remaining time. */
const RANK = { FAILED: 0, TIMEOUT: 1, WAITING: 2, PAIRED: 2, ABSENT: 3, COMPLETED: 4 };
const NO_RECORD = {
  isFullRecord: true, since: null, deadline: null, deviceId: '', deviceInfo: undefined, imageUrl: undefined, imageVersion: undefined, pictureKey: '', errorCode: undefined,
  reason: undefined, acceptedBy: undefined, acceptedReason: undefined, lastOrder: undefined, notEntered: undefined, ownName: undefined,
};
const NO_PHONE = { deviceId: '', deviceInfo: undefined, imageUrl: undefined, imageVersion: undefined, pictureKey: '' };

const byUrgency = (a, b) => a.rank - b.rank || a.key - b.key || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

export class BoardModel {
  #examinees = new Map();
  #sorted = [];
  #changed = new Set();
  #generation = 0;
  #names = new Map();
  #unreadable = new Set();
  counts = Object.fromEntries(STATUSES.map((status) => [status, 0]));

  get size() {
    return this.#examinees.size;
  }

  /** The number of examinees that changed since the last sort(). */
  get unsortedCount() {
    return this.#changed.size;
  }

  get(id) {
    return this.#examinees.get(id);
  }

  /** All examinees, in the order of the last sort(). */
  get sorted() {
    return this.#sorted;
  }

  /** Applies a record that was loaded over REST. Returns null if a newer one is known, else { examinee, before, hasNewOrder }. */
  applyRecord(record) {
    const known = this.#examinees.get(record.examineeId);
    if (known && record.revision < known.revision) return this.#markCurrent(known);
    const examinee = known ?? this.#add(record.examineeId);
    const hasNewOrder = record.lastOrder && record.lastOrder.timestamp !== examinee.lastOrder?.timestamp;
    const before = this.#setStatus(examinee, record.status, record.revision);
    Object.assign(examinee, {
      isFullRecord: true,
      since: Date.parse(record.timestamp),
      deadline: time(record.deadline),
      deviceId: record.deviceId ?? '',
      deviceInfo: record.deviceInfo,
      imageUrl: record.imageUrl,
      imageVersion: record.imageVersion,
      pictureKey: record.imageUrl ? `${record.imageUrl} ${record.imageVersion ?? record.imageTimestamp ?? record.timestamp}` : '',
      errorCode: record.errorCode,
      reason: record.reason,
      acceptedBy: record.acceptedBy,
      acceptedReason: record.acceptedReason,
      lastOrder: record.lastOrder,
      notEntered: record.notEntered,
      ownName: record.name,
    });
    return this.#finish(examinee, before, hasNewOrder);
  }

  /**
   * Applies a broadcast, which is incomplete. `isFullRecord` becomes false if the record must be reloaded: after a picture,
   * or after a possible order of a proctor.
   */
  applyBroadcast({ data, revision }) {
    const known = this.#examinees.get(data.examineeId);
    if (known && revision <= known.revision) return this.#markCurrent(known);
    const examinee = known ?? this.#add(data.examineeId);
    const before = this.#setStatus(examinee, data.status, revision);
    const isWaiting = data.status !== 'COMPLETED' && data.status !== 'TIMEOUT';
    const deadline = time(data.deadline);
    const mayHaveNewOrder = isWaiting && (['TIMEOUT', 'FAILED', 'COMPLETED'].includes(before) || data.notEntered
      || examinee.deadline && deadline !== examinee.deadline || data.reason !== examinee.reason);
    if (data.status === 'COMPLETED' || mayHaveNewOrder) examinee.isFullRecord = false;
    examinee.since = Date.parse(data.timestamp);
    examinee.deadline = deadline;
    if (data.notEntered) Object.assign(examinee, NO_PHONE);
    examinee.notEntered = data.notEntered;
    if (data.name) examinee.ownName = data.name;
    if (data.deviceId) examinee.deviceId = data.deviceId;
    examinee.errorCode = data.error?.code;
    if (data.status !== 'TIMEOUT') examinee.reason = data.reason;
    if (data.status !== 'COMPLETED') examinee.acceptedBy = examinee.acceptedReason = undefined;
    return this.#finish(examinee, before, false);
  }

  /** Replaces the roster. Adds the expected examinees who have no record, as absent. @param names a Map from ids to names, which may be '' */
  setRoster(names) {
    this.#names = names;
    for (const examinee of this.#examinees.values()) {
      if (examinee.status === 'ABSENT' && !names.has(examinee.id)) this.#remove(examinee);
      else if (examinee.name !== this.#nameOf(examinee)) this.#setTexts(examinee);
    }
    for (const id of names.keys()) if (!this.#examinees.has(id) && !this.#unreadable.has(id)) this.#makeAbsent(this.#add(id));
  }

  /** Whether the roster or a record has a name. */
  get hasNames() {
    return [...this.#names.values()].some(Boolean) || [...this.#examinees.values()].some(({ name }) => name);
  }

  /** Starts a load. endLoad() removes the examinees that no record or broadcast has named since. */
  beginLoad() {
    this.#generation++;
  }

  /** @param unreadable a Set of the ids whose records are unreadable. Their state is unknown, so they are not absent either */
  endLoad(unreadable) {
    this.#unreadable = unreadable;
    for (const examinee of this.#examinees.values()) {
      const isKnown = examinee.generation === this.#generation;
      if (unreadable.has(examinee.id) && (!isKnown || examinee.status === 'ABSENT')) this.#remove(examinee);
      else if (isKnown) continue;
      else if (!this.#names.has(examinee.id)) this.#remove(examinee);
      else if (examinee.status !== 'ABSENT') this.#makeAbsent(examinee);
    }
  }

  /** Sorts the changed examinees into the order in one pass, and returns them. */
  sort() {
    const changed = this.#changed;
    if (changed.size === 0) return changed;
    this.#changed = new Set();
    const moved = [...changed].filter((examinee) => !examinee.removed).sort(byUrgency);
    const merged = [];
    let next = 0;
    for (const examinee of this.#sorted) {
      if (changed.has(examinee)) continue;
      while (next < moved.length && byUrgency(moved[next], examinee) < 0) merged.push(moved[next++]);
      merged.push(examinee);
    }
    while (next < moved.length) merged.push(moved[next++]);
    this.#sorted = merged;
    return changed;
  }

  #add(id) {
    const examinee = { id, status: null, revision: -1, isFullRecord: true, searchText: '', rank: 0, key: 0 };
    this.#examinees.set(id, examinee);
    this.#unreadable.delete(id);
    return examinee;
  }

  #remove(examinee) {
    this.#examinees.delete(examinee.id);
    this.counts[examinee.status]--;
    examinee.removed = true;
    this.#changed.add(examinee);
  }

  #makeAbsent(examinee) {
    const before = this.#setStatus(examinee, 'ABSENT', -1);
    Object.assign(examinee, NO_RECORD);
    this.#finish(examinee, before, false);
  }

  #markCurrent(examinee) {
    examinee.generation = this.#generation;
    return null;
  }

  #setStatus(examinee, status, revision) {
    const before = examinee.status;
    if (before) this.counts[before]--;
    this.counts[status]++;
    examinee.status = status;
    examinee.revision = revision;
    return before;
  }

  #finish(examinee, before, hasNewOrder) {
    this.#markCurrent(examinee);
    examinee.rank = RANK[examinee.status];
    examinee.key = examinee.rank > 2 ? 0 : examinee.rank === 2 ? examinee.deadline ?? 0 : examinee.since;
    this.#setTexts(examinee);
    return { examinee, before, hasNewOrder };
  }

  /** The roster's name, else that of the examinee's token. */
  #nameOf(examinee) {
    return this.#names.get(examinee.id) || (examinee.ownName ?? '');
  }

  #setTexts(examinee) {
    examinee.name = this.#nameOf(examinee);
    examinee.searchText = `${examinee.id}\n${examinee.name}\n${examinee.deviceId ?? ''}`.toLowerCase();
    this.#changed.add(examinee);
  }
}

function time(text) {
  return text ? Date.parse(text) : null;
}
