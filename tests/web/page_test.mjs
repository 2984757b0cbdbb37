// The built-in page of `wsb serve` in headless Chromium: two people, one server.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';

const require = createRequire(`${process.env.WSB_NODE_MODULES}/`);
const puppeteer = require('puppeteer-core');
const WebSocket = require('ws');

const DEADLINE_MS = 30000;
const SHOTS = process.env.WSB_SCREENSHOTS ?? tmpdir();
const CHROMIUM = process.env.WSB_CHROMIUM ?? '/usr/bin/chromium';

let browser;
let profile;

before(async () => {
  mkdirSync(SHOTS, { recursive: true });
  profile = mkdtempSync(join(tmpdir(), 'wsb-chromium-'));
  browser = await puppeteer.launch({
    executablePath: CHROMIUM,
    userDataDir: profile,
    acceptInsecureCerts: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
      '--disable-dev-shm-usage'],
  });
});

after(async () => {
  await browser?.close();
  rmSync(profile, { recursive: true, force: true });
});

// A running server; it is ended with the test.
async function serve(t, options = [], port = '0') {
  const child = spawn(process.env.WSB_BINARY, ['serve', '--port', port, ...options],
    { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  t.after(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, url] = line.split(' ');
    if (word === 'listening') return { child, ended, url, page: url.replace(/^ws/, 'http') };
  }
  throw new Error('wsb serve did not come up');
}

// A page, connected; whatever it complains about or loads from elsewhere fails the test.
async function open(t, server, colorScheme = 'light') {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  page.setDefaultTimeout(DEADLINE_MS);
  page.complaints = [];
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) page.complaints.push(message.text());
  });
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(server.page) && !request.url().startsWith('data:')) {
      page.complaints.push(`loads ${request.url()}`);
    }
  });
  t.after(() => context.close());
  await page.setViewport({ width: 900, height: 640 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: colorScheme }]);
  await page.goto(server.page);
  await page.waitForSelector('#status[data-state=open]');
  return page;
}

const bodies = (page, way) =>
  page.$$eval(`.row.${way} .body`, (found) => found.map((body) => body.textContent));

// Waits in the page for a change that makes `text` visible; the page's policy forbids eval, which
// waitForFunction would need.
const shows = (page, text) => page.evaluate((wanted, limitMs) => new Promise((resolve, reject) => {
  const seen = () => document.body.innerText.includes(wanted);
  const watch = new MutationObserver(() => {
    if (seen()) resolve();
  });
  watch.observe(document.body, { subtree: true, childList: true, characterData: true });
  setTimeout(() => reject(new Error(`never shown: ${wanted}`)), limitMs);
  if (seen()) resolve();
}), text, DEADLINE_MS);

async function say(page, text) {
  await page.type('#text', text);
  await page.keyboard.press('Enter');
}

async function shot(page, name) {
  await page.screenshot({ path: join(SHOTS, `${name}.png`) });
}

for (const scheme of ['ws', 'wss']) {
  test(`over ${scheme}:// what one page sends the other shows, and only the other`, async (t) => {
    const server = await serve(t, scheme === 'wss' ? ['--tls-self-signed'] : []);
    const [first, second] = [await open(t, server), await open(t, server)];
    await say(first, 'hello from the first page');
    await shows(second, 'hello from the first page');
    await say(second, 'and hello back');
    await shows(first, 'and hello back');
    // Order proves it: an echo of the first message would have come before the second's.
    assert.deepEqual((await bodies(first, 'received')).slice(1), ['and hello back']);
    assert.deepEqual(await bodies(first, 'sent'), ['hello from the first page']);
    assert.deepEqual((await bodies(second, 'received')).slice(1), ['hello from the first page']);
    await say(first, '{"kind":"json","values":[1,2,3]}');
    await shows(second, '{"kind":"json","values":[1,2,3]}');
    await shot(first, `page-${scheme}-first`);
    await shot(second, `page-${scheme}-second`);
    assert.deepEqual([...first.complaints, ...second.complaints], []);
  });
}

test('markup in a message is text, not markup', async (t) => {
  const server = await serve(t);
  const [first, second] = [await open(t, server), await open(t, server)];
  const evil = '<img src=x onerror="document.title=\'owned\'"><script>1</script>';
  await say(first, evil);
  await shows(second, evil);
  assert.equal(await second.$('.row img, .row script'), null);
  assert.equal(await second.title(), 'wsb');
  assert.deepEqual(second.complaints, []);
});

test('a flood of messages keeps the log bounded and the page answering', async (t) => {
  const server = await serve(t);
  const page = await open(t, server);
  const socket = new WebSocket(server.url);
  await new Promise((resolve) => socket.once('open', resolve));
  const count = 20000;
  for (let i = 0; i < count; i += 1) socket.send(`flood ${i}`);
  socket.send('the last one');
  await shows(page, 'the last one');
  const rows = await page.$$eval('.row', (found) => found.length);
  assert.ok(rows <= 500, `${rows} rows`);
  const received = await page.$eval('#count-received', (found) => found.textContent);
  assert.equal(Number(received.replace(/\D/g, '')), count + 2);
  await say(page, 'still alive');
  await shows(page, 'still alive');
  await shot(page, 'page-flood');
  assert.deepEqual(page.complaints, []);
  socket.terminate();
});

test('the page follows the system into the dark, and the button overrules it', async (t) => {
  const server = await serve(t);
  const [light, dark] = [await open(t, server), await open(t, server, 'dark')];
  const brightness = (page) => page.evaluate(() => {
    const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number);
    return (r + g + b) / 3;
  });
  assert.ok(await brightness(light) > 200);
  assert.ok(await brightness(dark) < 60);
  await say(light, 'seen in the dark');
  await shows(dark, 'seen in the dark');
  await shot(dark, 'page-dark');
  await dark.click('#theme');
  assert.ok(await brightness(dark) > 200);
  await dark.reload();
  await dark.waitForSelector('#status[data-state=open]');
  assert.ok(await brightness(dark) > 200);
});

test('the keyboard alone is enough: slash, new line, history, escape', async (t) => {
  const server = await serve(t);
  const [first, second] = [await open(t, server), await open(t, server)];
  await first.focus('#theme');
  await first.keyboard.press('/');
  await first.keyboard.type('line one');
  await first.keyboard.down('Shift');
  await first.keyboard.press('Enter');
  await first.keyboard.up('Shift');
  await first.keyboard.type('line two');
  await first.keyboard.press('Enter');
  await shows(second, 'line two');
  assert.deepEqual((await bodies(second, 'received')).slice(1), ['line one\nline two']);
  await first.keyboard.press('ArrowUp');
  assert.equal(await first.$eval('#text', (field) => field.value), 'line one\nline two');
  await first.keyboard.press('Escape');
  assert.equal(await first.$eval('#text', (field) => field.value), '');
});

test('when the server ends the page says so and comes back by itself', async (t) => {
  const server = await serve(t);
  const page = await open(t, server);
  server.child.kill('SIGTERM');
  await server.ended;
  await page.waitForSelector('#status:not([data-state=open])');
  await shows(page, '1001');
  await serve(t, [], new URL(server.page).port);
  await page.waitForSelector('#status[data-state=open]');
});

test('an EventSource listens, and comes back by itself with what it saw last', async (t) => {
  const server = await serve(t, ['--history', '10']);
  const page = await open(t, server);
  await page.evaluate(() => {
    window.heard = [];
    window.look = () => {};
    const hear = (name, data) => {
      window.heard.push([name, data]);
      window.look();
    };
    window.source = new EventSource('/events');
    window.source.onmessage = (event) => hear(event.lastEventId, event.data);
    window.source.addEventListener('binary', (event) => hear('binary', event.data));
    return new Promise((resolve) => { window.source.onopen = resolve; });
  });
  const heard = (count) => page.evaluate((wanted) => new Promise((resolve) => {
    window.look = () => window.heard.length >= wanted && resolve(window.heard);
    window.look();
  }), count);
  const post = (body, type) => fetch(`${server.page}/broadcast`,
    { method: 'POST', body, headers: { 'Content-Type': type } });
  await post('line one\nline two', 'text/plain');
  await post(new Uint8Array([0, 1]), 'application/octet-stream');
  const [[id, data], binary] = await heard(2);
  assert.deepEqual(JSON.parse(data),
    { type: 'broadcast', id: Number(id), payload: 'line one\nline two' });
  assert.deepEqual(binary, ['binary', 'AAE=']);
  server.child.kill('SIGTERM');
  await server.ended;
  await serve(t, ['--history', '10'], new URL(server.page).port);
  await post('new', 'text/plain');
  const after = (await heard(4)).slice(2).map(([, text]) => JSON.parse(text));
  assert.equal(after[0].type, 'gap');
  assert.deepEqual([after[1].payload, after[1].history], ['new', true]);
});

for (const scheme of ['light', 'dark']) {
  test(`the page shows the server live, ${scheme}`, async (t) => {
    const server = await serve(t, ['--threads', '2']);
    const page = await open(t, server, scheme);
    const sockets = await Promise.all(Array.from({ length: 4 }, async () => {
      const socket = new WebSocket(server.url);
      await new Promise((resolve) => socket.once('open', resolve));
      return socket;
    }));
    const sending = setInterval(() => sockets[0].send('tick'), 20);
    t.after(() => {
      clearInterval(sending);
      sockets.forEach((socket) => socket.terminate());
    });
    // Three answers make a line of two points.
    await page.evaluate((limitMs) => new Promise((resolve, reject) => {
      const line = document.getElementById('live-line');
      const drawn = () => (line.getAttribute('points') ?? '').split(' ').length > 2;
      const watch = new MutationObserver(() => drawn() && resolve());
      watch.observe(line, { attributes: true });
      setTimeout(() => reject(new Error('no line was drawn')), limitMs);
    }), DEADLINE_MS);
    const value = (id) => page.$eval(`#live-${id}`, (found) => found.textContent);
    assert.equal(await value('clients'), '5');
    assert.notEqual(await value('messages'), '0');
    assert.match(await value('fanout'), /^[0-9.]+ (µs|ms)$/);
    await shot(page, `page-live-${scheme}`);
    assert.deepEqual(page.complaints, []);
  });
}

test('the password that a browser was asked for by the page lets its WebSocket in', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'wsb-users-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const hash = execFileSync('openssl', ['passwd', '-6', 'secret'], { encoding: 'utf8' });
  writeFileSync(join(folder, 'users'), `ada:${hash}`);
  const server = await serve(t, ['--basic-auth', join(folder, 'users')]);
  const page = await (await browser.createBrowserContext()).newPage();
  t.after(() => page.browserContext().close());
  page.setDefaultTimeout(DEADLINE_MS);
  await assert.rejects(page.goto(server.page), /ERR_INVALID_AUTH_CREDENTIALS/);  // nobody to ask
  await page.goto(server.page.replace('://', '://ada:secret@'));
  await page.waitForSelector('#status[data-state=open]');
});
