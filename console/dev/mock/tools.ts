import type { Tool } from '../../src/shared/api/types.ts';

const PII = ['pii'];
const CODE = ['source_code'];

type Row = [string, string, string, Tool['category'], Tool['state'], string[], number];

// id, name, vendor, category, state, approved for, weight in the traffic
const rows: Row[] = [
  ['chatgpt', 'ChatGPT', 'OpenAI', 'chatbot', 'conditional', [], 34],
  ['claude', 'Claude', 'Anthropic', 'chatbot', 'approved', PII, 22],
  ['gemini', 'Gemini', 'Google', 'chatbot', 'under_review', [], 12],
  ['openai-api', 'OpenAI API', 'OpenAI', 'model_api', 'approved', PII, 11],
  ['copilot', 'GitHub Copilot', 'GitHub', 'coding', 'approved', CODE, 16],
  ['anthropic-api', 'Anthropic API', 'Anthropic', 'model_api', 'approved', [...PII, ...CODE], 6],
  ['perplexity', 'Perplexity', 'Perplexity', 'search', 'unreviewed', [], 5],
  ['deepseek', 'DeepSeek', 'DeepSeek', 'chatbot', 'denied', [], 3],
  ['einstein', 'Salesforce Einstein', 'Salesforce', 'saas_embedded', 'approved', [...PII, 'financial'], 4],
  ['otter', 'Otter', 'Otter.ai', 'meeting', 'unreviewed', [], 3],
  ['deepl', 'DeepL', 'DeepL', 'writing', 'conditional', [], 5],
  ['midjourney', 'Midjourney', 'Midjourney', 'image', 'unreviewed', [], 2],
  ['vllm', 'House model', 'In-house', 'self_hosted', 'approved', [...PII, 'phi', ...CODE], 4],
  ['cursor', 'Cursor', 'Anysphere', 'coding', 'under_review', [], 3],
  ['grok', 'Grok', 'xAI', 'chatbot', 'unreviewed', [], 0],
  ['huggingface', 'Hugging Face', 'Hugging Face', 'model_hub', 'unreviewed', [], 0],
];

export const weights = rows.map(([id, , , , , , weight]) => [id, weight] as const);

function verdicts(state: Tool['state'], weight: number): Tool['by_action'] {
  return state === 'denied' ? { block: weight * 61 } : { allow: weight * 49, coach: weight * 5, redact: weight * 7 };
}

type Decision = Pick<Tool, 'decided_by' | 'decided_at' | 'until' | 'reason'>;

function decision(state: Tool['state']): Decision {
  switch (state) {
    case 'approved':
      return {
        decided_by: 'Ines Okafor',
        decided_at: '2026-08-03T09:12:00Z',
        until: '2027-08-03T00:00:00Z',
        reason: 'Contract signed; data is neither kept nor used for training.',
      };
    case 'denied':
      return {
        decided_by: 'Ines Okafor',
        decided_at: '2026-09-14T15:40:00Z',
        until: null,
        reason: 'No agreement on where data is kept.',
      };
    default:
      return { decided_by: null, decided_at: null, until: null, reason: null };
  }
}

const UNKNOWN: Tool['facts'] = {
  training: {},
  retention: null,
  certifications: null,
  sso: 'unknown',
  scim: 'unknown',
  regions: null,
  sources: [],
};

const KNOWN: Tool['facts'] = {
  training: { 'Free, Plus': 'opt_out', Enterprise: 'never' },
  retention: 'Deleted chats go within 30 days.',
  certifications: ['SOC 2 Type II'],
  sso: 'some_plans',
  scim: 'some_plans',
  regions: ['us', 'eu'],
  sources: [{ page: 'https://openai.com/enterprise-privacy/', as_of: '2025' }],
};

export const tools: Tool[] = rows.map(([id, name, vendor, category, state, approved_for, weight]) => ({
  id,
  name,
  vendor,
  category,
  state,
  approved_for,
  hosts: [`${id}.example`, `api.${id}.example`],
  exchanges: weight * 61,
  people: Math.min(40, weight * 2),
  by_action: verdicts(state, weight),
  last_seen: weight ? new Date(Date.now() - 400_000 / weight).toISOString() : null,
  tenant_control:
    id === 'chatgpt' ? 'ChatGPT-Allowed-Workspace-Id' : id === 'claude' ? 'anthropic-allowed-org-ids' : null,
  inspection: id === 'cursor' ? 'pinned' : 'possible',
  facts: id === 'chatgpt' ? KNOWN : UNKNOWN,
  ...decision(state),
}));
