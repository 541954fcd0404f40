import { type Attack, attackAt } from '../attack.js';

/** Whoever names pods, services and namespaces, or labels series and streams. */
export const labelAttacks: readonly Attack[] = [
  attackAt('log-label', 'a label that ends a LogQL selector', 'evil"} | line_format "{{.x}}" # ', {
    blames: 'evil"} | line_format "{{.x}}" #',
  }),
  attackAt('log-label', 'a label in backticks', 'evil` | json | x=`1', { blames: 'evil` | json | x=`1' }),
  attackAt('log-label', 'a label with a backslash at its end', 'evil\\', { blames: 'evil\\' }),
  attackAt('log-label', 'a label that is a mention', '<!here> evil', { blames: '<!here> evil' }),
  attackAt('log-label', 'a label of the prototype', 'hasOwnProperty', {
    blames: 'hasOwnProperty',
    says: 'https://evil.example now.',
  }),
  attackAt('log-trace-id', 'a trace id that is a path', '../../services?evil=1', {
    says: 'evil.example/trace.',
  }),
  attackAt('log-trace-id', 'a trace id that is a pattern', 'evil|.*" or 1=1', {
    says: 'evil.example/trace.',
  }),
  attackAt('log-trace-id', 'a trace id as long as a book', 'a'.repeat(100_000), {
    says: 'evil.example/trace.',
  }),
  attackAt('metric-label', 'a label that ends a PromQL selector', 'evil"} or vector(1) or {x="', {
    blames: 'evil"} or vector(1) or {x="',
  }),
  attackAt('metric-label', 'a label that ends a TraceQL filter', 'evil" } || { true } && { name = "', {
    blames: 'evil" } || { true } && { name = "',
  }),
  attackAt('metric-label', 'a label with line breaks', 'evil\nM1 [{innocent}] 100 % errors\n', {
    blames: 'evil M1 [{innocent}] 100 % errors',
    says: 'evil.example/x.',
  }),
  attackAt('metric-label', 'a label with escapes', 'evil\u001b[31m\u0000\u202e', {
    blames: 'evil [31m',
    says: 'evil.example/x.',
  }),
];
