import { Alert, Button, Checkbox, Modal, Radio, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';

import { useDecide } from '~features/tools/queries';
import { Problem } from '~shared/api/problem';
import type { Tool, ToolState } from '~shared/api/types';
import { familyWords, STATE_WORDS } from '~shared/format/words';

import css from './ToolsPage.module.css';

const MEANS: Record<ToolState, string> = {
  approved: 'Reviewed; the data classes below may be entered.',
  conditional: 'Approved under the conditions the policy states.',
  under_review: 'Being looked at; treated as not approved.',
  unreviewed: 'Nothing was decided yet.',
  denied: 'Reviewed and refused.',
};

const FAMILIES = ['pii', 'phi', 'financial', 'source_code', 'ip', 'strategy', 'marking'];

interface Props {
  tool: Tool;
  opened: boolean;
  onClose: () => void;
}

export function DecisionDialog({ tool, opened, onClose }: Props) {
  const decide = useDecide(tool.id);
  const [state, setState] = useState<ToolState>(tool.state);
  const [approvedFor, setApprovedFor] = useState(tool.approved_for);
  const approving = state === 'approved' || state === 'conditional';
  const exact = tool.approved_for.filter((label) => !FAMILIES.includes(label));

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const until = String(form.get('until') ?? '');
    const body = {
      state,
      approved_for: approving ? approvedFor : [],
      reason: String(form.get('reason')).trim(),
      until: until ? new Date(`${until}T00:00:00`).toISOString() : null,
    };
    decide.mutate(body, { onSuccess: onClose });
  };

  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="lg"
      title={`Decide about ${tool.name}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form onSubmit={submit} className={css.form}>
        <Radio.Group label="State" value={state} onChange={(value) => setState(value as ToolState)}>
          <div className={css.choices}>
            {Object.entries(STATE_WORDS).map(([value, label]) => (
              <Radio key={value} value={value} label={label} description={MEANS[value as ToolState]} />
            ))}
          </div>
        </Radio.Group>
        {approving && (
          <>
            <Checkbox.Group
              label="Approved for"
              description="A class covers everything below it."
              value={approvedFor}
              onChange={setApprovedFor}
            >
              <div className={css.classes}>
                {[...FAMILIES, ...exact].map((label) => (
                  <Checkbox key={label} value={label} label={label.includes('.') ? label : familyWords(label)} />
                ))}
              </div>
            </Checkbox.Group>
            <TextInput
              type="date"
              name="until"
              label="Until"
              description="Then it is under review again by itself. Empty: no end."
              defaultValue={tool.until?.slice(0, 10)}
            />
          </>
        )}
        <Textarea
          name="reason"
          label="Reason"
          description="Kept with the decision."
          required
          withAsterisk={false}
          minLength={3}
          autosize
          minRows={2}
        />
        {decide.error && (
          <Alert role="alert" color="ink" title={decide.error.message}>
            {decide.error instanceof Problem && decide.error.detail}
          </Alert>
        )}
        <div className={css.buttons}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={decide.isPending}>
            Save the decision
          </Button>
        </div>
      </form>
    </Modal>
  );
}
