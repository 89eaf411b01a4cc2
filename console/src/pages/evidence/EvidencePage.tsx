import { SegmentedControl } from '@mantine/core';
import { useSearchParams } from 'react-router';

import { useMay } from '~features/session/session';
import { Page } from '~shared/ui/Page';

import { CanariesView } from './CanariesView';
import { ClausesView } from './ClausesView';
import { CoverageView } from './CoverageView';
import css from './Evidence.module.css';
import { FrameworksView } from './FrameworksView';
import { RevealsView } from './RevealsView';

const VIEWS = {
  clauses: { label: 'Clauses', View: ClausesView },
  canaries: { label: 'Canaries', View: CanariesView },
  coverage: { label: 'Coverage', View: CoverageView },
  frameworks: { label: 'Frameworks', View: FrameworksView },
  captured: { label: 'Captured', View: RevealsView },
};

export function EvidencePage() {
  const [params, setParams] = useSearchParams();
  const may = useMay();
  const views = Object.entries(VIEWS).filter(([name]) => name !== 'captured' || may('reveal_evidence'));
  const view = (params.get('view') ?? 'clauses') as keyof typeof VIEWS;
  const { View } = VIEWS[view] ?? VIEWS.clauses;
  return (
    <Page
      title="Evidence"
      lead="What shows that each clause holds, what is inspected and what is not, and which laws and standards it serves."
    >
      <div className={css.views}>
        <SegmentedControl
          aria-label="View"
          data={views.map(([value, { label }]) => ({ value, label }))}
          value={view}
          onChange={(value) => setParams({ view: value }, { replace: true })}
        />
      </div>
      <View />
    </Page>
  );
}
