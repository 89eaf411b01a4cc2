import type { UsedTool } from '~shared/api/types';
import { counted, formatShare } from '~shared/format/numbers';
import { STATE_WORDS, VISIBILITY_WORDS } from '~shared/format/words';

import css from './AiUsePage.module.css';

const STATES = ['approved', 'conditional', 'under_review', 'unreviewed', 'denied'] as const;
const LEVELS = ['content', 'flow', 'name'] as const;

/** The answer in three figures: what is sanctioned, whose accounts, how much was seen. */
export function Summary({ tools }: { tools: UsedTool[] }) {
  const all = sum(tools, (tool) => tool.exchanges);
  const personal = sum(tools, (tool) => (tool.accounts.personal ?? 0) + (tool.accounts.anonymous ?? 0));
  const corporate = sum(tools, (tool) => tool.accounts.corporate ?? 0);
  return (
    <dl className={css.summary}>
      <div>
        <dt>Tools in use</dt>
        <dd>
          <strong>{tools.length}</strong>
          {STATES.map((state) => [state, tools.filter((tool) => tool.state === state).length] as const)
            .filter(([, count]) => count > 0)
            .map(([state, count]) => (
              <span key={state}>
                {count} {STATE_WORDS[state].toLowerCase()}
              </span>
            ))}
        </dd>
      </div>
      <div>
        <dt>Accounts</dt>
        <dd>
          <strong>{formatShare(personal, all)}</strong>
          <span>personal or not signed in</span>
          <span>{formatShare(corporate, all)} company accounts</span>
        </dd>
      </div>
      <div>
        <dt>How much was seen</dt>
        <dd>
          <strong>
            {formatShare(
              sum(tools, (tool) => tool.visibility.content ?? 0),
              all,
            )}
          </strong>
          <span>of {counted(all, 'exchange')} with their content</span>
          {LEVELS.slice(1).map((level) => (
            <span key={level}>
              {formatShare(
                sum(tools, (tool) => tool.visibility[level] ?? 0),
                all,
              )}{' '}
              {VISIBILITY_WORDS[level].toLowerCase()}
            </span>
          ))}
        </dd>
      </div>
    </dl>
  );
}

function sum(tools: UsedTool[], of: (tool: UsedTool) => number): number {
  return tools.reduce((total, tool) => total + of(tool), 0);
}
