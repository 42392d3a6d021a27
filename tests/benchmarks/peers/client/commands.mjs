// Runs the commands of a benchmark, one after the other.
import { createInterface } from 'node:readline';

/**
 * Reads commands as JSON lines, `{"command": NAME, …}`, from standard input and answers each with one JSON line on standard
 * output: the result of the function of that name, or `{"error": …}`. Ends with standard input.
 *
 * @param {Object<string, function(Object): Promise<Object>>} commands
 */
export async function run(commands) {
  answer({ ready: true });
  for await (const line of createInterface({ input: process.stdin })) {
    const { command, ...options } = JSON.parse(line);
    try {
      answer((await commands[command](options)) ?? {});
    } catch (error) {
      answer({ error: error.stack });
    }
  }
  process.exit(0);
}

function answer(result) {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

export const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

/** Waits until the condition holds, at most two minutes. */
export async function until(condition, what) {
  const end = performance.now() + 120_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`timeout: ${what()}`);
    await sleep(5);
  }
}

/** Calls the function `count` times at a fixed rate, whether or not earlier calls have had an effect. */
export async function atRate(perSecond, count, call) {
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    const wait = start + (i * 1000) / perSecond - performance.now();
    if (wait > 1) await sleep(wait);
    call(i);
  }
}

/** The p50, p99 and maximum of latencies in ms. */
export function latencies(millis) {
  const sorted = [...millis].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}
