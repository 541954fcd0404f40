import type { LogSignal } from '@midwatch/core';

/** Attributes that name the place in the code which wrote a line. */
const attributeNames = ['code.lineno', 'code.line.number', 'code.function', 'code.function.name', 'caller'];
/** `Name#12`, `file.go:34`: a name with a line number, as logging libraries print it near the line's start. */
const printedPlace = /(?:^|[\s[(])([A-Za-z_$][\w$./-]{0,80}[#:]\d{1,5})(?=[\s\]),:]|$)/;
const searchedLength = 160;

/** Where in the code a line was written, when it tells; two statements may print the same words. */
export function codePlaceOf(log: LogSignal): string | undefined {
  for (const name of attributeNames) {
    const value = log.attributes[name];
    if (value !== undefined && value !== '') return String(value).slice(0, 120);
  }
  return printedPlace.exec(log.body.slice(0, searchedLength))?.[1];
}
