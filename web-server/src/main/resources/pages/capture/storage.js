// Stores the device id, the session, and the picture until the server has it. IndexedDB survives a closed tab, a
// restarted browser and a flat battery. Without it (some private windows) the values stay in memory.

const NAME = 'mobile-sync-phone';
const TABLE = 'kept';
const OPEN_TIMEOUT = 4000;

/** Keys and values that outlive the page. `persistent` is false if they are only in memory. */
class PhoneStorage {
  #database;
  #memory = new Map();

  constructor(database) {
    this.#database = database;
    this.persistent = database !== null;
  }

  async get(key) {
    if (this.#memory.has(key)) return this.#memory.get(key);
    return this.#database ? this.#request('readonly', (table) => table.get(key)).catch(() => undefined) : undefined;
  }

  /** Resolves once the value is on disk, or in memory if the disk fails. */
  async put(key, value) {
    try {
      if (!this.#database) throw new Error('no database');
      await this.#request('readwrite', (table) => table.put(value, key));
      this.#memory.delete(key);
    } catch {
      this.persistent = false;
      this.#memory.set(key, value);
    }
  }

  async delete(key) {
    this.#memory.delete(key);
    if (this.#database) await this.#request('readwrite', (table) => table.delete(key)).catch(() => {});
  }

  /** Also rejects if the browser has closed the database. */
  #request(mode, action) {
    return new Promise((resolve, reject) => {
      const transaction = this.#database.transaction(TABLE, mode);
      const request = action(transaction.objectStore(TABLE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  }
}

export async function openStorage() {
  try {
    return new PhoneStorage(await open());
  } catch {
    return new PhoneStorage(null);
  }
}

function open() {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error('IndexedDB does not respond')), OPEN_TIMEOUT);
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = request.onblocked = () => reject(request.error);
  });
}
