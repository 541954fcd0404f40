import { hashRange } from './word-hash.js';

/*
 * Closed lists of ordinary words. They hold no name of a product, a service or a log format: only what any program
 * may print. A word may be in several lists; its flags are asked by hash, so that no substring is made for a look-up.
 */

export const MONTH = 1;
export const WEEKDAY = 2;
/** Follows a time and belongs to it. */
export const TIME_SUFFIX = 4;
/** Follows a number and belongs to it. Single letters are left out but for seconds and bytes: they are words too often. */
export const UNIT = 8;
/** A printed value that is a word. */
export const BOOLEAN = 16;
/** Printed where a value is missing. */
export const NOTHING = 32;
/** The same, but a word of a sentence where another word follows (`none of them`). */
export const NONE = 8192;
/** A value when it stands alone. */
export const SWITCH = 64;
/** `key=` before a word that says how something ended: the word is part of what is said. */
export const OUTCOME_KEY = 128;
/** A word after one of these is a name more often than not: `user bob`, `on eth`, `to alpha`. */
export const INTRODUCER = 256;
/** Is followed by a name nearly always. */
export const NAME_INTRODUCER = 4096;
/** Tells what happened: such words part statements and are never a name. */
export const EVENT = 512;
/** Last label of a host name. Public suffixes that are also common words in logs (`in`, `is`) are left out. */
export const HOST_SUFFIX = 1024;
/** Last label of a file name. */
export const FILE_SUFFIX = 2048;

const lists: readonly (readonly [flag: number, words: string])[] = [
  [
    MONTH,
    `Jan Feb Mar Apr May Jun Jul Aug Sep Sept Oct Nov Dec January February March April June July August
    September October November December`,
  ],
  [WEEKDAY, 'Mon Tue Wed Thu Fri Sat Sun Monday Tuesday Wednesday Thursday Friday Saturday Sunday'],
  [
    TIME_SUFFIX,
    `AM PM am pm UTC GMT Z EST EDT CST CDT MST MDT PST PDT CET CEST BST IST JST HKT SGT AEST AEDT MSK WET
    WEST EET EEST`,
  ],
  [
    UNIT,
    `B b KB kB kb MB mb GB gb TB tb PB KiB MiB GiB TiB PiB bytes byte Bytes BYTES bits bit kbps Mbps Gbps
    KB/s MB/s GB/s kB/s bytes/s B/s bytes/sec KB/sec MB/sec ns us ms s sec secs second seconds msec
    msecs usec usecs nanos nanoseconds nanosecond micros microseconds millis millisecond milliseconds
    Milliseconds MILLISECONDS SECONDS Seconds MINUTES min mins minute minutes hr hrs hour hours day days
    week weeks month months year years Hz kHz KHz MHz GHz percent pct rpm rps qps`,
  ],
  [BOOLEAN, 'true false True False TRUE FALSE'],
  [SWITCH, 'on off On Off ON OFF yes no Yes No YES NO'],
  [NOTHING, 'null Null NULL nil undefined NaN nan'],
  [NONE, 'none None NONE'],
  [
    OUTCOME_KEY,
    `msg message error err errors reason cause result outcome exception errorType error_type error_code
    errorCode level lvl severity loglevel log_level`,
  ],
  [NAME_INTRODUCER, 'user users username account owner client host hostname named called'],
  [
    INTRODUCER,
    `user users username login account owner group role uid host hostname server client peer node device
    interface domain zone realm network database table schema collection index column key queue topic
    channel stream partition bucket volume disk mount mountpoint directory folder dir file path module
    driver plugin library package class type method function command operation action event job task
    thread process worker executor stage container pod namespace cluster deployment instance image
    tenant customer member profile tag label name named called id ID property parameter variable
    attribute field option setting feature flag service component bean endpoint resource for from to by
    on at in of with via into under against through using using:`,
  ],
  [
    EVENT,
    `trace debug info notice warn critical fatal panic severe alert emergency ok OK success successful
    successfully succeeded failure failures failed fail error errors warning exception timeout start
    started stop stopped begin began end ended finish finished done complete completed open opened close
    closed up down enabled disabled enable disable on off in out add added remove removed create created
    delete deleted update updated insert inserted get set put post patch head read write send sent
    receive received connect connected disconnect disconnected accept accepted reject rejected deny
    denied allow allowed grant granted refuse refused login logout logon logoff enter entered exit
    exited leave left join joined lost found missing new old first last next previous before after yes
    no not active inactive idle busy ready pending running paused resumed suspended aborted cancelled
    canceled expired valid invalid available unavailable unknown known local remote alive dead healthy
    unhealthy full empty primary secondary master slave leader follower input output incoming outgoing
    inbound outbound request response reply query min max minimum maximum total used free hit miss push
    pull load unload save loading saving success: failed: enqueue dequeue acquire release lock unlock
    attach detach mount unmount bind unbind register unregister subscribe unsubscribe encrypt decrypt
    encode decode commit rollback`,
  ],
  [
    HOST_SUFFIX,
    `com net org edu gov mil io co de uk us fr nl ch se fi dk pl cz ru ua cn jp kr tw hk sg au nz br mx
    ar cl ca pt gr tr local localdomain internal lan corp svc arpa cloud`,
  ],
  [
    FILE_SUFFIX,
    `log txt conf cfg ini xml json jsonl yaml yml toml properties jar war ear so dll exe sys bat cmd sh
    bash py pyc js mjs ts jsx tsx java kt scala go rs rb php pl c cc cpp cxx h hpp cs vb swift m html
    htm css md csv tsv parquet avro orc sql db sqlite tmp temp bak old swp lock pid sock gz zip tar tgz
    bz xz rar rpm deb apk iso img bin dat png jpg jpeg gif svg ico pdf doc docx xls xlsx plist kext
    framework pem crt key cer jks dmp`,
  ],
];

/** A power of two, at least twice the number of words: an open-addressing table. */
const CAPACITY = 4096;

const table = createTable();

function createTable(): { readonly hashes: Int32Array; readonly flags: Uint16Array } {
  const hashes = new Int32Array(CAPACITY);
  const flags = new Uint16Array(CAPACITY);
  for (const [flag, words] of lists) {
    for (const word of words.split(/\s+/)) {
      const hash = hashRange(
        Uint8Array.from(word, (character) => character.charCodeAt(0)),
        0,
        word.length,
      );
      const slot = slotOf(hashes, flags, hash);
      hashes[slot] = hash;
      flags[slot] = (flags[slot] ?? 0) | flag;
    }
  }
  return { hashes, flags };
}

/** Where `hash` stands or would stand; a free slot has no flags. */
function slotOf(hashes: Int32Array, flags: Uint16Array, hash: number): number {
  let slot = (hash ^ (hash >>> 15)) & (CAPACITY - 1);
  while (flags[slot] !== 0 && hashes[slot] !== hash) slot = (slot + 1) & (CAPACITY - 1);
  return slot;
}

/** The flags of the word with this hash; 0 for a word of no list. */
export function flagsOf(hash: number): number {
  return table.flags[slotOf(table.hashes, table.flags, hash)] ?? 0;
}
