import {
  IconAlertTriangle,
  IconBan,
  IconBulb,
  IconCheck,
  IconCircleDashed,
  IconEyeOff,
  IconMessageQuestion,
  IconProgress,
  IconShieldCheck,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';

import type { Action, Severity, ToolState } from '~shared/api/types';
import { ACTION_WORDS, familyWords, labelWords, SEVERITY_WORDS, STATE_WORDS } from '~shared/format/words';

import css from './parts.module.css';

type Icon = ComponentType<{ size?: number; stroke?: number; 'aria-hidden'?: boolean }>;

export const ACTION_ICONS: Record<Action, Icon> = {
  allow: IconCheck,
  coach: IconBulb,
  justify: IconMessageQuestion,
  redact: IconEyeOff,
  block: IconBan,
};

const STATE_ICONS: Record<ToolState, Icon> = {
  approved: IconShieldCheck,
  conditional: IconAlertTriangle,
  under_review: IconProgress,
  unreviewed: IconCircleDashed,
  denied: IconBan,
};

/** An action, always as colour, icon and word together. */
export function ActionBadge({ action }: { action: Action }) {
  const Icon = ACTION_ICONS[action];
  return (
    <span className={css.badge} data-tone={action}>
      <Icon size={15} stroke={2.2} aria-hidden />
      {ACTION_WORDS[action]}
    </span>
  );
}

/** The same without its word to see, where the word would crowd out what matters more. */
export function ActionMark({ action }: { action: Action }) {
  const Icon = ACTION_ICONS[action];
  return (
    <span className={css.mark} data-tone={action} title={ACTION_WORDS[action]}>
      <Icon size={13} stroke={2.6} aria-hidden />
      <span className="visually-hidden">{ACTION_WORDS[action]}</span>
    </span>
  );
}

export function StateBadge({ state }: { state: ToolState }) {
  const Icon = STATE_ICONS[state];
  return (
    <span className={css.badge} data-tone={state}>
      <Icon size={15} stroke={2.2} aria-hidden />
      {STATE_WORDS[state]}
    </span>
  );
}

export function SeverityBadge({ severity }: { severity: Severity }) {
  return (
    <span className={css.badge} data-tone={severity}>
      {SEVERITY_WORDS[severity]} severity
    </span>
  );
}

/** What a finding is; its exact label stands in the title for those who write policies. */
export function LabelChip({ label, count }: { label: string; count?: number }) {
  return (
    <span className={css.label} title={`${label} (${familyWords(label)})`}>
      {labelWords(label)}
      {count !== undefined && count > 1 ? ` × ${count}` : ''}
    </span>
  );
}

export function ClauseName({ id }: { id: string }) {
  return <span className={css.clause}>{id}</span>;
}
