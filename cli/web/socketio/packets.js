// ---- Socket.IO packets --------------------------------------------------------------------------

const CONNECT = 0;
const DISCONNECT = 1;
const EVENT = 2;
const ACK = 3;
const CONNECT_ERROR = 4;
const BINARY = 3; // what is added to an EVENT or ACK with attachments

const RESERVED = new Set(['connect', 'connect_error', 'disconnect', 'disconnecting',
  'newListener', 'removeListener']);

const isBlob = (value) => typeof Blob === 'function' && value instanceof Blob;
const isBinary = (value) =>
  value instanceof ArrayBuffer || ArrayBuffer.isView(value) || isBlob(value);

// The text, then the attachments.
function encode({ type, nsp, id, data }) {
  const attachments = [];
  function detach(key, value) {
    const raw = this[key]; // `value` is what toJSON has made of it
    return isBinary(raw) ? { _placeholder: true, num: attachments.push(raw) - 1 } : value;
  }
  const json = data === undefined ? '' : JSON.stringify(data, type < EVENT ? null : detach);
  const head = attachments.length ? `${type + BINARY}${attachments.length}-` : type;
  return [`${head}${nsp === '/' ? '' : `${nsp},`}${id === undefined ? '' : id}${json}`,
    ...attachments];
}

const isObject = (value) => typeof value === 'object' && value !== null;

function isValid(type, data) {
  switch (type) {
    case CONNECT: return data === undefined || isObject(data);
    case DISCONNECT: return data === undefined;
    case CONNECT_ERROR: return isObject(data) || typeof data === 'string';
    case ACK: return Array.isArray(data);
    default: return Array.isArray(data) && (typeof data[0] === 'number' ||
      (typeof data[0] === 'string' && !RESERVED.has(data[0])));
  }
}

class Decoder {
  // A packet, or undefined while attachments are missing. Throws at what is none.
  add(data) {
    if ((typeof data === 'string') === Boolean(this.waiting)) {
      throw new Error(this.waiting ? 'text in place of an attachment' : 'unexpected attachment');
    }
    if (!this.waiting) return this.begin(data);
    this.attachments.push(data);
    return this.attachments.length < this.waiting.count ? undefined : this.finish(this.waiting);
  }

  begin(text) {
    const head = /^([0-6])(?:(\d+)-)?(?:(\/[^,]*),?)?(\d*)/.exec(text);
    if (!head || (head[1] > CONNECT_ERROR) !== Boolean(head[2])) throw new Error('bad packet');
    this.attachments = [];
    const packet = { type: Number(head[1]), count: Number(head[2] || 0), nsp: head[3] || '/',
      id: head[4] ? Number(head[4]) : undefined, json: text.slice(head[0].length) };
    if (!packet.count) return this.finish(packet);
    this.waiting = packet;
    return undefined;
  }

  finish({ type, count, nsp, id, json }) {
    this.waiting = undefined;
    const attach = (key, value) => {
      if (!value || value._placeholder !== true) return value;
      const found = typeof value.num === 'number' ? this.attachments[value.num] : undefined;
      if (!found) throw new Error('no such attachment');
      return found;
    };
    const data = json ? JSON.parse(json, count ? attach : undefined) : undefined;
    const plain = type > CONNECT_ERROR ? type - BINARY : type;
    if (!isValid(plain, data)) throw new Error('bad payload');
    return { type: plain, nsp, id, data };
  }
}
