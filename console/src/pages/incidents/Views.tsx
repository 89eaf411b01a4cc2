import { SegmentedControl } from '@mantine/core';
import { useNavigate } from 'react-router';

import css from './Incidents.module.css';

const VIEWS = [
  { value: 'queue', label: 'Queue' },
  { value: 'rules', label: 'What is benign' },
  { value: 'budget', label: 'Budget' },
];

const PLACES: Record<string, string> = { queue: '/incidents', rules: '/incidents/rules', budget: '/incidents/budget' };

/** The pages about incidents, beside each other. */
export function Views({ current }: { current: 'queue' | 'rules' | 'budget' }) {
  const navigate = useNavigate();
  return (
    <div className={css.views}>
      <SegmentedControl
        aria-label="View"
        data={VIEWS}
        value={current}
        onChange={(value) => void navigate(PLACES[value] ?? '/incidents')}
      />
    </div>
  );
}
