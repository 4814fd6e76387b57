// The one websocket of the page: channels, acknowledgements, and coming back after a loss where it left off.

export const SUBPROTOCOL = "glassmq.v1";

/** A text message from the server. */
export interface LiveMessage {
  readonly ch?: string;
  readonly kind: string;
  readonly [member: string]: unknown;
}

/** What a subscription asks for, made anew each time the socket opens. */
export interface Wish {
  readonly from?: string | number | undefined;
  readonly rate_hz?: number;
  readonly links?: readonly string[];
}

export interface LinkState {
  readonly state: "connecting" | "up" | "down";
  /** Date.now() of the next try, while down. */
  readonly retryAt: number | null;
  /** Why the server closed: 4401 wants a token; 4403 and 4409 are final. */
  readonly code: number | null;
}

interface Subscription {
  readonly wish: () => Wish;
  readonly onText: (message: LiveMessage) => void;
  readonly onBinary: ((buffer: ArrayBuffer) => void) | undefined;
}

const BACK_OFF_MS = { first: 250, longest: 5000 };
/** The server pings every 15 s; silence over two of them is a dead line. */
const SILENCE_MS = 35_000;
const FINAL_CODES: readonly number[] = [4403, 4409];

type Opener = () => WebSocket;

/** Made once a page. `open` starts it and it stays until `close`. */
export class Live {
  #socket: WebSocket | undefined;
  #channels = new Map<string, Subscription>();
  #attempt = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #silenceTimer: ReturnType<typeof setTimeout> | undefined;
  #isWanted = false;
  #state: LinkState = { state: "connecting", retryAt: null, code: null };
  #listeners = new Set<(state: LinkState) => void>();
  readonly #opener: Opener;

  constructor(opener: Opener = openHere) {
    this.#opener = opener;
  }

  open(): void {
    this.#isWanted = true;
    if (!this.#socket) this.#connect();
  }

  close(): void {
    this.#isWanted = false;
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#silenceTimer);
    this.#socket?.close();
    this.#socket = undefined;
  }

  /** Try at once instead of waiting for the back-off. */
  retryNow(): void {
    if (this.#socket || !this.#isWanted) return;
    clearTimeout(this.#retryTimer);
    this.#connect();
  }

  get state(): LinkState {
    return this.#state;
  }

  onState(listener: (state: LinkState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Listen to a channel until the returned function is called.
   *
   * @param wish is asked at every (re)connection, so that it can name the last revision or sequence number.
   * @param onBinary for the telemetry channel: binary messages name none, so one channel takes them all.
   */
  subscribe(
    ch: string,
    wish: () => Wish,
    onText: (message: LiveMessage) => void,
    onBinary?: (buffer: ArrayBuffer) => void,
  ): () => void {
    const subscription = { wish, onText, onBinary };
    this.#channels.set(ch, subscription);
    this.#ask(ch, subscription);
    return () => {
      if (this.#channels.get(ch) !== subscription) return;
      this.#channels.delete(ch);
      this.#send({ kind: "unsubscribe", ch });
    };
  }

  /** Ask again with the wish as it is now: other links, another rate. */
  renew(ch: string): void {
    const subscription = this.#channels.get(ch);
    if (subscription) this.#ask(ch, subscription);
  }

  /** Say that a telemetry frame was seen; without this the server stops after two. */
  acknowledge(ch: string, tick: number): void {
    this.#send({ kind: "ack", ch, tick });
  }

  #ask(ch: string, { wish }: Subscription): void {
    const wanted = Object.fromEntries(Object.entries(wish()).filter(([, value]) => value !== undefined));
    this.#send({ kind: "subscribe", ch, ...wanted });
  }

  #send(message: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #connect(): void {
    this.#tell({ state: "connecting", retryAt: null, code: null });
    const socket = this.#opener();
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    socket.onopen = () => {
      this.#attempt = 0;
      this.#tell({ state: "up", retryAt: null, code: null });
      this.#listenForSilence();
      for (const [ch, subscription] of this.#channels) this.#ask(ch, subscription);
    };
    socket.onmessage = ({ data }) => {
      this.#listenForSilence();
      if (typeof data === "string") this.#takeText(JSON.parse(data) as LiveMessage);
      else for (const { onBinary } of this.#channels.values()) onBinary?.(data as ArrayBuffer);
    };
    socket.onclose = ({ code }) => this.#lost(socket, code);
  }

  #takeText(message: LiveMessage): void {
    if (message.kind === "ping") this.#send({ kind: "pong" });
    else if (message.ch !== undefined) this.#channels.get(message.ch)?.onText(message);
  }

  #listenForSilence(): void {
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(() => {
      const socket = this.#socket;
      socket?.close();
      if (socket) this.#lost(socket, 1006);
    }, SILENCE_MS);
  }

  #lost(socket: WebSocket, code: number): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    clearTimeout(this.#silenceTimer);
    if (!this.#isWanted) return;
    if (FINAL_CODES.includes(code)) {
      this.#tell({ state: "down", retryAt: null, code });
      return;
    }
    const longest = Math.min(BACK_OFF_MS.longest, BACK_OFF_MS.first * 2 ** this.#attempt);
    const delay = longest * (0.7 + Math.random() * 0.3);
    this.#attempt += 1;
    this.#tell({ state: "down", retryAt: Date.now() + delay, code });
    this.#retryTimer = setTimeout(() => this.#connect(), delay);
  }

  #tell(state: LinkState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }
}

function openHere(): WebSocket {
  return new WebSocket(`${location.origin.replace(/^http/, "ws")}/api/v1/live`, SUBPROTOCOL);
}
