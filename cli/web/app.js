'use strict';

// The page of `wsb serve`: what is sent here goes to everyone else, what others send appears here.
// One WebSocket, one log. Nothing is kept but the choice of theme.

const MAX_ROWS = 500;          // kept in the log
const MAX_SHOWN_CHARS = 20000; // of one message
const HEX_PREVIEW_BYTES = 64;
const HISTORY_LENGTH = 100;
const RETRY_MS_FIRST = 500;
const RETRY_MS_MAX = 15000;
const ALIVE_MS = 5000;         // a connection that lasted so long resets the back-off
const QUIET_ABOVE_PER_FRAME = 5; // more rows at once are not read out

// ---- theme: before the first paint ------------------------------------------------------------

const darkSystem = matchMedia('(prefers-color-scheme: dark)');

function storedTheme() {
  try {
    return localStorage.getItem('wsb-theme');
  } catch {
    return null; // storage is blocked: follow the system
  }
}

function applyTheme(theme) {
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
}

function toggleTheme() {
  const current = document.documentElement.dataset.theme || (darkSystem.matches ? 'dark' : 'light');
  const next = current === 'dark' ? 'light' : 'dark';
  applyTheme(next);
  try {
    localStorage.setItem('wsb-theme', next);
  } catch {
    // It holds for this visit.
  }
}

applyTheme(storedTheme());

// ---- pure helpers -----------------------------------------------------------------------------

function parseJson(text) {
  const first = text.trimStart()[0];
  if (first !== '{' && first !== '[') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function hexPreview(bytes) {
  const head = bytes.subarray(0, HEX_PREVIEW_BYTES);
  const hex = Array.from(head, (byte) => byte.toString(16).padStart(2, '0'));
  return hex.join(' ') + (bytes.length > head.length ? ' …' : '');
}

function sizeText(bytes) {
  if (bytes < 1024) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  if (bytes < 1048576) return `${(bytes / 1024).toFixed(1)} KiB`;
  return `${(bytes / 1048576).toFixed(1)} MiB`;
}

function timeText(date) {
  const two = (number) => String(number).padStart(2, '0');
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
}

function cut(text) {
  return text.length <= MAX_SHOWN_CHARS ? text : text.slice(0, MAX_SHOWN_CHARS) + ' …';
}

// What to show of a text: the envelopes of the server are opened, all else is shown as it came.
function describeText(text) {
  const json = parseJson(text);
  if (json === undefined) return { body: text, type: 'text' };
  if (json !== null && json.type === 'welcome' && typeof json.message === 'string') {
    return { body: json.message, type: 'welcome' };
  }
  if (json !== null && json.type === 'broadcast' && 'payload' in json) {
    if (typeof json.payload === 'string') return { body: json.payload, type: 'text' };
    return { body: JSON.stringify(json.payload), type: 'json', json: json.payload, mono: true };
  }
  return { body: text, type: 'json', json, mono: true };
}

function describe(data) {
  if (typeof data === 'string') return describeText(data);
  const bytes = new Uint8Array(data);
  return { body: hexPreview(bytes), type: 'binary', size: sizeText(bytes.length), mono: true };
}

function byId(id) {
  return document.getElementById(id);
}

function element(name, className, content) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (content !== undefined) made.textContent = content;
  return made;
}

// ---- log: rows wait for the next frame, so that a flood costs one layout a frame --------------

function prettyButton(body, entry) {
  const button = element('button', 'quiet', 'pretty');
  button.type = 'button';
  button.setAttribute('aria-pressed', 'false');
  button.addEventListener('click', () => {
    const pretty = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', String(pretty));
    button.textContent = pretty ? 'plain' : 'pretty';
    body.textContent = cut(pretty ? JSON.stringify(entry.json, null, 2) : entry.body);
  });
  return button;
}

function makeRow(entry) {
  const row = element('div', `row ${entry.way}`);
  const time = element('time', '', timeText(entry.at));
  time.dateTime = entry.at.toISOString();
  const way = element('span', 'way', { sent: '↑', received: '↓', note: '·' }[entry.way]);
  way.setAttribute('aria-label', entry.way);
  way.setAttribute('role', 'img');
  const body = element('p', entry.mono ? 'body mono' : 'body', cut(entry.body));
  const side = element('span', 'side');
  if (entry.json !== undefined) side.append(prettyButton(body, entry));
  const type = entry.size ? `${entry.type}, ${entry.size}` : entry.type;
  if (type) side.append(element('span', 'type', type));
  row.append(time, way, body, side);
  return row;
}

class Log {
  constructor() {
    this.rows = byId('log');
    this.waiting = [];
    this.skipped = 0;
    this.unseen = 0;
    this.frame = 0;
    this.counts = { sent: 0, received: 0 };
    this.rows.addEventListener('scroll', () => this.seen(), { passive: true });
  }

  // `way` is sent, received or note. A hidden page gets no frames: what waits is bounded here.
  add(way, entry) {
    if (way !== 'note') this.counts[way] += 1;
    this.waiting.push({ ...entry, way, at: new Date() });
    if (this.waiting.length > 2 * MAX_ROWS) this.skipOldest();
    if (!this.frame) this.frame = requestAnimationFrame(() => this.render());
  }

  skipOldest() {
    this.skipped += this.waiting.length - MAX_ROWS;
    this.waiting = this.waiting.slice(-MAX_ROWS);
  }

  render() {
    this.frame = 0;
    const follow = this.atBottom();
    if (this.waiting.length > MAX_ROWS) this.skipOldest();
    const entries = this.waiting;
    this.waiting = [];
    if (this.skipped > 0) {
      const body = `${this.skipped.toLocaleString()} messages came too fast to be shown`;
      entries.unshift({ way: 'note', at: new Date(), body });
      this.skipped = 0;
    }
    // The way to begin stays until somebody has said something.
    if (entries.some((entry) => entry.way !== 'note' && entry.type !== 'welcome')) this.used(true);
    this.rows.hidden = false;
    this.rows.setAttribute('aria-live', entries.length > QUIET_ABOVE_PER_FRAME ? 'off' : 'polite');
    this.rows.append(...entries.map(makeRow));
    while (this.rows.childElementCount > MAX_ROWS) this.rows.firstElementChild.remove();
    if (follow) this.toBottom();
    else this.unseen += entries.filter((entry) => entry.way === 'received').length;
    this.showNumbers();
  }

  showNumbers() {
    byId('count-sent').textContent = this.counts.sent.toLocaleString();
    byId('count-received').textContent = this.counts.received.toLocaleString();
    const jump = byId('jump');
    jump.hidden = this.unseen === 0;
    const unseen = this.unseen.toLocaleString();
    jump.textContent = this.unseen === 1 ? '1 new message' : `${unseen} new messages`;
  }

  atBottom() {
    return this.rows.scrollHeight - this.rows.scrollTop - this.rows.clientHeight < 40;
  }

  toBottom() {
    this.rows.scrollTop = this.rows.scrollHeight;
    this.unseen = 0;
    this.showNumbers();
  }

  seen() {
    if (this.unseen === 0 || !this.atBottom()) return;
    this.unseen = 0;
    this.showNumbers();
  }

  used(used) {
    byId('empty').hidden = used;
    byId('clear').hidden = !used;
    this.rows.classList.toggle('used', used);
  }

  clear() {
    this.rows.replaceChildren();
    this.rows.hidden = true;
    this.used(false);
    this.toBottom();
  }
}

// ---- connection -------------------------------------------------------------------------------

class Link {
  constructor(log) {
    this.log = log;
    this.address = new URL('.' + location.search, location.href);
    this.address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
    this.address.hash = '';
    this.socket = null;
    this.wanted = true;  // false: the user said disconnect
    this.retryMs = RETRY_MS_FIRST;
    this.retryTimer = 0;
    this.openedAt = 0;
  }

  get open() {
    return this.socket !== null && this.socket.readyState === WebSocket.OPEN;
  }

  showStatus(state, words) {
    byId('status').dataset.state = state;
    byId('status-text').textContent = words;
    byId('send').disabled = state !== 'open';
    const action = { open: 'Disconnect', connecting: 'Stop' }[state] || 'Connect now';
    byId('toggle-link').textContent = action;
    document.title = state === 'open' ? 'wsb' : `wsb, ${words.toLowerCase()}`;
  }

  connect() {
    clearTimeout(this.retryTimer);
    this.wanted = true;
    this.showStatus('connecting', 'Connecting');
    const socket = new WebSocket(this.address);
    this.socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      this.openedAt = Date.now();
      this.showStatus('open', 'Connected');
    };
    socket.onmessage = (event) => this.log.add('received', describe(event.data));
    socket.onclose = (event) => this.closed(event);
  }

  closed(event) {
    this.socket = null;
    if (this.openedAt) {
      const reason = event.reason ? `: ${event.reason}` : '';
      const words = `Connection closed (${event.code}${reason})`;
      this.log.add('note', { body: this.wanted ? words : 'Disconnected' });
      if (Date.now() - this.openedAt > ALIVE_MS) this.retryMs = RETRY_MS_FIRST;
    }
    this.openedAt = 0;
    if (this.wanted) this.retryLater();
    else this.showStatus('closed', 'Disconnected');
  }

  retryLater() {
    // A little chance keeps many pages from coming back in the same instant.
    const delay = this.retryMs * (0.75 + Math.random() / 2);
    this.retryMs = Math.min(this.retryMs * 2, RETRY_MS_MAX);
    this.retryTimer = setTimeout(() => this.connect(), delay);
    const seconds = Math.round(delay / 1000);
    this.showStatus('waiting', seconds < 2 ? 'Reconnecting' : `Reconnecting in ${seconds} s`);
  }

  toggle() {
    clearTimeout(this.retryTimer);
    if (this.socket) {
      this.wanted = false;
      this.socket.close(1000);
    } else {
      this.retryMs = RETRY_MS_FIRST;
      this.connect();
    }
  }
}

// ---- compose ----------------------------------------------------------------------------------

class Composer {
  constructor(log, link) {
    this.log = log;
    this.link = link;
    this.text = byId('text');
    this.history = [];
    this.position = 0;  // in history; history.length: the message being written
    this.draft = '';
    this.text.addEventListener('keydown', (event) => this.onKey(event));
    this.text.addEventListener('input', () => this.fit());
    this.fit();
  }

  fit() {
    const text = this.text;
    text.style.height = 'auto';
    text.style.height = `${text.scrollHeight + text.offsetHeight - text.clientHeight}px`;
    byId('json-badge').hidden = parseJson(text.value) === undefined;
  }

  write(value) {
    this.text.value = value;
    this.fit();
    this.text.setSelectionRange(value.length, value.length);
  }

  send() {
    const value = this.text.value;
    if (value === '' || !this.link.open) return;
    this.link.socket.send(value);
    const json = parseJson(value);
    const isJson = json !== undefined;
    this.log.add('sent', { body: value, type: isJson ? 'json' : 'text', json, mono: isJson });
    this.log.toBottom();
    if (this.history[this.history.length - 1] !== value) this.history.push(value);
    if (this.history.length > HISTORY_LENGTH) this.history.shift();
    this.clear();
  }

  clear() {
    this.position = this.history.length;
    this.write('');
  }

  recall(step) {
    const next = this.position + step;
    if (next < 0 || next > this.history.length) return;
    if (this.position === this.history.length) this.draft = this.text.value;
    this.position = next;
    this.write(next === this.history.length ? this.draft : this.history[next]);
  }

  onKey(event) {
    if (event.isComposing) return;
    const onFirstLine = !this.text.value.slice(0, this.text.selectionStart).includes('\n');
    const onLastLine = !this.text.value.slice(this.text.selectionEnd).includes('\n');
    if (event.key === 'Enter' && !event.shiftKey) {
      this.send();
    } else if (event.key === 'ArrowUp' && onFirstLine && this.history.length > 0) {
      this.recall(-1);
    } else if (event.key === 'ArrowDown' && onLastLine && this.position < this.history.length) {
      this.recall(1);
    } else if (event.key === 'Escape') {
      this.clear();
    } else {
      return;
    }
    event.preventDefault();
  }
}

// ---- the page ---------------------------------------------------------------------------------

function focusOnSlash(event) {
  const typing = event.target instanceof Element && event.target.closest('textarea, input');
  if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  byId('text').focus();
}

function start() {
  const log = new Log();
  const link = new Link(log);
  const composer = new Composer(log, link);
  byId('command').textContent = `wsb connect ${link.address.href}`;
  const onClick = (id, action) => byId(id).addEventListener('click', action);
  const thenWrite = (action) => () => {
    action();
    byId('text').focus();
  };
  onClick('theme', toggleTheme);
  onClick('toggle-link', () => link.toggle());
  onClick('jump', thenWrite(() => log.toBottom()));
  onClick('clear', thenWrite(() => log.clear()));
  const sendNow = thenWrite(() => composer.send());
  byId('compose').addEventListener('submit', (event) => {
    event.preventDefault();
    sendNow();
  });
  document.addEventListener('keydown', focusOnSlash);
  addEventListener('online', () => {
    if (link.wanted && !link.socket) link.connect();
  });
  link.connect();
}

document.addEventListener('DOMContentLoaded', start);
