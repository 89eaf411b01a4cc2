/** The words that people read for the words that the API speaks. */
import type {
  AccountKind,
  Action,
  ExchangeDetail,
  Outcome,
  Severity,
  ShownConcealment,
  ToolState,
} from '~shared/api/types';

type Exchange = ExchangeDetail['exchange'];
type Facts = ExchangeDetail['facts'];

/** Weakest first, as in the policy language. */
export const ACTIONS = ['allow', 'coach', 'justify', 'redact', 'block'] as const satisfies readonly Action[];

export const ACTION_WORDS: Record<Action, string> = {
  allow: 'Allow',
  coach: 'Coach',
  justify: 'Justify',
  redact: 'Redact',
  block: 'Block',
};

/** What an action does, as a sentence about the exchange. */
export const ACTION_MEANS: Record<Action, string> = {
  allow: 'Sent as it is.',
  coach: 'Answered once with advice; a retry passes.',
  justify: 'Held until the person states a reason.',
  redact: 'Sent with the sensitive parts replaced.',
  block: 'Refused.',
};

export const OUTCOME_WORDS: Record<Outcome, string> = {
  forwarded: 'Sent as it was',
  coached: 'Answered with advice',
  acknowledged: 'Sent after advice',
  held: 'Waiting for a reason',
  justified: 'Sent with a stated reason',
  redacted: 'Sent with placeholders',
  blocked: 'Refused',
  rejected: 'Malformed, not sent',
  observed: 'Seen from outside',
};

export const STATE_WORDS: Record<ToolState, string> = {
  approved: 'Approved',
  conditional: 'Conditional',
  under_review: 'Under review',
  unreviewed: 'Unreviewed',
  denied: 'Denied',
};

export const ACCOUNT_WORDS: Record<AccountKind, string> = {
  corporate: 'Company account',
  personal: 'Personal account',
  anonymous: 'Not signed in',
  unknown: 'Account not known',
};

export const CONCEALMENT_WORDS: Record<ShownConcealment['way'], string> = {
  dns_over_https: 'DNS over HTTPS',
  dns_over_tls: 'DNS over TLS',
  dns_over_quic: 'DNS over QUIC',
  encrypted_hello: 'Encrypted Client Hello',
};

export const SEVERITY_WORDS: Record<Severity, string> = {
  info: 'Info',
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  critical: 'Critical',
};

export const VISIBILITY_WORDS: Record<Facts['visibility'], string> = {
  name: 'Tool name only',
  flow: 'Sizes and times only',
  content: 'Content inspected',
};

export const UNINSPECTED_WORDS: Record<NonNullable<Exchange['uninspected']>, string> = {
  pass_through: 'the host is on the pass-through list, so its encryption was not opened',
  too_large: 'the body is larger than the bound',
  bomb: 'the body grows beyond the bound when decompressed',
  unreadable: 'the body could not be read',
  opaque: 'no reader exists for this kind of content',
  web_socket: 'the connection became a WebSocket',
  truncated: 'the client ended the body early',
  outside: 'it did not pass the gate',
};

export const SOURCE_WORDS: Record<Exchange['source'], string> = {
  proxy: 'Proxy',
  check: 'Check',
  packet: 'Network traffic',
  log: 'Logs',
};

/** `agent_platform` as `Agent platform`, for closed sets whose words need no translation. */
export function plain(word: string): string {
  return sentence(word.split('_'));
}

const FAMILIES: Record<string, string> = {
  pii: 'Personal data',
  phi: 'Health data',
  financial: 'Financial data',
  source_code: 'Source code',
  ip: 'Intellectual property',
  strategy: 'Strategic information',
  secret: 'Secret',
  marking: 'Marking',
  attack: 'Attack',
};

const ABBREVIATIONS: Record<string, string> = {
  us: 'US',
  ssn: 'SSN',
  iban: 'IBAN',
  ip: 'IP',
  api: 'API',
  saas: 'SaaS',
  ai: 'AI',
  jwt: 'JWT',
  icd10: 'ICD-10',
  tlp: 'TLP',
  aws: 'AWS',
  openai: 'OpenAI',
  github: 'GitHub',
  anthropic: 'Anthropic',
  email: 'e-mail',
};

/** `pii.us_ssn` as `US SSN`; a family alone by its full name. */
export function labelWords(label: string): string {
  const [family = label, ...rest] = label.split('.');
  if (rest.length === 0) {
    return FAMILIES[family] ?? plain(family);
  }
  const words = rest.join(' ').replaceAll('_', ' ').split(' ');
  return sentence(words);
}

function sentence(words: string[]): string {
  const text = words.map((word) => ABBREVIATIONS[word] ?? word).join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The family of a label, for people: `pii.us_ssn` is `Personal data`. */
export function familyWords(label: string): string {
  const family = label.split('.', 1)[0] ?? label;
  return FAMILIES[family] ?? plain(family);
}
