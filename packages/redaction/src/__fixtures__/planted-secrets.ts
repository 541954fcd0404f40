import { cardNumber, iban, jsonWebToken, material, pem, pemBody } from './material.js';

export interface PlantedSecret {
  readonly name: string;
  /** As it stands in telemetry. */
  readonly text: string;
  /** The parts of it of which nothing may be left. */
  readonly secrets: readonly string[];
  /** What has to be left. */
  readonly remains?: string;
  /** Only makes sense on its own lines: not within a quoted string, a URL or a tag. */
  readonly isWholeLines?: boolean;
}

function token(name: string, prefix: string, body: string): PlantedSecret {
  return { name, text: prefix + body, secrets: [body] };
}

const hex32 = material('hex', 32, 7);
const password = `${material('mixed', 9, 3)}!${material('mixed', 7, 4)}`;
const plain = material('mixed', 14, 5);
const base64Key = `${material('base64', 86, 6)}==`;
const uuid = '5b3c1f0e-9a4d-4c2b-8f6e-0d1a2b3c4d5e';

/** Tokens that are known by how they look. */
export const TOKENS: readonly PlantedSecret[] = [
  token('AWS access key', 'AK' + 'IA', material('upper', 16)),
  token('AWS temporary access key', 'AS' + 'IA', material('upper', 16, 2)),
  token('AWS session token', 'IQoJb3' + 'JpZ2lu', material('base64', 200)),
  token('GitHub classic', 'gh' + 'p_', material('mixed', 36)),
  token('GitHub app', 'gh' + 's_', material('mixed', 36, 2)),
  token('GitHub fine-grained', 'github' + '_pat_', `${material('mixed', 22)}_${material('mixed', 59, 2)}`),
  token('GitLab', 'glp' + 'at-', material('url', 20)),
  token(
    'Slack bot',
    'xox' + 'b-',
    `${material('digits', 12)}-${material('digits', 12, 2)}-${material('mixed', 24)}`,
  ),
  token(
    'Slack app',
    'xap' + 'p-',
    `1-A${material('upper', 10)}-${material('digits', 13)}-${material('hex', 64)}`,
  ),
  token(
    'Slack webhook',
    'https://hooks.slack' + '.com/services/',
    `T${material('upper', 10)}/B${material('upper', 10, 2)}/${material('mixed', 24)}`,
  ),
  token('Stripe', 'sk_' + 'live_', material('mixed', 24)),
  token('Stripe restricted', 'rk_' + 'live_', material('mixed', 99)),
  token('Google API key', 'AI' + 'za', material('url', 35)),
  token('Google OAuth', 'ya' + '29.', material('url', 120)),
  token('Anthropic', 'sk-' + 'ant-api03-', material('url', 95)),
  token('OpenAI', 'sk-' + 'proj-', material('url', 120)),
  token('OpenAI, old', 'sk' + '-', material('mixed', 48)),
  token('npm', 'np' + 'm_', material('mixed', 36)),
  token('PyPI', 'py' + 'pi-', `AgEIcHlwaS5vcmc${material('url', 150)}`),
  token('DigitalOcean', 'dop' + '_v1_', material('hex', 64)),
  token('SendGrid', 'S' + 'G.', `${material('url', 22)}.${material('url', 43, 2)}`),
  token('Twilio', 'S' + 'K', hex32),
  token('Telegram', '', `${material('digits', 9, 4).replace(/^0/, '7')}:AA${material('url', 33)}`),
  token('Vault', 'hv' + 's.', material('url', 90)),
  token('Grafana service account', 'gl' + 'sa_', `${material('mixed', 32)}_${material('hex', 8)}`),
  token('Grafana cloud', 'gl' + 'c_', material('base64', 80)),
  token('Azure client secret', `${material('mixed', 3)}8Q~`, material('mixed', 34)),
  token('Databricks', 'da' + 'pi', hex32),
  token('JWT', '', jsonWebToken()),
  token('JWT cut before its dot', '', jsonWebToken().slice(0, 30)),
  token('private key in base64', '', btoa(pem('RSA PRIVATE KEY', 3))),
];

/** Secrets that are known by what stands before them. */
export const ASSIGNED: readonly PlantedSecret[] = [
  { name: 'password=', text: `password=${password}`, secrets: [password], remains: 'password=' },
  { name: 'DB_PASSWORD=', text: `DB_PASSWORD=${plain}`, secrets: [plain] },
  { name: 'dbPassword:', text: `dbPassword: ${plain}`, secrets: [plain] },
  {
    name: 'a password of letters only',
    text: 'db.password=correcthorsebattery',
    secrets: ['correcthorsebattery'],
  },
  { name: 'a password of digits only', text: 'password=4815162342', secrets: ['4815162342'] },
  { name: 'passwd', text: `passwd=${plain}`, secrets: [plain] },
  {
    name: 'Pwd of ADO.NET',
    text: `Server=db;Database=shop;User Id=sa;Pwd=${plain};Encrypt=true`,
    secrets: [plain],
    remains: 'Encrypt=true',
  },
  { name: 'client_secret', text: `client_secret=${plain}`, secrets: [plain] },
  { name: 'clientSecret', text: `clientSecret: ${plain}`, secrets: [plain] },
  { name: 'CLIENT-SECRET', text: `CLIENT-SECRET=${plain}`, secrets: [plain] },
  { name: 'api key', text: `api_key=${hex32}`, secrets: [hex32] },
  { name: 'apiKey', text: `apiKey: ${hex32}`, secrets: [hex32] },
  { name: 'api key in words', text: `Incorrect API key provided: ${plain}`, secrets: [plain] },
  {
    name: 'AWS secret key',
    text: `aws_secret_access_key = ${material('base64', 40)}`,
    secrets: [material('base64', 40)],
  },
  {
    name: 'Azure account key',
    text: `DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=${base64Key};EndpointSuffix=core.windows.net`,
    secrets: [base64Key],
    remains: 'AccountName=shop',
  },
  {
    name: 'Datadog keys',
    text: `DD_API_KEY=${hex32} DD_APP_KEY=${material('hex', 40)}`,
    secrets: [hex32, material('hex', 40)],
  },
  { name: 'PagerDuty routing key', text: `routing_key=${hex32}`, secrets: [hex32] },
  {
    name: 'an upper-case variable with the word inside',
    text: `STRIPE_SECRET_EU_1=${plain}`,
    secrets: [plain],
  },
  { name: 'Ruby hash', text: `{:user=>1, :password=>${plain}}`, secrets: [plain] },
  { name: 'Go map', text: `map[password:${plain} user:bob]`, secrets: [plain], remains: 'user:bob' },
  {
    name: 'Java toString',
    text: `Config(user=bob, password=${plain}, url=x)`,
    secrets: [plain],
    remains: ', url=x)',
  },
  {
    name: 'form',
    text: `grant_type=password&username=bob&password=${plain}&scope=x`,
    secrets: [plain],
    remains: '&scope=x',
  },
  { name: 'Rails parameter', text: `user[password]=${plain}`, secrets: [plain] },
  {
    name: 'flag',
    text: `psql --host db --password ${plain} --port 1`,
    secrets: [plain],
    remains: '--port 1',
  },
  { name: 'curl user', text: `curl -u admin:${plain} http://db/`, secrets: [plain], remains: 'http://db/' },
  { name: 'SQL', text: `ALTER USER app IDENTIFIED BY '${password}'`, secrets: [password] },
  { name: 'requirepass', text: `requirepass ${plain}`, secrets: [plain] },
  { name: 'prose', text: `login failed, the password is ${plain}`, secrets: [plain] },
  { name: 'one-time code', text: 'otp=482913', secrets: ['482913'] },
  {
    name: 'SQL INSERT',
    text: `INSERT INTO users (name, password, n) VALUES ('bob', '${password}', 3), ('al', '${plain}', 4)`,
    secrets: [password, plain],
    remains: "('al', ",
  },
  { name: 'from old to new', text: `env DB_PASSWORD changed from ${plain} to ${hex32}`, secrets: [plain, hex32] },
  { name: 'an arrow', text: `DB_PASSWORD: "${plain}" -> "${hex32}"`, secrets: [plain, hex32] },
  { name: 'SMTP', text: `AUTH PLAIN ${btoa(`\0bob\0${plain}`)}`, secrets: [btoa(`\0bob\0${plain}`)] },
  {
    name: 'commands',
    text: `sshpass -p ${plain} ssh h; redis-cli -a ${hex32} ping; mysql -uroot -p${base64Key.slice(0, 20)}`,
    secrets: [plain, hex32, base64Key.slice(0, 20)],
  },
  {
    name: 'password hash',
    text: `stored $2b$12$${material('mixed', 53)}`,
    secrets: [material('mixed', 53)],
  },
];

/** Credentials in headers. */
export const HEADERS: readonly PlantedSecret[] = [
  { name: 'Bearer', text: `Authorization: Bearer ${plain}`, secrets: [plain], remains: 'Bearer ' },
  {
    name: 'Basic',
    text: `Authorization: Basic ${btoa(`bob:${password}`)}`,
    secrets: [btoa(`bob:${password}`)],
  },
  {
    name: 'Basic without its header',
    text: `sent Basic ${btoa(`bob:${password}`)} upstream`,
    secrets: [btoa(`bob:${password}`)],
  },
  { name: 'a lone Bearer', text: `sent bearer ${plain} upstream`, secrets: [plain], remains: ' upstream' },
  { name: 'GenieKey', text: `Authorization: GenieKey ${uuid}`, secrets: [uuid] },
  { name: 'PagerDuty', text: `Authorization: Token token=${plain}`, secrets: [plain] },
  {
    name: 'AWS signature',
    text: `Authorization: AWS4-HMAC-SHA256 Credential=x/20260101/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=${material('hex', 64)}`,
    secrets: [material('hex', 64)],
  },
  { name: 'an unknown scheme', text: `Proxy-Authorization: Custom ${plain}`, secrets: [plain] },
  { name: 'no scheme', text: `authorization: ${plain}`, secrets: [plain] },
  { name: 'X-Api-Key', text: `X-Api-Key: ${plain}`, secrets: [plain] },
  { name: 'X-Vault-Token', text: `X-Vault-Token: ${plain}`, secrets: [plain] },
  { name: 'DD-API-KEY', text: `DD-API-KEY: ${hex32}`, secrets: [hex32] },
  {
    name: 'a list of names and values',
    text: `rawHeaders: ['Cookie', 'sid=${plain}', 'X-Api-Key', '${hex32}', 'Authorization', 'Custom ${base64Key}']`,
    secrets: [plain, hex32, base64Key],
  },
  { name: 'Cookie', text: `Cookie: sid=${plain}; theme=dark; remember=${hex32}`, secrets: [plain, hex32] },
  { name: 'Set-Cookie', text: `Set-Cookie: sid=${plain}; Path=/; HttpOnly`, secrets: [plain] },
];

/** Passwords and tokens in addresses. */
export const ADDRESSES: readonly PlantedSecret[] = [
  ...['postgres', 'mysql', 'mongodb+srv', 'redis', 'amqp', 'https'].map((scheme) => ({
    name: scheme,
    text: `${scheme}://app:${plain}@db.shop:5432/orders`,
    secrets: [plain],
    remains: '@db.shop:5432/orders',
  })),
  { name: 'no user', text: `redis://:${plain}@cache:6379/0`, secrets: [plain], remains: '@cache:6379/0' },
  {
    name: 'encoded',
    text: `postgres://app:${encodeURIComponent('p@ss/w0rd?x#y%z')}@db/orders`,
    secrets: [encodeURIComponent('p@ss/w0rd?x#y%z')],
  },
  { name: 'not encoded', text: 'postgres://app:p@ss/w0rd-1x@db/orders', secrets: ['p@ss/w0rd-1x'] },
  { name: 'list', text: `amqp://a:${plain}@h1,amqp://a:${password}@h2`, secrets: [plain, password] },
  { name: 'SQLAlchemy', text: `postgresql+psycopg2://app:${plain}@db/orders`, secrets: [plain] },
  {
    name: 'token as user',
    text: `https://${material('hex', 40, 9)}@github.com/shop/api.git`,
    secrets: [material('hex', 40, 9)],
  },
  { name: 'Sentry', text: `https://${hex32}@o1.ingest.sentry.io/42`, secrets: [hex32] },
  { name: 'cut in the password', text: `dial postgres://app:${plain}`, secrets: [plain] },
  {
    name: 'JDBC',
    text: `jdbc:postgresql://db/orders?user=app&password=${plain}&ssl=true`,
    secrets: [plain],
    remains: '&ssl=true',
  },
  {
    name: 'Go MySQL',
    text: `app:${password}@tcp(db:3306)/orders`,
    secrets: [password],
    remains: '@tcp(db:3306)',
  },
  { name: 'Oracle', text: `jdbc:oracle:thin:app/${plain}@db:1521:xe`, secrets: [plain] },
  {
    name: 'libpq',
    text: `host=db user=app password='${password}' dbname=x`,
    secrets: [password],
    remains: ' dbname=x',
  },
  { name: 'token in a query', text: `GET /hook?token=${plain}&n=1`, secrets: [plain], remains: '&n=1' },
  {
    name: 'signed S3 address',
    text: `https://b.s3.amazonaws.com/k?X-Amz-Expires=60&X-Amz-Signature=${material('hex', 64)}`,
    secrets: [material('hex', 64)],
  },
  {
    name: 'Azure SAS',
    text: `https://a.blob.core.windows.net/c?sv=2024-01-01&se=2026-01-01&sig=${encodeURIComponent(`${material('base64', 43)}=`)}`,
    secrets: [encodeURIComponent(material('base64', 43))],
  },
  {
    name: 'Logic Apps',
    text: `https://prod-1.westeurope.logic.azure.com/workflows/a/triggers/manual/paths/invoke?sig=${material('url', 43)}`,
    secrets: [material('url', 43)],
  },
  {
    name: 'key in a query',
    text: `GET /v1/maps?key=${material('mixed', 30)}&x=1`,
    secrets: [material('mixed', 30)],
  },
];

export const PERSONAL: readonly PlantedSecret[] = [
  {
    name: 'e-mail',
    text: 'bob.o-neil+test@mail.example.co.uk',
    secrets: ['bob.o-neil+test@mail', 'example.co.uk'],
  },
  ...[
    ['Visa', cardNumber('4', 16)],
    ['Mastercard', cardNumber('5425', 16)],
    ['Mastercard, new', cardNumber('2223', 16)],
    ['American Express', cardNumber('3782', 15)],
    ['Discover', cardNumber('6011', 16)],
    ['JCB', cardNumber('3530', 16)],
    ['UnionPay', cardNumber('62', 16)],
  ].map(([name = '', number = '']) => ({ name, text: `charge ${number}`, secrets: [number] })),
  { name: 'card of 13 digits', text: `card ${cardNumber('4', 13)}`, secrets: [cardNumber('4', 13)] },
  { name: 'card of 19 digits', text: `card ${cardNumber('4', 19)}`, secrets: [cardNumber('4', 19)] },
  {
    name: 'card in groups',
    text: grouped(cardNumber('4', 16), ' '),
    secrets: [grouped(cardNumber('4', 16), ' ')],
  },
  {
    name: 'card with dashes',
    text: grouped(cardNumber('4', 16), '-'),
    secrets: [grouped(cardNumber('4', 16), '-')],
  },
  { name: 'IBAN', text: iban('DE', '370400440532013000'), secrets: [iban('DE', '370400440532013000')] },
  {
    name: 'IBAN in groups',
    text: grouped(iban('GB', 'WEST12345698765432'), ' '),
    secrets: [grouped(iban('GB', 'WEST12345698765432'), ' ')],
  },
  { name: 'phone', text: 'call +49 30 901820 55', secrets: ['+49 30 901820 55'] },
  { name: 'phone in one', text: 'to +4915123456789', secrets: ['+4915123456789'] },
  {
    name: 'phone, North America',
    text: 'call (415) 555-2671 or 415-555-2672',
    secrets: ['(415) 555-2671', '415-555-2672'],
  },
  { name: 'phone by its key', text: 'phone=4155552671', secrets: ['4155552671'] },
  { name: 'social security number', text: 'ssn 219-09-9999', secrets: ['219-09-9999'] },
  { name: 'card code', text: 'cvv=739', secrets: ['739'] },
];

/** Secrets with a shape of their own, which does not fit within another text. */
export const BLOCKS: readonly PlantedSecret[] = [
  ...[
    'RSA PRIVATE KEY',
    'PRIVATE KEY',
    'ENCRYPTED PRIVATE KEY',
    'EC PRIVATE KEY',
    'OPENSSH PRIVATE KEY',
    'PGP PRIVATE KEY BLOCK',
  ].map((label) => ({ name: label, text: pem(label, 5), secrets: pemBody(5) })),
  { name: 'key without its end', text: pem('RSA PRIVATE KEY', 5).slice(0, 300), secrets: pemBody(4) },
  {
    name: 'key without its beginning',
    text: pem('RSA PRIVATE KEY', 5).slice(90),
    secrets: pemBody(5).slice(1),
  },
  { name: 'key on one line', text: pem('RSA PRIVATE KEY', 5).replaceAll('\n', ' '), secrets: pemBody(5) },
  {
    name: 'one line of a key',
    text: material('base64', 64),
    secrets: [material('base64', 64)],
    isWholeLines: true,
  },
  {
    name: 'service account',
    text: JSON.stringify({
      type: 'service_account',
      private_key: `${pem('PRIVATE KEY', 4)}\n`,
      client_id: '1',
    }),
    secrets: pemBody(4),
  },
  {
    name: 'JSON Web Key',
    text: JSON.stringify({ kty: 'EC', crv: 'P-256', x: 'a', d: material('url', 43) }),
    secrets: [material('url', 43)],
  },
  {
    name: 'YAML block',
    text: `db:\n  password: |\n    ${plain}\n    ${hex32}\n  user: bob\n`,
    secrets: [plain, hex32],
    remains: '  user: bob',
    isWholeLines: true,
  },
  {
    name: 'name and value',
    text: JSON.stringify([
      { name: 'DB_PASSWORD', value: plain },
      { name: 'PORT', value: '8080' },
    ]),
    secrets: [plain],
    remains: '8080',
  },
  {
    name: 'name and value in YAML',
    text: `env:\n  - name: API_TOKEN\n    value: ${plain}\n  - name: PORT\n    value: "8080"\n`,
    secrets: [plain],
    remains: '8080',
    isWholeLines: true,
  },
  {
    name: 'SOAP',
    text: `<wsse:Password Type="http://x/y#PasswordText">${password}</wsse:Password>`,
    secrets: [password],
  },
  {
    name: 'AWS pair',
    text: `${'AK' + 'IA'}${material('upper', 16)}:${material('base64', 40)}`,
    secrets: [material('upper', 16), material('base64', 40)],
  },
  {
    name: 'list of tokens',
    text: JSON.stringify({ tokens: [material('mixed', 24), material('mixed', 24, 2)], n: 1 }),
    secrets: [material('mixed', 24), material('mixed', 24, 2)],
    remains: '"n":1',
  },
];

function grouped(text: string, separator: string): string {
  return text.match(/.{1,4}/g)?.join(separator) ?? text;
}
