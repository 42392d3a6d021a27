// The phone's id and description.

const MAX_LENGTH = 128;

/** An id that this browser stores. @param storage of storage.js */
export async function deviceId(storage) {
  const stored = await storage.get('device');
  if (stored) return stored;
  // randomUUID requires HTTPS.
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  const id = `phone-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  await storage.put('device', id);
  return id;
}

/** {model, osVersion} for the proctors, as far as the browser reports them. */
export async function deviceInfo() {
  let reported = {};
  try {
    reported = await navigator.userAgentData.getHighEntropyValues(['model', 'platformVersion']);
  } catch {
    // Safari, Firefox and pages without HTTPS do not support userAgentData.
  }
  const parsed = fromUserAgent(navigator.userAgent);
  const os = reported.platform && reported.platformVersion ? `${reported.platform} ${reported.platformVersion}` : parsed.osVersion;
  return { model: (reported.model || parsed.model).slice(0, MAX_LENGTH), osVersion: os.slice(0, MAX_LENGTH) };
}

export function fromUserAgent(agent) {
  const apple = /\((iPhone|iPad|iPod)[^)]*? OS (\d+(?:_\d+)*)/.exec(agent);
  if (apple) return { model: apple[1], osVersion: `iOS ${apple[2].replaceAll('_', '.')}` };
  const android = /Android (\d+(?:\.\d+)*)(?:; (?!wv|K\)|Mobile|Tablet)([^;)]+?)(?: Build\/[^;)]*)?[;)])?/.exec(agent);
  if (android) return { model: android[2] ?? 'Android', osVersion: `Android ${android[1]}` };
  return { model: 'browser', osVersion: navigator.platform || 'unknown' };
}
