/** Frames that name a stack trace; deeper ones are the framework's. */
const MAX_FRAMES = 3;
/** Lines of a body that are searched for frames. */
const MAX_LINES = 200;
const MAX_FRAME_LENGTH = 160;

export interface StackTrace {
  /** What stands before the first frame: the message and the type of the error. */
  readonly head: string;
  /** The functions on top, outermost error first, without line numbers; at most three. */
  readonly frames: readonly string[];
  /** Equal for traces with the same top frames. */
  readonly fingerprint: string;
}

const javaFrame = /^\s*at\s+([\w$.<>/@ [\]]{1,200}?)\s*\(/;
const pythonFrame = /^\s*File "([^"\n]{1,200})", line \d+, in (\S{1,100})/;
const goFrame = /^([\w./*()[\]{}-]{1,200})\(.{0,200}\)$/;
const rubyFrame = /^\s*(?:from\s+)?([^\s:]{1,200}):\d+:in [`']([^']{1,100})'/;
const dotNetFrame = /^\s*at\s+([\w.`<>+[\],]{1,200})\(/;
const nodeFrame = /^\s*at\s+(?:async\s+)?(?:([^\s(]{1,200})\s+\()?\S/;

/** Names the function of a stack frame; undefined when the line is none. Works on at most 400 characters. */
export function frameOf(line: string): string | undefined {
  const text = line.slice(0, 400);
  const code = text.trimStart();
  if (code.startsWith('at ')) {
    const named = javaFrame.exec(text)?.[1] ?? dotNetFrame.exec(text)?.[1] ?? nodeFrame.exec(text)?.[1];
    return (named ?? 'anonymous')
      .replace(/^async /, '')
      .trim()
      .slice(0, MAX_FRAME_LENGTH);
  }
  const python = pythonFrame.exec(text);
  if (python !== null) return `${fileName(python[1] ?? '')}:${python[2] ?? ''}`.slice(0, MAX_FRAME_LENGTH);
  const ruby = rubyFrame.exec(text);
  if (ruby !== null) return `${fileName(ruby[1] ?? '')}:${ruby[2] ?? ''}`.slice(0, MAX_FRAME_LENGTH);
  return undefined;
}

function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** Reads the stack trace in a body of several lines; undefined when it holds fewer than one frame. */
export function parseStackTrace(body: string): StackTrace | undefined {
  const lines = body.split('\n', MAX_LINES);
  const first = lines.findIndex((line) => isContinuation(line) && frameOf(line) !== undefined);
  if (first > 0) return toStackTrace(lines.slice(0, first), lines.slice(first));
  return parseGoTrace(lines);
}

function toStackTrace(head: readonly string[], rest: readonly string[]): StackTrace {
  // Python prints the innermost call and the error last; everywhere else they come first.
  const isPython = head.at(-1)?.trimStart().startsWith('Traceback ') === true;
  const frames = rest.map(frameOf).filter((frame) => frame !== undefined);
  const causes = rest.filter((line) => /^\s*Caused by: /.test(line)).map((line) => line.trim());
  const error = isPython ? rest.findLast((line) => /^[A-Za-z_][\w.]{0,200}(?::|$)/.test(line)) : undefined;
  const top = (isPython ? frames.reverse() : frames).slice(0, MAX_FRAMES);
  const text = [...head, ...(error === undefined ? [] : [error]), ...causes.slice(-1)].join('\n').trim();
  return { head: text, frames: top, fingerprint: top.join(' < ') };
}

/** `goroutine 1 [running]:` and then functions, each followed by an indented file. */
function parseGoTrace(lines: readonly string[]): StackTrace | undefined {
  const start = lines.findIndex((line) => /^goroutine \d{1,12} \[/.test(line));
  if (start < 0) return undefined;
  const frames: string[] = [];
  for (const line of lines.slice(start + 1)) {
    const name = goFrame.exec(line.slice(0, 400))?.[1];
    if (name !== undefined && !name.startsWith('panic')) frames.push(name);
    if (frames.length === MAX_FRAMES) break;
  }
  if (frames.length === 0) return undefined;
  const head = lines.slice(0, start).join('\n').trim();
  return { head: head === '' ? 'goroutine' : head, frames, fingerprint: frames.join(' < ') };
}

/**
 * Whether a record goes on with the stack trace of the record before it: sources that split at line ends deliver one
 * record for each line.
 */
export function isContinuation(line: string): boolean {
  const code = line.charCodeAt(0);
  const isIndented = code === 32 || code === 9;
  if (isIndented)
    return /^\s+(?:at\s+\S|\.\.\. \d+ (?:more|common)|File "|from \S+:\d+:in|Suppressed: |Caused by: |\S+\.go:\d+)/.test(
      line.slice(0, 400),
    );
  return (
    line.startsWith('Caused by: ') ||
    line.startsWith('\tat ') ||
    (line.startsWith('at ') && javaFrame.test(line.slice(0, 400)))
  );
}
