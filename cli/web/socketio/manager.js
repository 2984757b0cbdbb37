// ---- the connection that namespaces share -------------------------------------------------------

const DEFAULTS = {
  path: '/socket.io',
  transports: ['websocket', 'polling'],
  upgrade: true,
  autoConnect: true,
  timeout: 20000, // ms
  reconnection: true,
  reconnectionAttempts: Infinity,
  reconnectionDelay: 1000, // ms
  reconnectionDelayMax: 5000,
  randomizationFactor: 0.5,
};

function parseUrl(url) {
  const page = typeof location === 'object' ? location : { protocol: 'https:', host: '' };
  let text = url === undefined || url === null ? '/' : String(url);
  if (!/^(https?|wss?):\/\//i.test(text)) {
    if (!text.startsWith('/')) text = `//${text}`;
    else if (!text.startsWith('//')) text = `//${page.host}${text}`;
    text = page.protocol + text;
  }
  const [, scheme, host, path, query] = /^(\w+):\/\/([^/?#]*)([^?#]*)\??([^#]*)/.exec(text);
  if (!host) throw new Error(`'${text}' names no host`);
  return { secure: scheme.toLowerCase().endsWith('s'), host, nsp: path || '/', query };
}

class Manager extends Emitter {
  constructor(url, opts) {
    super();
    if (isObject(url)) return new Manager(undefined, url);
    this.opts = { ...DEFAULTS, ...opts };
    this.target = parseUrl(url);
    this.nsps = new Map();
    this.attempts = 0;
    this._readyState = 'closed';
    if (this.opts.autoConnect) this.open();
  }

  socket(nsp, opts) {
    let socket = this.nsps.get(nsp);
    if (!socket) {
      socket = new Socket(this, nsp, opts);
      this.nsps.set(nsp, socket);
    }
    if (this.opts.autoConnect && !socket.active) socket.connect();
    return socket;
  }

  open(done) {
    if (this._readyState !== 'closed') return this;
    this._readyState = 'opening';
    this.skipReconnect = false;
    const engine = new Engine(this.target, this.opts);
    this.engine = engine;
    const isOurs = (state) => this.engine === engine && this._readyState === state;
    const fail = (error) => {
      if (isOurs('opening')) this._failed(error, done);
      else if (isOurs('open')) this._fire('error', error);
    };
    engine.on('open', () => { if (isOurs('opening')) this._opened(done); });
    engine.on('error', fail);
    engine.on('ping', () => this._fire('ping'));
    engine.on('data', (data) => { if (isOurs('open')) this._received(data); });
    engine.on('close', (reason, detail) => { if (isOurs('open')) this._closed(reason, detail); });
    const { timeout } = this.opts;
    if (timeout) this.openTimer = setTimeout(() => fail(new Error('timeout')), timeout);
    return this;
  }

  connect(done) {
    return this.open(done);
  }

  _stopTimers() {
    clearTimeout(this.openTimer);
    clearTimeout(this.reconnectTimer);
    this._reconnecting = false;
  }

  _opened(done) {
    const { attempts } = this;
    this._stopTimers();
    this.attempts = 0;
    this.decoder = new Decoder();
    this._readyState = 'open';
    this._fire('open');
    this._each((socket) => socket._opened());
    if (done) call(done);
    if (attempts) this._fire('reconnect', attempts);
  }

  _failed(error, done) {
    const again = this._reconnecting;
    this._stopTimers();
    this._readyState = 'closed';
    this.engine.close();
    this._fire('error', error);
    this._each((socket) => socket._refused(error));
    if (again) this._fire('reconnect_error', error);
    if (done) call(done, undefined, error);
    if (again || !done) this._reconnect();
  }

  _received(data) {
    let packet;
    try {
      packet = this.decoder.add(data);
    } catch (error) {
      this._closed('parse error', error);
      return;
    }
    const socket = packet && this.nsps.get(packet.nsp);
    if (socket && socket.active) socket._received(packet);
  }

  _closed(reason, detail) {
    this._stopTimers();
    this._readyState = 'closed';
    if (this.engine) this.engine.close();
    this.attempts = 0;
    this._fire('close', reason, detail);
    this._each((socket) => socket._closed(reason, detail));
    this._reconnect();
  }

  _each(visit) {
    for (const socket of [...this.nsps.values()]) if (socket.active) visit(socket);
  }

  // Spread, so that a server that comes back is not met by all its clients at once.
  _delay() {
    const { reconnectionDelay, reconnectionDelayMax, randomizationFactor } = this.opts;
    const delay = Math.min(reconnectionDelay * 2 ** this.attempts, reconnectionDelayMax);
    const spread = 1 + randomizationFactor * (2 * Math.random() - 1);
    return Math.min(delay * spread, reconnectionDelayMax);
  }

  // Unless a listener has just seen to it otherwise.
  _reconnect() {
    const { reconnection, reconnectionAttempts } = this.opts;
    if (!reconnection || this._reconnecting || this.skipReconnect) return;
    if (this._readyState !== 'closed') return;
    if (this.attempts >= reconnectionAttempts) {
      this.attempts = 0;
      this._fire('reconnect_failed');
      return;
    }
    this._reconnecting = true;
    const delay = this._delay();
    this.attempts += 1;
    this.reconnectTimer = setTimeout(() => {
      this._fire('reconnect_attempt', this.attempts);
      if (!this.skipReconnect) this.open();
    }, delay);
  }

  _release() {
    let used = false;
    this._each(() => { used = true; });
    if (!used) this.disconnect();
  }

  disconnect() {
    this.skipReconnect = true;
    this._closed('forced close');
  }

  _send(packet) {
    const [text, ...attachments] = encode(packet);
    this.engine.send([`4${text}`, ...attachments]);
  }
}

for (const name of Object.keys(DEFAULTS).filter((key) => /^(timeout|r.*)$/.test(key))) {
  Manager.prototype[name] = function setting(value) {
    if (value === undefined) return this.opts[name];
    this.opts[name] = value;
    return this;
  };
}
