import { acrossCallers, callersAbove, openStage, othersThan, toStory } from './stage.js';
import type { Story, StoryOptions } from './story.js';

/** A certificate ends: from that second on every handshake with its service fails, while the service is well. */
export function certificateExpiry(options: StoryOptions): Story {
  const stage = openStage('certificate-expiry', options);
  const { cast, onsetMs, onsetTick, random } = stage;
  const part = random.pick(['accounts', 'orders', 'payments', 'database'] as const);
  const until = new Date(onsetMs).toISOString().replace('.000Z', 'Z');
  return toStory(stage, {
    disturbances: acrossCallers(stage, part, {
      intensity: (tick) => (tick > onsetTick ? 1 : 0),
      failShare: 1,
      servedDelayMs: () => 0,
      failedDelayMs: (unit) => 3 + 9 * unit,
      failure: {
        status: 502,
        errorType: 'CertificateInvalid',
        message: `TLS handshake with ${cast[part]} failed: certificate has expired (not after ${until})`,
        stack: [],
      },
    }),
    releases: { herrings: othersThan(part) },
    alert: { on: 'failures', thresholdErrorShare: 0.03 },
    truth: { kind: 'fault', service: cast[part], victims: callersAbove(cast, part) },
  });
}
