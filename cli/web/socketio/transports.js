// ---- the two transports -------------------------------------------------------------------------
// They carry Engine.IO packets: text that begins with the packet's type, or bare binary.

class WebSocketTransport {
  constructor(engine) {
    this.name = 'websocket';
    const { opts } = engine;
    this.ws = new (opts.WebSocket || WebSocket)(engine.url('ws', this.name), opts.protocols || []);
    this.ws.binaryType = 'arraybuffer';
    this.ws.onopen = () => engine.opened(this);
    this.ws.onmessage = ({ data }) => engine.received(this, data);
    this.ws.onerror = (event) => engine.failed(this, 'websocket error', event);
    this.ws.onclose = (event) => engine.ended(this, 'websocket connection closed', event);
  }

  get ready() { return this.ws.readyState === 1; }

  get writable() { return this.ready && this.ws.bufferedAmount === 0; }

  send(packets) {
    for (const packet of packets) this.ws.send(packet);
  }

  close() {
    this.ws.onopen = this.ws.onmessage = this.ws.onclose = null;
    this.ws.onerror = () => {}; // of a handshake cut short
    this.ws.close();
  }
}

const SEPARATOR = '\x1e';
const CHUNK = 0x8000; // bytes; more arguments than this are too many for a call

function toBase64(bytes) {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  }
  return `b${btoa(text)}`;
}

// Text at once if it can be: the page may change its array right after.
function toText(packet) {
  if (typeof packet === 'string') return packet;
  if (isBlob(packet)) return packet.arrayBuffer().then((bytes) => toBase64(new Uint8Array(bytes)));
  return toBase64(ArrayBuffer.isView(packet)
    ? new Uint8Array(packet.buffer, packet.byteOffset, packet.byteLength)
    : new Uint8Array(packet));
}

const fromText = (packet) => (packet[0] === 'b'
  ? Uint8Array.from(atob(packet.slice(1)), (char) => char.charCodeAt(0)).buffer : packet);

const lengthOf = (packet) => (typeof packet === 'string' ? new TextEncoder().encode(packet).length
  : 4 + Math.ceil((isBlob(packet) ? packet.size : packet.byteLength) / 3) * 4);

class PollingTransport {
  constructor(engine) {
    this.name = 'polling';
    this.engine = engine;
    this.abort = new AbortController();
    this.resume();
  }

  get ready() { return !this.posting && this.engine.id !== undefined; }

  get writable() { return this.ready; }

  resume() {
    this.paused = false;
    this.polls = Promise.resolve().then(() => this.poll());
  }

  // Resolves when no request is under way.
  pause() {
    this.paused = true;
    return Promise.all([this.polls, this.posting]);
  }

  async poll() {
    while (!this.paused) {
      const text = await this.request('GET', 'xhr poll error');
      if (text === undefined) return;
      for (const packet of text.split(SEPARATOR)) this.engine.received(this, fromText(packet));
    }
  }

  send(packets) {
    // As many as the server takes in one body, and always one.
    let size = 0;
    let count = 0;
    do {
      size += lengthOf(packets[count]) + 1;
      count += 1;
    } while (count < packets.length && size + lengthOf(packets[count]) <= this.engine.maxPayload);
    this.posting = this.post(packets.splice(0, count).map(toText));
  }

  async post(texts) {
    const body = (await Promise.all(texts)).join(SEPARATOR);
    const answer = await this.request('POST', 'xhr post error', body);
    this.posting = undefined;
    if (answer !== undefined) this.engine.flush();
  }

  async request(method, complaint, body) {
    const { withCredentials, extraHeaders } = this.engine.opts;
    try {
      const response = await fetch(this.engine.url('http', this.name), { method, body,
        cache: 'no-store', signal: this.abort.signal, headers: extraHeaders,
        credentials: withCredentials ? 'include' : 'same-origin' });
      if (response.ok) return await response.text();
      this.engine.failed(this, complaint, response.status);
    } catch (error) {
      this.engine.failed(this, complaint, error);
    }
    return undefined;
  }

  close() {
    this.paused = true;
    this.abort.abort();
  }
}

const TRANSPORTS = { websocket: WebSocketTransport, polling: PollingTransport };
