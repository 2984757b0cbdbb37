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
  return date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
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

// ---- the page ---------------------------------------------------------------------------------

function start() {
  const byId = (id) => document.getElementById(id);
  const log = byId('log');
  const text = byId('text');

  // -- log: rows wait for the next frame, so that a flood costs one layout a frame

  let waiting = [];
  let skipped = 0;
  let unseen = 0;
  let frame = 0;
  const count = { sent: 0, received: 0 };

  function atBottom() {
    return log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  }

  function element(name, className, content) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (content !== undefined) made.textContent = content;
    return made;
  }

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
    const arrow = { sent: '↑', received: '↓', note: '·' }[entry.way];
    const way = element('span', 'way', arrow);
    way.setAttribute('aria-label', entry.way);
    way.setAttribute('role', 'img');
    const body = element('p', entry.mono ? 'body mono' : 'body', cut(entry.body));
    const side = element('span', 'side');
    if (entry.json !== undefined) side.append(prettyButton(body, entry));
    if (entry.type) side.append(element('span', 'type', entry.size ? `${entry.type}, ${entry.size}` : entry.type));
    row.append(time, way, body, side);
    return row;
  }

  function render() {
    frame = 0;
    const follow = atBottom();
    if (waiting.length > MAX_ROWS) dropOldest();
    if (skipped > 0) {
      const words = `${skipped.toLocaleString()} messages came too fast to be shown`;
      waiting.unshift({ way: 'note', at: new Date(), body: words });
      skipped = 0;
    }
    log.setAttribute('aria-live', waiting.length > QUIET_ABOVE_PER_FRAME ? 'off' : 'polite');
    // The way to begin stays until somebody has said something.
    if (waiting.some((entry) => entry.way !== 'note' && entry.type !== 'welcome')) showLog(true);
    log.hidden = false;
    log.append(...waiting.map(makeRow));
    while (log.childElementCount > MAX_ROWS) log.firstElementChild.remove();
    unseen = follow ? 0 : unseen + waiting.filter((entry) => entry.way === 'received').length;
    waiting = [];
    if (follow) log.scrollTop = log.scrollHeight;
    showCounts();
    showJump();
  }

  // While the page is hidden no frame comes: what waits is bounded here.
  function add(entry) {
    entry.at = new Date();
    waiting.push(entry);
    if (waiting.length > 2 * MAX_ROWS) dropOldest();
    if (!frame) frame = requestAnimationFrame(render);
  }

  function dropOldest() {
    skipped += waiting.length - MAX_ROWS;
    waiting = waiting.slice(-MAX_ROWS);
  }

  function note(message) {
    add({ way: 'note', body: message });
  }

  function showLog(used) {
    byId('empty').hidden = used;
    byId('clear').hidden = !used;
    log.classList.toggle('used', used);
  }

  function showCounts() {
    byId('count-sent').textContent = count.sent.toLocaleString();
    byId('count-received').textContent = count.received.toLocaleString();
  }

  function showJump() {
    byId('jump').hidden = unseen === 0;
    byId('jump').textContent = unseen === 1 ? '1 new message' : `${unseen.toLocaleString()} new messages`;
  }

  log.addEventListener('scroll', () => {
    if (unseen > 0 && atBottom()) {
      unseen = 0;
      showJump();
    }
  }, { passive: true });

  byId('jump').addEventListener('click', () => {
    log.scrollTop = log.scrollHeight;
    unseen = 0;
    showJump();
    text.focus();
  });

  byId('clear').addEventListener('click', () => {
    log.replaceChildren();
    log.hidden = true;
    unseen = 0;
    showJump();
    showLog(false);
    text.focus();
  });

  // -- connection

  const address = new URL('.' + location.search, location.href);
  address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  address.hash = '';
  byId('command').textContent = `wsb connect ${address.href}`;

  let socket = null;
  let wanted = true;
  let retryMs = RETRY_MS_FIRST;
  let retryTimer = 0;
  let openedAt = 0;

  function showStatus(state, words) {
    byId('status').dataset.state = state;
    byId('status-text').textContent = words;
    byId('send').disabled = state !== 'open';
    byId('toggle-link').textContent = { open: 'Disconnect', connecting: 'Stop' }[state] || 'Connect now';
    document.title = state === 'open' ? 'wsb' : `wsb, ${words.toLowerCase()}`;
  }

  function connect() {
    clearTimeout(retryTimer);
    wanted = true;
    showStatus('connecting', 'Connecting');
    const mine = new WebSocket(address);
    socket = mine;
    mine.binaryType = 'arraybuffer';
    mine.onopen = () => {
      openedAt = Date.now();
      showStatus('open', 'Connected');
    };
    mine.onmessage = (event) => {
      count.received += 1;
      add({ way: 'received', ...describe(event.data) });
    };
    mine.onclose = (event) => {
      if (socket === mine) ended(event);
    };
  }

  function ended(event) {
    socket = null;
    if (openedAt) {
      const reason = event.reason ? `: ${event.reason}` : '';
      note(wanted ? `Connection closed (${event.code}${reason})` : 'Disconnected');
      if (Date.now() - openedAt > ALIVE_MS) retryMs = RETRY_MS_FIRST;
    }
    openedAt = 0;
    if (!wanted) {
      showStatus('closed', 'Disconnected');
      return;
    }
    // A little chance keeps many pages from coming back in the same instant.
    const delay = retryMs * (0.75 + Math.random() / 2);
    retryMs = Math.min(retryMs * 2, RETRY_MS_MAX);
    retryTimer = setTimeout(connect, delay);
    showStatus('waiting', delay < 1500 ? 'Reconnecting' : `Reconnecting in ${Math.round(delay / 1000)} s`);
  }

  byId('toggle-link').addEventListener('click', () => {
    clearTimeout(retryTimer);
    if (!socket) {
      retryMs = RETRY_MS_FIRST;
      connect();
      return;
    }
    wanted = false;
    socket.close(1000);
  });

  addEventListener('online', () => {
    if (wanted && !socket) connect();
  });

  // -- compose

  const history = [];
  let position = 0;  // in history; history.length: the message being written
  let draft = '';

  function fitText() {
    text.style.height = 'auto';
    text.style.height = `${text.scrollHeight + text.offsetHeight - text.clientHeight}px`;
    byId('json-badge').hidden = parseJson(text.value) === undefined;
  }

  function setText(value) {
    text.value = value;
    fitText();
    text.setSelectionRange(value.length, value.length);
  }

  function send() {
    if (text.value === '' || !socket || socket.readyState !== WebSocket.OPEN) return;
    socket.send(text.value);
    count.sent += 1;
    const json = parseJson(text.value);
    add({ way: 'sent', body: text.value, type: json === undefined ? 'text' : 'json', json, mono: json !== undefined });
    if (history[history.length - 1] !== text.value) history.push(text.value);
    if (history.length > HISTORY_LENGTH) history.shift();
    position = history.length;
    setText('');
    log.scrollTop = log.scrollHeight;
  }

  function recall(step) {
    const next = position + step;
    if (next < 0 || next > history.length) return;
    if (position === history.length) draft = text.value;
    position = next;
    setText(position === history.length ? draft : history[position]);
  }

  function onKey(event) {
    if (event.isComposing) return;
    const onFirstLine = text.value.lastIndexOf('\n', text.selectionStart - 1) === -1;
    const onLastLine = text.value.indexOf('\n', text.selectionEnd) === -1;
    if (event.key === 'Enter' && !event.shiftKey) {
      send();
    } else if (event.key === 'ArrowUp' && onFirstLine && history.length > 0) {
      recall(-1);
    } else if (event.key === 'ArrowDown' && onLastLine && position < history.length) {
      recall(1);
    } else if (event.key === 'Escape') {
      position = history.length;
      setText('');
    } else {
      return;
    }
    event.preventDefault();
  }

  text.addEventListener('keydown', onKey);
  text.addEventListener('input', fitText);
  byId('compose').addEventListener('submit', (event) => {
    event.preventDefault();
    send();
    text.focus();
  });

  document.addEventListener('keydown', (event) => {
    const typing = event.target instanceof Element && event.target.closest('textarea, input');
    if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    text.focus();
  });

  byId('theme').addEventListener('click', toggleTheme);
  fitText();
  connect();
}

document.addEventListener('DOMContentLoaded', start);
