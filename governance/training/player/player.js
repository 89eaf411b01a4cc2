// Shows the module of module.js, grades its quiz and reports the result through report.js.
'use strict';

const place = document.getElementById('module');
const add = (parent, name, text) => {
  const element = document.createElement(name);
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
};
// the HTML was rendered by Bylaw, which lets no raw HTML through
const html = (parent, name, source) => {
  const element = add(parent, name);
  element.innerHTML = source;
  return element;
};

document.title = MODULE.title;
add(place, 'h1', MODULE.title);
html(place, 'div', MODULE.summary);
for (const part of MODULE.parts) {
  add(place, 'h2', part.title);
  for (const passage of part.passages) {
    const element = html(place, passage.heading ? 'aside' : 'div', passage.html);
    if (passage.heading) {
      element.prepend(Object.assign(document.createElement('strong'), { textContent: passage.heading }));
      add(element, 'p', `Source: ${passage.source}`);
    }
  }
}

const form = add(place, 'form');
add(form, 'h2', 'Questions');
const fields = MODULE.questions.map((question, number) => {
  const field = add(form, 'fieldset');
  add(field, 'legend', `${number + 1}. ${question.ask}`);
  if (question.situation) add(field, 'p', question.situation);
  question.choices.forEach((choice, at) => {
    const label = add(field, 'label');
    const input = add(label, 'input');
    input.type = question.kind === 'multiple' ? 'checkbox' : 'radio';
    input.name = `question-${number}`;
    input.value = String(at);
    label.append(` ${choice.says}`);
  });
  return field;
});
const hand = add(form, 'button', 'Hand in');
const told = add(form, 'div');
told.setAttribute('role', 'status');

const chosenIn = (field) => [...field.querySelectorAll('input:checked')].map((input) => Number(input.value));

form.addEventListener('submit', (event) => {
  event.preventDefault();
  for (const old of form.querySelectorAll('.because')) old.remove();
  const missing = fields.findIndex((field) => chosenIn(field).length === 0);
  if (missing >= 0) {
    told.textContent = `Question ${missing + 1} is not answered.`;
    return;
  }
  let right = 0;
  MODULE.questions.forEach((question, number) => {
    const chosen = chosenIn(fields[number]);
    const wanted = question.choices.flatMap((choice, at) => (choice.right ? [at] : []));
    if (chosen.join() === wanted.join()) right += 1;
    const labels = fields[number].querySelectorAll('label');
    for (const at of chosen) {
      const because = document.createElement('p');
      because.className = 'because';
      because.textContent = question.choices[at].because;
      labels[at].after(because);
    }
  });
  const passed = right * 100 >= MODULE.questions.length * MODULE.pass;
  told.textContent = `${right} of ${MODULE.questions.length} right: ${passed ? 'passed' : 'not passed, try again'}.`;
  if (passed) hand.disabled = true;
  REPORT.result(right / MODULE.questions.length, passed);
});

REPORT.begin();
window.addEventListener('pagehide', () => REPORT.end());
