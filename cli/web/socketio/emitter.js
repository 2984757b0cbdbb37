// A client for Socket.IO servers (protocol 5 over Engine.IO 4), without dependencies. As a script
// it defines `io`; in Node, require() gives it, and the option `WebSocket` or globalThis.WebSocket
// is what it connects with. It is used like the official client, but for this: a WebSocket is tried
// first and HTTP long-polling where none comes up, whatever arrives in binary is an ArrayBuffer,
// and WebTransport and the options `retries` and `parser` do not exist.

// ---- events -------------------------------------------------------------------------------------

// The page's code must not break ours: what it throws is reported as uncaught, later.
function call(fn, self, ...args) {
  try {
    fn.apply(self, args);
  } catch (error) {
    queueMicrotask(() => { throw error; });
  }
}

const failure = (message, more) => Object.assign(new Error(message), more);

// `_fire` rather than the usual `emit`, which in a Socket sends.
class Emitter {
  constructor() {
    this._listeners = new Map();
  }

  on(event, fn) {
    this._listeners.set(event, [...this.listeners(event), fn]);
    return this;
  }

  once(event, fn) {
    const wrapper = (...args) => {
      this.off(event, wrapper);
      fn.apply(this, args);
    };
    wrapper.fn = fn;
    return this.on(event, wrapper);
  }

  off(event, fn) {
    if (event === undefined) this._listeners.clear();
    else if (!fn) this._listeners.delete(event);
    else {
      const list = [...this.listeners(event)];
      const at = list.findIndex((each) => each === fn || each.fn === fn);
      if (at >= 0) list.splice(at, 1);
      this._listeners.set(event, list);
    }
    return this;
  }

  listeners(event) {
    return this._listeners.get(event) || [];
  }

  hasListeners(event) {
    return this.listeners(event).length > 0;
  }

  _fire(event, ...args) {
    for (const fn of this.listeners(event)) call(fn, this, ...args);
  }
}
const { on, off } = Emitter.prototype;
Object.assign(Emitter.prototype, {
  addEventListener: on, removeListener: off, removeEventListener: off, removeAllListeners: off,
});
