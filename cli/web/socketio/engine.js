// ---- Engine.IO: one session ---------------------------------------------------------------------

class Engine extends Emitter {
  constructor(target, opts) {
    super();
    this.target = target;
    this.opts = opts;
    this.state = 'opening'; // open, closing: the last packets are being posted, closed
    this.queue = [];
    this.names = [...opts.transports];
    this.offline = () => this.end('transport close', { description: 'network connection lost' });
    if (typeof addEventListener === 'function') addEventListener('offline', this.offline);
    queueMicrotask(() => this.tryNext());
  }

  url(scheme, transport) {
    const query = new URLSearchParams(this.opts.query || '');
    query.set('EIO', 4);
    query.set('transport', transport);
    if (this.id !== undefined) query.set('sid', this.id);
    const { secure, host } = this.target;
    const path = this.opts.path.replace(/\/?$/, '/');
    const pairs = [...query].map((pair) => pair.map(encodeURIComponent).join('='));
    return `${scheme}${secure ? 's' : ''}://${host}${path}?${pairs.join('&')}`;
  }

  tryNext() {
    if (this.state !== 'opening') return;
    const name = this.names.shift();
    this.transport = undefined;
    try {
      this.transport = new TRANSPORTS[name](this);
    } catch (error) {
      this.failed(this.transport, name ? `${name} error` : 'No transports available', error);
      return;
    }
    // Some proxies swallow a handshake without an answer.
    if (this.names.length && this.opts.timeout) {
      const { transport } = this;
      this.timer = setTimeout(() => this.failed(transport, `${name} timeout`),
        this.opts.timeout / 2);
    }
  }

  handshake(text) {
    clearTimeout(this.timer);
    const { sid, upgrades, pingInterval, pingTimeout, maxPayload } = JSON.parse(text);
    this.id = sid;
    this.patience = pingInterval + pingTimeout;
    this.maxPayload = maxPayload || Infinity;
    this.state = 'open';
    this.expectPing();
    this._fire('open');
    const { upgrade, transports } = this.opts;
    if (this.state === 'open' && upgrade && this.transport.name === 'polling' &&
        transports.indexOf('websocket') > transports.indexOf('polling') &&
        upgrades.includes('websocket')) this.probeUpgrade();
    this.flush();
  }

  expectPing() {
    clearTimeout(this.timer);
    this.deadline = Date.now() + this.patience;
    this.timer = setTimeout(() => this.end('ping timeout'), this.patience);
  }

  // A machine that slept may send before its late timer tells of the end.
  hasExpired() {
    if (this.state !== 'open' || Date.now() <= this.deadline) return false;
    queueMicrotask(() => this.end('ping timeout'));
    return true;
  }

  opened(transport) {
    if (transport === this.probe) transport.send(['2probe']);
  }

  received(transport, packet) {
    if (transport === this.probe) {
      if (packet === '3probe') this.upgrade(transport);
      else this.failed(transport, 'probe error');
      return;
    }
    if (transport !== this.transport || (this.state !== 'opening' && this.state !== 'open')) return;
    try {
      this.take(packet);
    } catch (error) {
      this.failed(transport, 'server error', error);
    }
  }

  take(packet) {
    const isText = typeof packet === 'string';
    const type = isText ? packet[0] : '4';
    if ((type === '0') !== (this.state === 'opening')) throw new Error('packet out of turn');
    if (type === '0') this.handshake(packet.slice(1));
    else if (type === '1') this.ended(this.transport, 'transport closed by the server');
    else if (type === '2') {
      this.expectPing();
      this.send(['3']);
      this._fire('ping');
    } else if (type === '4') this._fire('data', isText ? packet.slice(1) : packet);
    else if (type !== '6') throw new Error('unknown packet');
  }

  send(packets) {
    if (this.state !== 'open') return;
    this.queue.push(...packets);
    this.flush();
  }

  flush() {
    if (this.state === 'closed' || this.upgrading || !this.transport.ready) return;
    if (this.queue.length && this.transport.name === 'polling') this.transport.send(this.queue);
    else if (this.queue.length) this.transport.send(this.queue.splice(0));
    else if (this.state === 'closing') this.end('forced close');
  }

  probeUpgrade() {
    try {
      this.probe = new WebSocketTransport(this);
    } catch (error) {
      this._fire('upgradeError', error);
    }
  }

  // Polling falls silent before the WebSocket takes over: no message is overtaken.
  async upgrade(probe) {
    if (this.upgrading) return;
    const polling = this.transport;
    this.upgrading = true;
    await polling.pause();
    this.upgrading = false;
    if (this.probe === probe) {
      this.probe = undefined;
      this.transport = probe;
      probe.send(['5']);
      this._fire('upgrade', probe);
    } else if (this.state === 'open') polling.resume();
    this.flush();
  }

  failed(transport, message, detail) {
    const error = failure(message, { type: 'TransportError', description: detail });
    if (transport && transport === this.probe) {
      this.probe = undefined;
      transport.close();
      this._fire('upgradeError', error);
    } else if (transport === this.transport && this.state !== 'closed') {
      if (this.state === 'opening' && this.names.length) {
        clearTimeout(this.timer);
        if (transport) transport.close();
        this.tryNext();
      } else {
        this._fire('error', error);
        this.end('transport error', error);
      }
    }
  }

  ended(transport, description, context) {
    if (transport === this.probe || this.state === 'opening') {
      this.failed(transport, `${transport.name} error`, context);
    } else if (transport === this.transport) this.end('transport close', { description, context });
  }

  // Without a detour; close() lets what is queued go first.
  end(reason, detail) {
    if (this.state === 'closed') return;
    this.state = 'closed';
    clearTimeout(this.timer);
    if (typeof removeEventListener === 'function') removeEventListener('offline', this.offline);
    if (this.transport) this.transport.close();
    if (this.probe) this.probe.close();
    this.probe = undefined;
    this._fire('close', reason, detail);
  }

  close() {
    if (this.state === 'opening') this.end('forced close');
    if (this.state !== 'open') return;
    if (this.probe) this.probe.close();
    this.probe = undefined;
    this.upgrading = false;
    this.state = 'closing';
    this.transport.paused = true;
    if (this.transport.name === 'polling') this.queue.push('1');
    this.flush();
  }
}
