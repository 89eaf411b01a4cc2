import { SegmentedControl } from '@mantine/core';
import { useNavigate, useParams } from 'react-router';

import { Page } from '~shared/ui/Page';

import { Campaigns } from './Campaigns';
import { Cases } from './Cases';
import { Exposures } from './Exposures';
import css from './People.module.css';
import { Standing } from './Standing';
import { Training } from './Training';

const VIEWS = {
  standing: ['Standing', Standing],
  campaigns: ['Campaigns', Campaigns],
  training: ['Training', Training],
  cases: ['Cases', Cases],
  exposures: ['Exposures', Exposures],
} as const;

type View = keyof typeof VIEWS;

/** How people stand with the policy, and what follows violations. */
export function PeoplePage() {
  const { view = 'standing' } = useParams();
  const navigate = useNavigate();
  const current: View = view in VIEWS ? (view as View) : 'standing';
  const [, Body] = VIEWS[current];
  return (
    <Page
      title="People"
      lead="Who has accepted and learned what the policy asks, and what followed violations. People are shown by pseudonyms."
    >
      <div className={css.views}>
        <SegmentedControl
          aria-label="View"
          value={current}
          onChange={(view) => void navigate(`/people/${view}`)}
          data={Object.entries(VIEWS).map(([value, [label]]) => ({ value, label }))}
        />
      </div>
      <Body />
    </Page>
  );
}
