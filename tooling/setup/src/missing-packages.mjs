// Prints the Debian packages that suites need and that are not installed; `.ci/run` installs them.
import { findProgram, realComponents } from './real-components.mjs';

const missing = Object.values(realComponents).filter(({ binary }) => findProgram(binary) === undefined);
process.stdout.write([...new Set(missing.map(({ debianPackage }) => debianPackage))].join(' '));
