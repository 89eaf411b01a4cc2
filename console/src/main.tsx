import '~shared/theme/reset.css';
import '@mantine/core/styles.layer.css';
import '@mantine/charts/styles.layer.css';
import 'mantine-datatable/styles.layer.css';
import '~shared/theme/tokens.css';
import '~shared/theme/mantine.css';
import '~shared/theme/page.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from '~app/App';

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
