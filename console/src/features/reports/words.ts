import type { Report } from '~shared/api/types';

export const ABOUT_WORDS: Record<Report['about'], string> = {
  violation: 'A suspected violation',
  risky_tool: 'A risky tool',
  other: 'Something else about AI',
};

export const REPORT_WORDS: Record<Report['state'], [string, 'good' | 'busy' | 'plain']> = {
  received: ['Received', 'plain'],
  triage: ['Being looked at', 'busy'],
  investigating: ['Being looked into', 'busy'],
  closed: ['Closed', 'good'],
};

export const FINDING_WORDS: Record<NonNullable<Report['finding']>, string> = {
  confirmed: 'Confirmed',
  not_confirmed: 'Not confirmed',
  duplicate: 'Known already',
  out_of_scope: 'Not about AI use',
};
