'use strict';

// What the server does, live: asks /stats once a second and draws the last minute. A server that
// does not answer it shows nothing, and a page that nobody looks at asks nothing.

const LIVE_MS = 1000;
const LIVE_POINTS = 60;
const LIVE_WIDTH = 240;  // of the drawing, in its own units
const LIVE_HEIGHT = 36;

function shortNumber(value) {
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)}M`;
  if (value >= 1e4) return `${(value / 1e3).toFixed(0)}k`;
  return Math.round(value).toLocaleString();
}

function shortTime(seconds) {
  if (seconds === 0) return '0';
  if (seconds < 1e-3) return `${(seconds * 1e6).toFixed(0)} µs`;
  return seconds < 1 ? `${(seconds * 1e3).toFixed(1)} ms` : `${seconds.toFixed(1)} s`;
}

class Live {
  constructor() {
    this.before = null;  // the numbers of the last answer
    this.rates = [];     // deliveries a second
    this.timer = 0;
    document.addEventListener('visibilitychange', () => this.schedule(0));
    this.schedule(0);
  }

  schedule(delay) {
    clearTimeout(this.timer);
    if (!document.hidden) this.timer = setTimeout(() => this.look(), delay);
  }

  async look() {
    try {
      const answer = await fetch('stats', { cache: 'no-store' });
      if (!answer.ok) return this.end();
      this.show(await answer.json());
    } catch {
      this.before = null;  // the server is away for a while
    }
    this.schedule(LIVE_MS);
  }

  end() {
    document.getElementById('live').hidden = true;
  }

  show(now) {
    const before = this.before;
    this.before = now;
    const time = before ? now.uptime_seconds - before.uptime_seconds : 0;
    const rate = (name) => (time > 0 ? Math.max(0, now[name] - before[name]) / time : 0);
    if (time > 0) this.rates.push(rate('messages_out'));
    if (this.rates.length > LIVE_POINTS) this.rates.shift();
    const values = {
      'live-clients': shortNumber(now.clients),
      'live-messages': shortNumber(rate('messages')),
      'live-deliveries': shortNumber(rate('messages_out')),
      'live-fanout': shortTime(now.fanout_seconds.p99),
    };
    for (const [id, text] of Object.entries(values)) document.getElementById(id).textContent = text;
    this.draw();
    document.getElementById('live').hidden = false;
  }

  draw() {
    const highest = Math.max(1, ...this.rates);
    const step = LIVE_WIDTH / (LIVE_POINTS - 1);
    const left = LIVE_WIDTH - (this.rates.length - 1) * step;
    const points = this.rates.map((rate, i) => {
      const y = LIVE_HEIGHT - 1 - (rate / highest) * (LIVE_HEIGHT - 3);
      return `${(left + i * step).toFixed(1)},${y.toFixed(1)}`;
    });
    document.getElementById('live-line').setAttribute('points', points.join(' '));
    const ends = points.length === 0 ? [] : [`${left.toFixed(1)},${LIVE_HEIGHT}`, ...points,
      `${LIVE_WIDTH},${LIVE_HEIGHT}`];
    document.getElementById('live-area').setAttribute('points', ends.join(' '));
    const words = `messages out per second, the last minute, at most ${shortNumber(highest)}`;
    document.getElementById('live-chart').setAttribute('aria-label', words);
  }
}

document.addEventListener('DOMContentLoaded', () => new Live());
