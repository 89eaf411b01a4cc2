import { IconCircleCheck, IconCircleDashed, IconCircleX } from '@tabler/icons-react';

import type { GateCheck } from '~shared/api/types';

import css from './Drafts.module.css';
import { CHECK_WORDS, OUTCOME_WORDS } from './words';

const ICONS = { passed: IconCircleCheck, failed: IconCircleX, waived: IconCircleDashed };

/** What the gate says. */
export function CheckList({ checks }: { checks: GateCheck[] }) {
  return (
    <ul className={css.list}>
      {checks.map(({ check, outcome, says }) => {
        const Icon = ICONS[outcome];
        return (
          <li key={check} className={css.check} data-outcome={outcome}>
            <Icon size={20} stroke={1.8} aria-hidden />
            <span>
              <span className={css.name}>{CHECK_WORDS[check]}</span>
              <span className="visually-hidden">: {OUTCOME_WORDS[outcome]}</span>
              <br />
              <span className={css.note}>{says.replaceAll('`', '')}</span>
            </span>
          </li>
        );
      })}
    </ul>
  );
}
