// ---- a namespace of a connection ----------------------------------------------------------------

class Socket extends Emitter {
  constructor(manager, nsp, opts = {}) {
    super();
    this.io = manager;
    this.nsp = nsp;
    this.auth = opts.auth;
    this.ackTimeout = opts.ackTimeout;
    this.active = false;    // connected, or it will be without our doing
    this.connected = false;
    this.recovered = false;
    this.flags = {};
    this.ids = 0;
    this.acks = new Map();
    this.sendBuffer = [];    // emitted while disconnected
    this.receiveBuffer = []; // received before the server's CONNECT
    this._any = [];
    this._anyOutgoing = [];
  }

  get disconnected() { return !this.connected; }

  get volatile() {
    this.flags.volatile = true;
    return this;
  }

  timeout(ms) {
    this.flags.timeout = ms;
    return this;
  }

  // The browser decides about that.
  compress() {
    return this;
  }

  connect() {
    if (this.connected) return this;
    const waited = this.active;
    this.active = true;
    if (!this.io._reconnecting) this.io.open();
    if (!waited && this.io._readyState === 'open') this._opened();
    return this;
  }

  open() {
    return this.connect();
  }

  disconnect() {
    if (this.connected) this._packet(DISCONNECT);
    const { active, connected } = this;
    this.active = false;
    if (active) this.io._release();
    if (connected) this._closed('io client disconnect');
    return this;
  }

  close() {
    return this.disconnect();
  }

  send(...args) {
    return this.emit('message', ...args);
  }

  emit(event, ...args) {
    if (RESERVED.has(event)) throw new Error(`"${event}" is a reserved event name`);
    const { volatile, timeout = this.ackTimeout } = this.flags;
    this.flags = {};
    const packet = { type: EVENT, nsp: this.nsp, data: [event, ...args] };
    if (typeof args[args.length - 1] === 'function') {
      packet.id = this.ids;
      this.ids += 1;
      this._expectAck(packet, packet.data.pop(), timeout);
    }
    const { engine } = this.io;
    const usable = this.connected && !engine.hasExpired();
    if (volatile && !(usable && engine.transport.writable)) return this;
    if (usable) this._sendEvent(packet);
    else this.sendBuffer.push(packet);
    return this;
  }

  emitWithAck(event, ...args) {
    return new Promise((resolve, reject) => {
      const done = (error, answer) => (error ? reject(error) : resolve(answer));
      done.withError = true;
      this.emit(event, ...args, done);
    });
  }

  _expectAck(packet, fn, timeout) {
    const ack = { fn, withError: fn.withError || timeout !== undefined };
    if (timeout !== undefined) {
      ack.timer = setTimeout(() => {
        this.acks.delete(packet.id);
        this.sendBuffer = this.sendBuffer.filter((each) => each !== packet);
        call(fn, this, new Error('operation has timed out'));
      }, timeout);
    }
    this.acks.set(packet.id, ack);
  }

  _packet(type, data, id) {
    this.io._send({ type, nsp: this.nsp, id, data });
  }

  _sendEvent(packet) {
    for (const fn of [...this._anyOutgoing]) call(fn, this, ...packet.data);
    this.io._send(packet);
  }

  _opened() {
    const connect = (data) => this._packet(CONNECT,
      this._pid ? { pid: this._pid, offset: this._lastOffset, ...data } : data);
    if (typeof this.auth === 'function') call(this.auth, this, connect);
    else connect(this.auth);
  }

  _received({ type, id, data }) {
    if (type === EVENT) {
      const args = id === undefined ? data : [...data, this._acknowledger(id)];
      if (this.connected) this._event(args);
      else this.receiveBuffer.push(args);
    } else if (type === ACK) this._acknowledged(id, data);
    else if (type === CONNECT) this._accepted(data || {});
    else if (type === CONNECT_ERROR) {
      this.active = false;
      this.io._release();
      this._refused(failure(data.message || data, { data: data.data }));
    } else {
      this.active = false;
      this.io._release();
      this._closed('io server disconnect');
    }
  }

  _event(args) {
    // With recovery, the server ends every event that can be sent again with its offset.
    const last = args[args.length - 1];
    if (this._pid && typeof last === 'string') this._lastOffset = last;
    for (const fn of [...this._any]) call(fn, this, ...args);
    this._fire(...args);
  }

  _acknowledger(id) {
    let used = false;
    return (...data) => {
      if (used) return;
      used = true;
      if (this.connected) this._packet(ACK, data, id);
    };
  }

  _acknowledged(id, data) {
    const ack = this.acks.get(id);
    if (!ack) return;
    this.acks.delete(id);
    clearTimeout(ack.timer);
    call(ack.fn, this, ...(ack.withError ? [null, ...data] : data));
  }

  _accepted({ sid, pid }) {
    if (!sid) {
      this._refused(new Error('the server speaks another version of Socket.IO'));
      return;
    }
    this.id = sid;
    this.recovered = Boolean(pid) && this._pid === pid;
    if (!this.recovered) this._lastOffset = undefined;
    this._pid = pid;
    this.connected = true;
    for (const packet of this.sendBuffer.splice(0)) this._sendEvent(packet);
    for (const args of this.receiveBuffer.splice(0)) this._event(args);
    this._fire('connect');
  }

  _refused(error) {
    if (!this.connected) this._fire('connect_error', error);
  }

  _closed(reason, detail) {
    this.connected = false;
    this.id = undefined;
    this._fire('disconnect', reason, detail);
    for (const [id, { fn, withError, timer }] of [...this.acks]) {
      if (this.sendBuffer.some((packet) => packet.id === id)) continue;
      this.acks.delete(id);
      clearTimeout(timer);
      if (withError) call(fn, this, new Error('socket has been disconnected'));
    }
  }
}

for (const [name, list] of [['Any', '_any'], ['AnyOutgoing', '_anyOutgoing']]) {
  Object.assign(Socket.prototype, {
    [`on${name}`](fn) {
      this[list].push(fn);
      return this;
    },
    [`prepend${name}`](fn) {
      this[list].unshift(fn);
      return this;
    },
    [`off${name}`](fn) {
      this[list] = fn ? this[list].filter((each) => each !== fn) : [];
      return this;
    },
    [`listeners${name}`]() {
      return this[list];
    },
  });
}

// ---- io() ---------------------------------------------------------------------------------------

const managers = new Map(); // of the connections that may be shared

function io(url, options) {
  if (isObject(url)) return io(undefined, url);
  const { nsp, host, secure, query } = parseUrl(url);
  const opts = { ...DEFAULTS, query, ...options };
  const base = `${secure ? 'https' : 'http'}://${host}`;
  const key = base + opts.path;
  const shared = managers.get(key);
  if (opts.forceNew || opts.multiplex === false || (shared && shared.nsps.has(nsp))) {
    return new Manager(base, opts).socket(nsp, opts);
  }
  if (!shared) managers.set(key, new Manager(base, opts));
  return managers.get(key).socket(nsp, opts);
}

Object.assign(io, { io, connect: io, Manager, Socket, protocol: 5 });
if (typeof module === 'object' && module.exports) module.exports = io;
else globalThis.io = io;
