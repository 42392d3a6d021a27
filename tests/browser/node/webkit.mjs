// WebKitGTK over WebDriver, with a mock camera, on a virtual display. WEBKIT names the browser's executable.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const MINI_BROWSER = process.env.WEBKIT ?? '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';
const COMMAND_TIMEOUT = 60_000;
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

/** Starts a display of its own and returns its process and number. */
async function startDisplay() {
  const xvfb = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1366x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [line] = await once(xvfb.stdout, 'data');
  return { xvfb, display: `:${String(line).trim()}` };
}

/** WebKitGTK sometimes stops answering while the machine is busy. That says nothing of the page. */
class BrowserHangs extends Error {
  hangs = true;
}

/** Opens a browser of its own with one page. */
export async function open(name, width, height) {
  const { xvfb, display } = await startDisplay();
  const port = await freePort();
  const driver = spawn('WebKitWebDriver', [`--port=${port}`], {
    env: { ...process.env, DISPLAY: display, LANG: 'en_US.UTF-8', LANGUAGE: 'en', GDK_BACKEND: 'x11', WEBKIT_DISABLE_COMPOSITING_MODE: '1' },
    stdio: 'ignore',
  });

  async function send(method, path, body) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      body: body && JSON.stringify(body),
      headers: { 'Content-Type': 'application/json' },
      signal: AbortSignal.timeout(COMMAND_TIMEOUT),
    }).catch(e => {
      throw e.name === 'TimeoutError' ? new BrowserHangs(path) : e;
    });
    const { value } = await response.json();
    if (value?.error) {
      throw new Error(`${path}: ${value.error}: ${value.message}`);
    }
    return value;
  }

  const capabilities = {
    alwaysMatch: {
      'webkitgtk:browserOptions': { binary: MINI_BROWSER, args: ['--automation', '--enable-mock-capture-devices=true'] },
    },
  };
  let session;
  for (let attempt = 0; !session; attempt++) {
    try {
      session = `/session/${(await send('POST', '/session', { capabilities })).sessionId}`;
    } catch (e) {
      if (attempt > 100) {
        throw e;
      }
      await sleep(100);
    }
  }
  await send('POST', `${session}/window/rect`, { x: 0, y: 0, width, height });

  async function element(selector) {
    const found = await send('POST', `${session}/element`, { using: 'css selector', value: selector });
    return `${session}/element/${found[ELEMENT]}`;
  }

  return {
    name,
    go: url => send('POST', `${session}/url`, { url }),
    evaluate: script => send('POST', `${session}/execute/sync`, { script: `return ${script}`, args: [] }),
    click: async selector => send('POST', `${await element(selector)}/click`, {}),
    type: async (selector, text) => send('POST', `${await element(selector)}/value`, { text }),
    screenshot: async path => writeFile(path, Buffer.from(await send('GET', `${session}/screenshot`), 'base64')),
    close: async () => {
      await send('DELETE', session).catch(() => driver.kill('SIGKILL'));
      driver.kill();
      xvfb.kill();
    },
  };
}
