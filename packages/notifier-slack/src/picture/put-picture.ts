import type { MessageReference, Notification, NotifierError, NotifyCall } from '@midwatch/core/incident';
import { formatTime } from '../quantity.js';
import { toHeader } from '../safe-text.js';
import type { SlackApi } from '../slack-api.js';
import { toNotifierError } from '../slack-error.js';
import { type ChartedBrief, renderChart, sayOf } from './render-chart.js';
import type { SlackFile, SlackFiles } from './upload-files.js';

/** In place of a file's id: there is none, and there will be none. */
const NONE = 'none';
/** For the caller, which waits for the message's reference. */
const RESERVE_MS = 1_000;
const MAX_MS = 5_000;
/** https://docs.slack.dev/reference/methods/files.getUploadURLExternal: `alt_txt_too_large` */
const MAX_ALT_TEXT = 1000;

export interface PutPictureOptions {
  /** The notifier's. */
  readonly id: string;
  readonly api: Pick<SlackApi, 'findFile'>;
  readonly files: SlackFiles;
  readonly onPictureError: ((error: NotifierError) => void) | undefined;
}

/** The message's reference with that of its picture, if there is one. Never rejects. */
export type PutPicture = (
  reference: MessageReference,
  notification: Notification,
  call: NotifyCall,
) => Promise<MessageReference>;

/**
 * Puts the picture below a message that stands, once: what may be there is never put there again, since a brief does without.
 * From the moment when Slack is told to show it, the reference has its id; before that nobody sees it, and the next delivery may
 * try again, unless it would be refused again.
 */
export function createPutPicture({ api, files, id, onPictureError }: PutPictureOptions): PutPicture {
  function tell(error: NotifierError): void {
    try {
      onPictureError?.(error);
    } catch {
      // The delivery stands, whatever the caller's own function does.
    }
  }

  async function put(
    { channel, messageId }: MessageReference,
    { brief, incidentId, mayHaveArrived, nowMs }: Notification,
    call: NotifyCall,
  ): Promise<string | undefined> {
    const bytes = await renderChart(brief, nowMs);
    if (bytes === undefined) return undefined;
    const place = { channel, threadTs: messageId };
    const file: SlackFile = { bytes, name: toFileName(incidentId), ...describe(brief, nowMs) };
    if (mayHaveArrived === true) {
      const found = await api.findFile(place, file.name, call);
      if (found !== undefined) return found;
    }
    const fileId = await files.upload(file, call);
    try {
      await files.share({ id: fileId, title: file.title }, place, call);
    } catch (error) {
      const known = toNotifierError(error, id);
      if (!known.mayHaveArrived) throw known;
      tell(known);
    }
    return fileId;
  }

  return async (reference, notification, call) => {
    const { previous } = notification;
    const known = previous?.messageId === reference.messageId ? previous.pictureId : undefined;
    if (known !== undefined) return { ...reference, pictureId: known };
    const nowMs = Date.now();
    const deadlineAtMs = Math.min(call.deadlineAtMs - RESERVE_MS, nowMs + MAX_MS);
    if (deadlineAtMs <= nowMs) return reference;
    try {
      const pictureId = await put(reference, notification, { ...call, deadlineAtMs });
      return pictureId === undefined ? reference : { ...reference, pictureId };
    } catch (error) {
      const known = toNotifierError(error, id);
      tell(known);
      return known.retryable || known.code === 'aborted' ? reference : { ...reference, pictureId: NONE };
    }
  };
}

/** The same for every attempt. */
function toFileName(incidentId: string): string {
  return `midwatch-${incidentId.slice(0, 80).replaceAll(/[^A-Za-z0-9-]/g, '-')}.png`;
}

/** What the picture shows, in words. */
function describe(brief: ChartedBrief, nowMs: number): { readonly title: string; readonly altText: string } {
  const { change, numbers, service, sinceMs } = brief;
  const [number] = numbers;
  if (number === undefined) return { title: 'Chart', altText: 'Chart' };
  const say = sayOf(number);
  const title = toHeader(`${number.label} of ${number.service ?? service}`, 150);
  const [first, last] = [number.points[0]?.[0] ?? nowMs, number.points.at(-1)?.[0] ?? nowMs];
  const parts = [
    `Line chart of ${title} from ${formatTime(first, nowMs)} to ${formatTime(last, nowMs)}`,
    `usually ${say(number.before)}, at ${number.peak < number.before ? 'least' : 'most'} ${say(number.peak)}, ${say(number.now)} at the end`,
    `onset at ${formatTime(sinceMs, nowMs)}`,
    ...(change === undefined
      ? []
      : [`deploy of ${change.service} ${change.version ?? ''} at ${formatTime(change.atMs, nowMs)}`]),
  ];
  return { title, altText: toHeader(`${parts.join('; ')}.`, MAX_ALT_TEXT) };
}
