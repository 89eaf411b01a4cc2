import type { DraftSummary, FunctionStanding, GateCheck, Stage } from '~shared/api/types';

export const STATE_WORDS: Record<DraftSummary['state'], string> = {
  open: 'Being written',
  scheduled: 'Scheduled',
  published: 'Came into force',
  withdrawn: 'Withdrawn',
};

export const STANDING_WORDS: Record<FunctionStanding['standing'], string> = {
  missing: 'Not yet approved',
  void: 'Void: edited since it was approved',
  own_work: 'Approved by one of its writers, which does not count',
  changes_asked: 'Asks for changes',
  approved: 'Approved',
};

export const CHECK_WORDS: Record<GateCheck['check'], string> = {
  base: 'Builds on the version in force',
  valid: 'Has no mistakes',
  examples: 'Its examples pass',
  invariants: 'Its invariants hold',
  backtest: 'Tried on recorded exchanges',
  approvals: 'Approved by every function that must',
};

export const OUTCOME_WORDS: Record<GateCheck['outcome'], string> = {
  passed: 'In order',
  failed: 'Missing',
  waived: 'Not asked for',
};

export const STAGE_WORDS: Record<Stage, string> = {
  observe: 'Observe only',
  coach: 'Coach',
  enforce: 'Enforce',
};

export const STAGE_MEANS: Record<Stage, string> = {
  observe: 'Nobody notices; records say what would have been done.',
  coach: 'People get advice and no more.',
  enforce: 'What the clauses say is done.',
};

export const STAGES = ['observe', 'coach', 'enforce'] as const satisfies readonly Stage[];

/** A hash short enough to be compared by eye. */
export const short = (hash: string) => hash.slice(0, 12);
