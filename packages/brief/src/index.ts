export { renderMarkdown } from './render-markdown.js';
export { renderPostMortem } from './render-post-mortem.js';
export { type RenderTerminalOptions, renderTerminal } from './render-terminal.js';
export { parseRunbook, type Runbook } from './runbook.js';
export { type BriefSettings, createToBrief, toBrief } from './to-brief.js';
export { type NoteLine, type NoteOptions, toNote } from './to-note.js';
