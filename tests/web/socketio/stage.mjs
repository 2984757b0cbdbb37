// What a case has to hand: servers and sockets that end with it, and ways to wait.

const DEADLINE_MS = Number(process.env.WSB_DEADLINE_MS ?? 15000);

function deadline(reject, what) {
  return setTimeout(() => reject(new Error(`in vain: ${what}`)), DEADLINE_MS);
}

// The arguments of the next such event.
export function next(emitter, event) {
  return new Promise((resolve, reject) => {
    const timer = deadline(reject, `waited for '${event}'`);
    emitter.once(event, (...args) => {
      clearTimeout(timer);
      resolve(args);
    });
  });
}

// Everything that arrives as `event`, in order: take() gives the next one's arguments.
export class Inbox {
  constructor(emitter, event) {
    this.event = event;
    this.items = [];
    this.wakes = [];
    emitter.on(event, (...args) => {
      this.items.push(args);
      this.wakes.shift()?.();
    });
  }

  async take() {
    if (this.items.length === 0) {
      await new Promise((resolve, reject) => {
        const timer = deadline(reject, `waited for another '${this.event}'`);
        this.wakes.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    return this.items.shift();
  }

  async takeAll(count) {
    const taken = [];
    while (taken.length < count) taken.push((await this.take())[0]);
    return taken;
  }
}

export class Stage {
  // `transports` undefined leaves the choice to the client.
  constructor(t, client, start, transports) {
    Object.assign(this, { t, client, startServer: start, transports });
    this.mayPoll = transports?.[0] !== 'websocket';
    this.sockets = [];
    t.after(() => this.sockets.forEach((socket) => socket.disconnect()));
  }

  async serve(options) {
    const server = await this.startServer(options);
    let running = true;
    const stop = async () => {
      if (running) await server.stop();
      running = false;
    };
    this.t.after(stop);
    return { ...server, stop };
  }

  // A socket that need not be connected yet.
  open(url, options = {}) {
    const socket = this.client.io(url, { forceNew: true, reconnectionDelay: 20,
      reconnectionDelayMax: 100, ...(this.transports && { transports: this.transports }),
      ...options });
    this.sockets.push(socket);
    return socket;
  }

  async connect(url, options) {
    const socket = this.open(url, options);
    await next(socket, 'connect');
    return socket;
  }

  // Connected to the demo server and welcomed; `inbox` holds what comes after.
  async join(url, options) {
    const socket = this.open(url, options);
    const inbox = new Inbox(socket, 'message');
    await next(socket, 'connect');
    await inbox.take();
    return { socket, inbox };
  }
}
