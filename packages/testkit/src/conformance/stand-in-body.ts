/** A body that the suite makes up, and what became of it. */
export interface StandInBody {
  /** What was taken of it. */
  readonly bytes: number;
  /** Whether it was read to its end or given up. */
  readonly ended: boolean;
}

/** Makes bodies that break, drip or never end; each piece is made when it is asked for, so that none is held in memory. */
export interface StandInBodies {
  readonly made: readonly StandInBody[];
  /** `null` ends the body, an error breaks it. */
  create(nextPiece: (index: number) => Promise<Uint8Array | Error | null>): ReadableStream<Uint8Array>;
}

export function createStandInBodies(): StandInBodies {
  const made: { bytes: number; ended: boolean }[] = [];
  return {
    made,
    create(nextPiece) {
      const body = { bytes: 0, ended: false };
      made.push(body);
      let index = 0;
      return new ReadableStream<Uint8Array>({
        async pull(controller) {
          const piece = await nextPiece(index++);
          if (body.ended) return;
          if (piece instanceof Uint8Array) {
            body.bytes += piece.byteLength;
            controller.enqueue(piece);
            return;
          }
          body.ended = true;
          if (piece === null) controller.close();
          else controller.error(piece);
        },
        cancel() {
          body.ended = true;
        },
      });
    },
  };
}

export function toBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** All of a small stream. */
export async function readWhole(stream: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer());
}
