import type { ToolFacts } from '~shared/api/types';
import { FactList } from '~shared/ui/Page';

import css from './ToolsPage.module.css';

const TRAINING: Record<string, string> = {
  never: 'never',
  opt_in: 'only if the customer agrees',
  opt_out: 'unless the customer objects',
  always: 'always',
  unknown: 'unknown',
};

const SUPPORT: Record<string, string> = {
  yes: 'in every plan for organisations',
  some_plans: 'in the larger plans',
  no: 'no',
  unknown: 'unknown',
};

const UNKNOWN = <span className="muted">unknown</span>;

/** What the vendor says about data and accounts, and where; what nobody has looked up is unknown. */
export function VendorFacts({ facts }: { facts: ToolFacts }) {
  const plans = Object.entries(facts.training);
  return (
    <section aria-label="What the vendor says" className={css.vendor}>
      <h3>What the vendor says</h3>
      <FactList
        facts={[
          [
            'Trains on content',
            plans.length === 0 ? (
              UNKNOWN
            ) : (
              <ul key="training">
                {plans.map(([plan, stance]) => (
                  <li key={plan}>
                    {plan}: {TRAINING[stance] ?? stance}
                  </li>
                ))}
              </ul>
            ),
          ],
          ['Keeps content', facts.retention ?? UNKNOWN],
          ['Certifications', facts.certifications?.join(', ') ?? UNKNOWN],
          ['Single sign-on', facts.sso === 'unknown' ? UNKNOWN : SUPPORT[facts.sso]],
          ['Accounts from the directory', facts.scim === 'unknown' ? UNKNOWN : SUPPORT[facts.scim]],
          ['Regions', facts.regions?.join(', ') ?? UNKNOWN],
          [
            'Said in',
            facts.sources.length === 0 ? (
              UNKNOWN
            ) : (
              <ul key="sources">
                {facts.sources.map((source) => (
                  <li key={source.page}>
                    <span className={css.page}>{source.page}</span> ({source.as_of})
                  </li>
                ))}
              </ul>
            ),
          ],
        ]}
      />
    </section>
  );
}
