import { ALPHANUMERIC, BASE64URL, characterSet, DIGIT, HEX, UPPER_OR_DIGIT, WORD } from './characters.js';
import type { TokenShape } from './prefixed-token.js';

const BASE64_ANY = characterSet('A-Za-z0-9+/=_-');
const DOTTED = characterSet('A-Za-z0-9_.-');
const PATH = characterSet('A-Za-z0-9_/.-');
const SLACK = characterSet('A-Za-z0-9%+/=_.-');

type Rest = Omit<TokenShape, 'category' | 'prefix'>;

function shapes(category: string, prefixes: string, rest: Rest): TokenShape[] {
  return prefixes.split(' ').map((prefix) => ({ category, prefix, ...rest }));
}

/** Tokens of vendors, by the prefixes and lengths in the vendors' own documentation. Data only; one line a family. */
export const VENDOR_TOKENS: readonly TokenShape[] = [
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html (AROA, AIDA and the like are no secrets)
  ...shapes('aws-access-key', 'AKIA ASIA ABIA ACCA', { body: UPPER_OR_DIGIT, min: 16 }),
  ...shapes('aws-session-token', 'IQoJb3JpZ2lu FwoGZXIvYXdz FQoGZXIvYXdz', {
    body: BASE64_ANY,
    min: 40,
    isAnywhere: true,
  }),
  // https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
  ...shapes('github-token', 'ghp_ gho_ ghu_ ghs_ ghr_', { body: DOTTED, min: 30, isAnywhere: true }),
  ...shapes('github-token', 'github_pat_', { body: WORD, min: 22, isAnywhere: true }),
  // https://docs.gitlab.com/security/tokens/#token-prefixes
  ...shapes(
    'gitlab-token',
    'glpat- gloas- gldt- glrt- glrtr- glcbt- glptt- glft- glimt- glagent- glsoat- glffct- glwt-',
    {
      body: DOTTED,
      min: 20,
      isAnywhere: true,
    },
  ),
  ...shapes('atlassian-token', 'ATATT3 ATCTT3 ATBB', { body: BASE64_ANY, min: 24 }),
  // https://docs.slack.dev/authentication/tokens
  ...shapes('slack-token', 'xoxb- xoxp- xoxa- xoxr- xoxs- xoxc- xoxd- xoxe- xoxe. xapp- xwfp-', {
    body: SLACK,
    min: 10,
    isAnywhere: true,
  }),
  ...shapes('webhook-url', 'hooks.slack.com/services/ hooks.slack.com/workflows/ hooks.slack.com/triggers/', {
    body: PATH,
    min: 8,
    isAnywhere: true,
    isPrefixKept: true,
  }),
  ...shapes(
    'webhook-url',
    'discord.com/api/webhooks/ discordapp.com/api/webhooks/ webhook.office.com/webhookb2/ webhook.office.com/webhook/ ' +
      'hooks.zapier.com/hooks/catch/ events.pagerduty.com/integration/',
    { body: characterSet('A-Za-z0-9_/.@-'), min: 8, isAnywhere: true, isPrefixKept: true },
  ),
  // https://docs.stripe.com/keys
  ...shapes('stripe-key', 'sk_live_ sk_test_ rk_live_ rk_test_ pk_live_ sk_org_ whsec_', {
    body: BASE64_ANY,
    min: 16,
    isAnywhere: true,
  }),
  ...shapes('razorpay-key', 'rzp_live_ rzp_test_', { body: ALPHANUMERIC, min: 14 }),
  ...shapes('square-token', 'sq0atp- sq0csp- sq0idp-', { body: BASE64URL, min: 22, isAnywhere: true }),
  ...shapes('shopify-token', 'shpat_ shpca_ shppa_ shpss_', { body: HEX, min: 32, isAnywhere: true }),
  // https://cloud.google.com/docs/authentication/api-keys
  ...shapes('google-key', 'AIza', { body: BASE64URL, min: 35, isAnywhere: true }),
  ...shapes('google-token', 'ya29.', { body: DOTTED, min: 20 }),
  ...shapes('google-token', 'GOCSPX-', { body: BASE64URL, min: 24, isAnywhere: true }),
  ...shapes('google-token', '1//0', { body: BASE64URL, min: 30 }),
  ...shapes('firebase-key', ':APA91b', {
    body: BASE64URL,
    min: 100,
    lead: { set: BASE64URL, min: 8, max: 64 },
  }),
  // Model vendors
  ...shapes('anthropic-key', 'sk-ant-', { body: BASE64URL, min: 16, isAnywhere: true }),
  ...shapes('openai-key', 'sk-proj- sk-svcacct- sk-admin- sk-None-', { body: BASE64URL, min: 20 }),
  ...shapes('openai-key', 'sk-', { body: BASE64URL, min: 20, isMixed: true }),
  ...shapes('model-key', 'hf_ gsk_ r8_ xai- pplx- nvapi- fw_ tgp_v1_', { body: BASE64URL, min: 28 }),
  // https://en.wikipedia.org/wiki/Crypt_(C)#Key_derivation_functions_supported_by_crypt
  ...shapes('password-hash', '$2a$ $2b$ $2y$ $5$ $6$ $y$ pbkdf2_sha256$', {
    body: characterSet('A-Za-z0-9./$=+_-'),
    min: 40,
  }),
  ...shapes('password-hash', '$argon2id$ $argon2i$', { body: characterSet('A-Za-z0-9./$=,+_-'), min: 40 }),
  // Package registries
  ...shapes('npm-token', 'npm_', { body: ALPHANUMERIC, min: 30, isAnywhere: true }),
  ...shapes('pypi-token', 'pypi-', { body: BASE64URL, min: 50 }),
  ...shapes('rubygems-token', 'rubygems_', { body: HEX, min: 40 }),
  // Base64 of `{"auths":`, a registry's credentials in a Secret
  ...shapes('docker-token', 'eyJhdXRocyI6', { body: BASE64_ANY, min: 20, isAnywhere: true }),
  ...shapes('docker-token', 'dckr_pat_ dckr_oat_', { body: BASE64URL, min: 20, isAnywhere: true }),
  ...shapes('jfrog-token', 'AKCp cmVmdGtu', { body: ALPHANUMERIC, min: 50 }),
  // Clouds and platforms
  ...shapes('digitalocean-token', 'dop_v1_ doo_v1_ dor_v1_', { body: HEX, min: 40, isAnywhere: true }),
  ...shapes('alibaba-key', 'LTAI', { body: ALPHANUMERIC, min: 16 }),
  ...shapes('heroku-key', 'HRKU-', { body: BASE64URL, min: 30 }),
  ...shapes('fly-token', 'fm1_ fm2_', { body: BASE64_ANY, min: 40 }),
  ...shapes('databricks-token', 'dapi', { body: HEX, min: 32 }),
  ...shapes('azure-secret', '7Q~ 8Q~', {
    body: characterSet('A-Za-z0-9_.~-'),
    min: 31,
    lead: { set: characterSet('A-Za-z0-9_~.'), min: 3, max: 3 },
    isAnywhere: true,
  }),
  // https://developer.hashicorp.com/vault/docs/concepts/tokens
  ...shapes('vault-token', 'hvs. hvb. hvr.', { body: BASE64URL, min: 24 }),
  ...shapes('vault-token', 's.', { body: ALPHANUMERIC, min: 24, isMixed: true }),
  ...shapes('terraform-token', '.atlasv1.', {
    body: BASE64URL,
    min: 40,
    lead: { set: ALPHANUMERIC, min: 14, max: 14 },
  }),
  ...shapes('pulumi-token', 'pul-', { body: HEX, min: 40 }),
  ...shapes('doppler-token', 'dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit.', { body: DOTTED, min: 40 }),
  ...shapes('age-key', 'AGE-SECRET-KEY-1', { body: UPPER_OR_DIGIT, min: 40, isAnywhere: true }),
  ...shapes('tailscale-key', 'tskey-', { body: BASE64URL, min: 16, isAnywhere: true }),
  ...shapes('planetscale-token', 'pscale_tkn_ pscale_pw_ pscale_oauth_', {
    body: DOTTED,
    min: 32,
    isAnywhere: true,
  }),
  ...shapes('supabase-key', 'sbp_ sb_secret_', { body: BASE64URL, min: 30 }),
  ...shapes('onepassword-token', 'ops_eyJ', { body: BASE64_ANY, min: 60 }),
  // Observability and on call
  ...shapes('grafana-token', 'glsa_', { body: WORD, min: 32, isAnywhere: true }),
  ...shapes('grafana-token', 'glc_', { body: BASE64_ANY, min: 32, isAnywhere: true }),
  ...shapes('grafana-token', 'eyJrIjoi', { body: BASE64_ANY, min: 40, isAnywhere: true }),
  ...shapes('newrelic-key', 'NRAK- NRJS- NRII- NRAA-', { body: BASE64URL, min: 19, isAnywhere: true }),
  ...shapes('sentry-token', 'sntrys_ sntryu_ sntryi_', { body: BASE64_ANY, min: 32, isAnywhere: true }),
  ...shapes('dynatrace-token', 'dt0c01. dt0s01. dt0s16.', { body: DOTTED, min: 64 }),
  ...shapes('honeycomb-key', 'hcaik_ hcxik_ hcalk_ hcxlk_ hcamk_', { body: ALPHANUMERIC, min: 40 }),
  // Mail, chat and others
  ...shapes('sendgrid-key', 'SG.', { body: DOTTED, min: 50, isMixed: true }),
  ...shapes('twilio-key', 'SK', { body: HEX, min: 32 }),
  ...shapes('mailchimp-key', '-us', { body: DIGIT, min: 1, lead: { set: HEX, min: 32, max: 32 } }),
  ...shapes('telegram-token', ':AA', {
    body: BASE64URL,
    min: 32,
    lead: { set: DIGIT, min: 8, max: 10 },
    isAnywhere: true,
  }),
  ...shapes('linear-key', 'lin_api_ lin_oauth_', { body: ALPHANUMERIC, min: 32, isAnywhere: true }),
  ...shapes('notion-token', 'ntn_', { body: ALPHANUMERIC, min: 40 }),
  ...shapes('figma-token', 'figd_', { body: BASE64URL, min: 38 }),
  ...shapes('postman-key', 'PMAK-', { body: BASE64URL, min: 40, isAnywhere: true }),
  ...shapes('buildkite-token', 'bkua_', { body: HEX, min: 40 }),
  ...shapes('circleci-token', 'CCIPAT_ CCIPRJ_', { body: WORD, min: 30, isAnywhere: true }),
];
