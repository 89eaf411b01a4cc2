import type { Asset } from '~shared/api/types';

export const ASSET_WORDS: Record<Asset['state'], [string, 'good' | 'busy' | 'bad' | 'plain']> = {
  declared: ['Declared', 'plain'],
  cleared: ['Cleared', 'good'],
  restricted: ['Restricted', 'busy'],
  barred: ['Barred', 'bad'],
  withdrawn: ['Withdrawn', 'plain'],
};

export const FLAG_WORDS: Record<Asset['flags'][number], string> = {
  unlicensed_training: 'The tool was trained on unlicensed or unknown material',
  machine_made: 'Nobody added anything: it may not be protected',
  outputs_not_owned: 'The tool’s terms do not leave the output to us',
  unreviewed_tool: 'No review of the tool was decided',
};

export const CONTRIBUTION_WORDS: Record<Asset['declared']['contribution'], string> = {
  none: 'Nothing but a prompt',
  selected: 'Chosen and arranged',
  edited: 'Edited',
  substantial: 'Most of it; the tool helped',
};

export const KIND_WORDS: Record<Asset['declared']['kind'], string> = {
  text: 'Text',
  code: 'Code',
  image: 'Picture or design',
  audio: 'Sound',
  video: 'Video',
  data: 'Data',
  other: 'Something else',
};
