// Prints the Debian packages that suites need and that are not installed; `.ci/run` installs them.
import { spawnSync } from 'node:child_process';
import { findProgram, realComponents } from './real-components.mjs';

const missing = Object.values(realComponents).filter(({ binary }) => findProgram(binary) === undefined);
const debian = missing.map(({ debianPackage }) => debianPackage).filter((name) => name !== undefined);
// Debian's own Python cannot make a folder for packages without it; others can.
const needsPython = missing.some(({ pythonPackages }) => pythonPackages !== undefined);
const hasPython = () => spawnSync('python3', ['-c', 'import ensurepip, venv']).status === 0;
if (needsPython && !hasPython()) debian.push('python3-venv');
process.stdout.write([...new Set(debian)].join(' '));
