// The broadcast demo's page in headless Chromium, unchanged, served by the reference and by
// `wsb serve`, with our Socket.IO client and with the official one; and our client alone under a
// strict policy.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { ourSource } from './socketio/clients.mjs';
import { startNode, startWsb } from './socketio/servers.mjs';

const require = createRequire(`${process.env.WSB_NODE_MODULES}/`);
const puppeteer = require('puppeteer-core');

const DEADLINE_MS = 30000;
const SHOTS = process.env.WSB_SCREENSHOTS ?? tmpdir();
const CHROMIUM = process.env.WSB_CHROMIUM ?? '/usr/bin/chromium';
const SCRIPT = 'text/javascript; charset=utf-8';
const HTML = 'text/html; charset=utf-8';
const DEMO = readFileSync(new URL('./socketio/demo/index.html', import.meta.url));
const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self' ws:";
const TRANSPORTS = [undefined, ['websocket'], ['polling'], ['polling', 'websocket']];

const OFFICIAL = join(process.env.WSB_NODE_MODULES, 'socket.io/client-dist/socket.io.min.js');
const SOURCES = { ours: await ourSource(), official: readFileSync(OFFICIAL) };

let browser;
let profile;

before(async () => {
  mkdirSync(SHOTS, { recursive: true });
  profile = mkdtempSync(join(tmpdir(), 'wsb-chromium-'));
  browser = await puppeteer.launch({
    executablePath: CHROMIUM,
    userDataDir: profile,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
      '--disable-dev-shm-usage'],
  });
});

after(async () => {
  await browser?.close();
  rmSync(profile, { recursive: true, force: true });
});

// A server with a page at / and the client where every Socket.IO server has it.
async function serve(t, app, source, page) {
  const server = await startNode({ app, files: {
    '/': { type: HTML, ...page },
    '/socket.io/socket.io.js': { type: SCRIPT, body: source },
    '/favicon.ico': { type: 'image/x-icon', body: '' },
  } });
  t.after(() => server.stop());
  return server;
}

// The demo as its user has it: a folder, and a client where the page looks for it.
async function serveDemo(t, kind, client) {
  if (kind === 'the reference') return serve(t, 'demo', SOURCES[client], { body: DEMO });
  const args = ['--public', fileURLToPath(new URL('./socketio/demo', import.meta.url))];
  if (client === 'official') args.push('--socketio-client', OFFICIAL);
  const server = await startWsb({ args });
  t.after(() => server.stop());
  return server;
}

async function open(t, server) {
  const context = await browser.createBrowserContext();
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(DEADLINE_MS);
  await page.setViewport({ width: 480, height: 320 });
  page.complaints = [];
  page.on('console', (message) => {
    // A folder need not have an icon, which browsers ask for of themselves.
    if (message.location().url?.endsWith('/favicon.ico')) return;
    if (['error', 'warn'].includes(message.type())) page.complaints.push(message.text());
  });
  page.on('pageerror', (error) => page.complaints.push(error.message));
  await page.goto(server.url);
  return page;
}

const log = (page) => page.$$eval('#log li', (lines) => lines.map((line) => line.textContent));
const logs = (page, count) => page.waitForFunction(
  (wanted) => document.querySelectorAll('#log li').length >= wanted, {}, count);

const SERVERS = ['the reference', 'wsb'];
for (const [kind, name] of SERVERS.flatMap((each) => Object.keys(SOURCES).map((n) => [each, n]))) {
  test(`the demo's page of ${kind} in two windows, with the client: ${name}`, async (t) => {
    const server = await serveDemo(t, kind, name);
    const script = await (await fetch(`${server.url}/socket.io/socket.io.js`)).text();
    assert.ok(script === String(SOURCES[name]));
    const [first, second] = [await open(t, server), await open(t, server)];
    await Promise.all([logs(first, 2), logs(second, 2)]);
    await first.type('#msg', 'hello from the first');
    await first.click('#send');
    await logs(second, 3);
    await second.type('#msg', '<b>and back</b>');
    await second.click('#send');
    await logs(first, 4);
    const [[connected, ...rest], [, ...others]] = [await log(first), await log(second)];
    assert.match(connected, /^Connected as [\w-]{20}$/);
    const welcome = '[welcome] Connected to broadcast server!';
    assert.deepEqual(rest,
      [welcome, 'You: hello from the first', '[broadcast] <b>and back</b>']);
    assert.deepEqual(others,
      [welcome, '[broadcast] hello from the first', 'You: <b>and back</b>']);
    const shot = (page, which) => page.screenshot(
      { path: join(SHOTS, `socketio-demo-${kind.split(' ').pop()}-${name}-${which}.png`) });
    await shot(first, 'first');
    await shot(second, 'second');
    assert.deepEqual([...first.complaints, ...second.complaints], []);
  });
}

const STRICT = {
  body: '<!doctype html><script src="/socket.io/socket.io.js"></script>',
  headers: { 'Content-Security-Policy': POLICY },
};

for (const transports of TRANSPORTS) {
  test(`under a strict policy, binary and acks, transports: ${transports}`, async (t) => {
    const server = await serve(t, 'echo', SOURCES.ours, STRICT);
    const page = await open(t, server);
    const result = await page.evaluate(async (wanted) => {
      const socket = io(wanted && { transports: wanted });
      const changed = wanted?.length === 2 && new Promise((resolve) => {
        socket.io.once('open', () => socket.io.engine.once('upgrade', resolve));
      });
      const bytes = Uint8Array.from({ length: 300000 }, (_, i) => i);
      const [same, part, blob] = await new Promise((resolve) => socket.emit('message-with-ack',
        bytes.buffer, { part: bytes.subarray(5, 8) }, new Blob(['of text']),
        (...answer) => resolve(answer)));
      await changed;
      return {
        last: await socket.emitWithAck('message-with-ack', 'ünï'),
        whole: new Uint8Array(same).every((byte, i) => byte === bytes[i]) && same.byteLength,
        part: [...new Uint8Array(part.part)],
        blob: new TextDecoder().decode(blob),
        name: socket.io.engine.transport.name,
        globals: Object.keys(window).filter((key) => /socket|engine|^io$|manager/i.test(key)),
      };
    }, transports);
    assert.deepEqual(result, {
      last: 'ünï', whole: 300000, part: [5, 6, 7], blob: 'of text', globals: ['io'],
      name: transports?.length === 1 ? transports[0] : 'websocket',
    });
    assert.deepEqual(page.complaints, []);
  });
}

test('a page that goes offline is told at once, and is back when it is online', async (t) => {
  const server = await serve(t, 'echo', SOURCES.ours, STRICT);
  const page = await open(t, server);
  await page.evaluate(() => new Promise((resolve) => {
    window.socket = io({ reconnectionDelay: 50, reconnectionDelayMax: 100 });
    window.socket.once('connect', resolve);
    window.ended = new Promise((tell) => window.socket.once('disconnect', tell));
  }));
  await page.setOfflineMode(true);
  assert.equal(await page.evaluate(() => window.ended), 'transport close');
  const back = page.evaluate(() => new Promise((resolve) => {
    window.socket.once('connect', () => resolve(window.socket.connected));
  }));
  await page.setOfflineMode(false);
  assert.equal(await back, true);
});

test('a listener that throws is reported and disturbs nobody else', async (t) => {
  const server = await serve(t, 'echo', SOURCES.ours, STRICT);
  const page = await open(t, server);
  const got = await page.evaluate(() => new Promise((resolve) => {
    const socket = io();
    socket.on('message-back', () => { throw new Error('on purpose'); });
    socket.on('message-back', resolve);
    socket.emit('message', 'for the second');
  }));
  assert.equal(got, 'for the second');
  assert.deepEqual(page.complaints, ['on purpose']);
});
