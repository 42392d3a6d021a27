// The types of mobile-sync.js, served beside it. docs/pages.md shows how to use them; docs/messages.md defines the messages.

export type Status = 'WAITING' | 'PAIRED' | 'COMPLETED' | 'FAILED' | 'TIMEOUT';

/** An error code of docs/messages.md. There may be more in a later version. */
export type ErrorCode = string;

export interface Failure {
  code: ErrorCode;
  message: string;
  retryable: boolean;
}

/** The data of a message that concerns the state. Times are ISO-8601 in UTC. */
export interface StateData {
  planId: string;
  examineeId: string;
  status: Status;
  timestamp: string;
  deviceId?: string;
  /** When the wait times out. Absent while no wait is active. A picture that comes later still counts. */
  deadline?: string;
  /**
   * True after a reset, until the examinee enters the step, a phone is paired, an upload succeeds or fails, or an ACCEPT completes the
   * step. ExamineeSync enters the step. Earlier pairing codes are void.
   */
  notEntered?: boolean;
  /** Why another picture was ordered. */
  reason?: string;
  error?: Failure;
}

export interface WaitingData extends StateData {
  status: 'WAITING';
  /** The claim `name` of the examinee's token. Plain text. */
  name?: string;
  deadline: string;
}

export interface PairedData extends StateData {
  status: 'PAIRED';
  deviceId: string;
  deadline: string;
}

export interface CompletedData extends StateData {
  status: 'COMPLETED';
}

export interface FailedData extends StateData {
  status: 'FAILED';
  error: Failure;
}

export interface TimeoutData extends StateData {
  status: 'TIMEOUT';
  error: Failure;
}

export interface ShutterData {
  planId: string;
  examineeId: string;
  timestamp: string;
  /** The phone counts down from here, 0 to 10. */
  delaySeconds: number;
  /** The phone opens its camera and does not take the picture. */
  open?: boolean;
}

export interface PreviewData {
  planId: string;
  examineeId: string;
  deviceId: string;
  timestamp: string;
  /** Whether the phone's preview shows a picture that can be taken. */
  ready: boolean;
}

export interface NoticeData {
  planId: string;
  examineeId: string;
  timestamp: string;
  /** Plain text of a proctor. Show it as text, never as HTML. */
  text: string;
}

/** A message. Its revision is null for a signal, a notice, and a problem of the server that leaves the state unchanged. */
export interface Message<Type extends string, Data> {
  type: Type;
  data: Data;
  revision: number | null;
}

export type StateMessage =
  | Message<'mobile_sync_waiting', WaitingData>
  | Message<'mobile_sync_paired', PairedData>
  | Message<'mobile_sync_completed', CompletedData>
  | Message<'mobile_sync_failed', FailedData>
  | Message<'mobile_sync_timeout', TimeoutData>;

/** The state of the connection. A `code` says why there is none. */
export interface ConnectionDetail {
  status: 'connecting' | 'connected' | 'waiting' | 'refused';
  code?: string;
  reason?: string;
  /** When the next attempt starts, in ms of this machine's clock. */
  retryAt?: number;
}

export interface SyncEvents {
  mobile_sync_waiting: CustomEvent<Message<'mobile_sync_waiting', WaitingData>>;
  mobile_sync_paired: CustomEvent<Message<'mobile_sync_paired', PairedData>>;
  mobile_sync_completed: CustomEvent<Message<'mobile_sync_completed', CompletedData>>;
  mobile_sync_failed: CustomEvent<Message<'mobile_sync_failed', FailedData>>;
  mobile_sync_timeout: CustomEvent<Message<'mobile_sync_timeout', TimeoutData>>;
  mobile_sync_shutter: CustomEvent<Message<'mobile_sync_shutter', ShutterData>>;
  mobile_sync_preview: CustomEvent<Message<'mobile_sync_preview', PreviewData>>;
  mobile_sync_notice: CustomEvent<Message<'mobile_sync_notice', NoticeData>>;
  /** Each of the messages that concern the state. */
  message: CustomEvent<StateMessage>;
  connection: CustomEvent<ConnectionDetail>;
}

export interface PlanOptions {
  /** The URL of socket-server, `ws://` or `wss://`. */
  socketUrl: string;
  plan: string;
  /**
   * Returns a token, or null if there is none. A call that fails is repeated later.
   *
   * @param request.renew the last token was rejected or has expired
   */
  token(request: { renew: boolean }): string | null | undefined | Promise<string | null | undefined>;
}

export interface StepOptions extends PlanOptions {
  examinee: string;
}

/** A connection to the step, an EventTarget. It reconnects automatically. */
declare abstract class Sync<Options extends PlanOptions> {
  constructor(options: Options);

  readonly options: Options;

  /** When the server was last heard, heart-beats included (ms, this machine's clock); 0 if never. */
  readonly lastMessageAt: number;

  /** After this time without a message (ms) the connection counts as lost. */
  readonly silentAfter: number;

  /** Whether messages can be sent. */
  readonly connected: boolean;

  start(): void;

  stop(): void;

  /** The server's time in ms, once connected. It does not depend on this machine's clock. */
  serverNow(): number;

  /** Reconnects without delay, unless the connection is good. `{ force: true }` reconnects in any case. */
  reconnectNow(event?: Event | { force: boolean }): void;

  /** @deprecated Use {@link reconnectNow}. */
  wake(event?: Event | { force: boolean }): void;

  addEventListener<Type extends keyof SyncEvents>(
    type: Type,
    listener: (event: SyncEvents[Type]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;

  removeEventListener<Type extends keyof SyncEvents>(
    type: Type,
    listener: (event: SyncEvents[Type]) => void,
    options?: boolean | EventListenerOptions,
  ): void;
}

/** One examinee's step. `start()` enters the step unless the examinee entered it before. */
export class ExamineeSync extends Sync<StepOptions> {
  /** Enters the step again: with a new deadline after a timeout, with the current one after a failure. */
  enter(): void;

  /**
   * Asks the phone to take the picture, or with `open` to open its camera for another one.
   *
   * @returns false without a connection
   * @throws RangeError if delaySeconds is not 0 to 10
   */
  shutter(request?: { delaySeconds?: number; open?: boolean }): boolean;
}

/** The paired phone's view of its examinee's step, with the phone's token. It never enters the step. */
export class DeviceSync extends Sync<StepOptions> {
  /** Tells the examinee's browser whether the preview shows a picture to take. False without a connection. */
  preview(ready: boolean): boolean;
}

export type Order =
  | { order: 'RETAKE' | 'ACCEPT' | 'RESET'; reason: string }
  | { order: 'EXTEND'; reason: string; /** ISO-8601 with seconds and zone, such as 2026-12-01T09:05:00Z */ deadline: string };

/** All examinees of one plan, for a proctor. Load the records over REST at each 'connected'. */
export class PlanSync extends Sync<PlanOptions> {
  /**
   * Sends an order.
   *
   * @param confirmed called once the broker has the order
   * @returns false without a connection
   * @throws TypeError if the server would reject the order
   */
  order(examinee: string, order: Order, confirmed?: () => void): boolean;

  /**
   * Sends a message to an examinee.
   *
   * @param text plain text, at most 300 characters
   * @param confirmed called once the broker has the message
   * @returns false without a connection
   */
  notice(examinee: string, text: string, confirmed?: () => void): boolean;
}

/** A random delay in ms before another attempt, after this many failures. */
export function backOff(failures: number): number;
